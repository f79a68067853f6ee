"""Lines of a file of any size, in bounded memory."""

import tracemalloc
from io import BytesIO
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from doorward.lists.reading import collect, read_rows
from doorward.lists.reading.lines import MAX_LINE_BYTES, numbered_lines

GIB = 1024**3
_LETTERS = b"a" * 1024**2


class EndlessLine:
    """A file that is one line of `size` bytes, and then `tail`; made as it is read."""

    def __init__(self, size: int, tail: bytes = b"") -> None:
        self.left = size
        self.tail = BytesIO(tail)

    def read(self, size: int, /) -> bytes:
        if not self.left:
            return self.tail.read(size)
        part = min(size, self.left, len(_LETTERS))
        self.left -= part
        return _LETTERS[:part]


class Dribble:
    """A file that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, step: int) -> None:
        self.file = BytesIO(data)
        self.step = step

    def read(self, size: int, /) -> bytes:
        return self.file.read(min(size, self.step))


@given(st.lists(st.binary(max_size=9).filter(lambda line: b"\n" not in line)), st.integers(1, 7))
def test_lines_are_those_of_the_file_however_it_is_read(lines: list[bytes], step: int) -> None:
    data = b"\n".join(lines)
    expected = data.split(b"\n") if data else []
    if data.endswith(b"\n"):
        expected.pop()  # what follows the last line feed is no line
    assert list(numbered_lines(Dribble(data, step))) == list(enumerate(expected, 1))


def test_a_line_of_two_gigabytes_is_read_past_without_being_held() -> None:
    tracemalloc.start()
    found = list(numbered_lines(EndlessLine(2 * GIB, b"\nnext")))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(1, None), (2, b"next")]
    assert peak < 16 * 1024 * 1024


def test_the_longest_line_is_whole_and_one_byte_more_is_too_long() -> None:
    longest = b"x" * MAX_LINE_BYTES
    assert list(numbered_lines(BytesIO(longest + b"\n" + longest + b"x\nend"))) == [
        (1, longest),
        (2, None),
        (3, b"end"),
    ]


def test_a_long_line_among_entries_is_one_bad_row() -> None:
    rows = BytesIO(b'{"id":"a","md5":"' + b"0" * 32 + b'"}\n' + b"z" * 200_000 + b"\n")
    contents = collect(read_rows(rows, "list.jsonl"))
    assert (len(contents.columns), contents.error_count) == (1, 1)
    assert contents.errors[0].line == 2


def test_rows_are_read_as_they_are_asked_for() -> None:
    file = EndlessLine(0, b"id,md5\n" + b"a," + b"0" * 32 + b"\n" * 3)
    assert next(islice(read_rows(file, "list.csv"), 1))[0] == 2
