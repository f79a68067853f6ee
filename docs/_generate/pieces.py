"""Small pieces of Markdown that every generator needs."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; line breaks and bars in cells are made harmless."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row([cell(text) for text in row]) for row in rows)]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """`text` so that it stays in its cell."""
    return text.replace("|", "\\|").replace("\n", " ").strip()


def code(text: str) -> str:
    """`text` in code font, or nothing where there is none."""
    return f"`{text}`" if text else ""


def fenced(text: str, language: str = "text") -> str:
    """A block of code."""
    return f"```{language}\n{text.rstrip()}\n```\n"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
