"""The policy file as written: its tables, and the line on which each key stands.

`tomllib` reads the values and forgets where they stood; a second, shallow pass over the lines finds
the headers and keys again. It need not understand TOML, only know when it is inside a long string.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doorward.policy.problems import PolicyError, Problem, Severity

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+))\s*=\s*(.*)$", re.S)
_QUOTES = ('"""', "'''")


@dataclass(frozen=True, slots=True)
class Lines:
    """Where a table stands: its header, its keys, and where the text of each key's value begins."""

    header: int
    keys: Mapping[str, int]
    texts: Mapping[str, int]

    def of(self, key: str) -> int:
        """The line of `key`, or of the header where the key is absent."""
        return self.keys.get(key, self.header)

    def text_of(self, key: str) -> int:
        """The line on which the first line of a string value stands."""
        return self.texts.get(key, self.of(key))


@dataclass(frozen=True, slots=True)
class Document:
    """A policy file that is well-formed TOML."""

    file: str
    table: Mapping[str, Any]
    top: Lines
    required: Lines
    rules: tuple[Lines, ...]
    headers: Mapping[str, int]  # table name -> line of its first header

    def rule_lines(self, position: int) -> Lines:
        """The lines of the rule at `position`; of the whole file where they could not be found."""
        return self.rules[position] if position < len(self.rules) else self.top


def read_document(text: str, file: str) -> Document:
    """Parse `text`. Raises `PolicyError` naming the line where it is no TOML."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([_syntax_problem(error, text, file)]) from error
    tables = _locate(text)
    required = next((lines for name, lines in tables if name == "required"), tables[0][1])
    rules = tuple(lines for name, lines in tables if name == "rule")
    headers = {name: lines.header for name, lines in reversed(tables)}
    return Document(file, table, tables[0][1], required, rules, headers)


def _locate(text: str) -> list[tuple[str, Lines]]:
    """Every table's name and lines in order of the file; the first is the file's top."""
    tables: list[tuple[str, Lines]] = []
    keys: dict[str, int] = {}
    texts: dict[str, int] = {}
    tables.append(("", Lines(1, keys, texts)))
    open_quote: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if open_quote is not None:
            open_quote = None if open_quote in line else open_quote
        elif header := _HEADER.match(line):
            keys, texts = {}, {}
            tables.append((header[1].strip("\"' "), Lines(number, keys, texts)))
        elif key := _KEY.match(line):
            name = key[1] or key[2] or key[3]
            keys.setdefault(name, number)
            open_quote = _left_open(key[4])
            begins_below = open_quote is not None and key[4].strip() == open_quote
            texts.setdefault(name, number + 1 if begins_below else number)
    return tables


def _left_open(value: str) -> str | None:
    """The long quote that `value` begins with and does not end."""
    quote = next((quote for quote in _QUOTES if value.startswith(quote)), None)
    return quote if quote is not None and quote not in value[len(quote) :] else None


def _syntax_problem(error: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    words = str(error)
    place = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", words)
    line = int(place[1]) if place and place[1] else text.rstrip("\n").count("\n") + 1
    message = words[: place.start()] if place else words
    hint = "texts stand in quotes ('…'), lists in brackets, and each rule begins with [[rule]]"
    return Problem(file, line, Severity.ERROR, f"this is not valid TOML: {message}", hint)
