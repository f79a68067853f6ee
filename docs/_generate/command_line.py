"""The command line reference, from the commands themselves."""


def command_line() -> str:
    """Every command with its arguments and options."""
    return ""
