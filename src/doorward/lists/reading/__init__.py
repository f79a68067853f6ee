"""Hash lists from files: CSV and JSON Lines, row by row, saying of every bad row what is wrong."""

from doorward.lists.reading.collecting import ListContents, RowError, collect
from doorward.lists.reading.decoded import FileRefused, Row
from doorward.lists.reading.formats import Format, read_rows

__all__ = ["FileRefused", "Format", "ListContents", "Row", "RowError", "collect", "read_rows"]
