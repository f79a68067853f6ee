"""The mkdocs hook: puts generated parts of the reference where a page asks for them.

A page asks with a line `<!-- generated: NAME -->`. Nothing that is generated is kept in the
repository, so the reference cannot differ from the code it was built from.
"""

import re
from collections.abc import Callable, Mapping

from command_line import command_line
from enumerations import enumerations
from http_interface import http_operations, http_schemas
from policy_words import policy_words
from retention_rules import retention_rules
from settings_tables import settings_tables

GENERATORS: Mapping[str, Callable[[], str]] = {
    "command line": command_line,
    "enumerations": enumerations,
    "http operations": http_operations,
    "http schemas": http_schemas,
    "policy words": policy_words,
    "retention": retention_rules,
    "settings": settings_tables,
}
_ASKED = re.compile(r"^<!-- generated: (?P<name>.+?) -->$", re.MULTILINE)
_REMARK = re.compile(r"^<!-- (?!generated:).*? -->\n", re.MULTILINE)  # notes for the test of commands


def on_page_markdown(markdown: str, **_: object) -> str:
    """Called by mkdocs for every page. Raises `KeyError` for a part that nobody generates."""
    without_remarks = _REMARK.sub("", markdown)
    return _ASKED.sub(lambda match: GENERATORS[match["name"]](), without_remarks)
