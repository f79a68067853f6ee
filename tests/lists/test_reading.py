"""CSV and JSON Lines into entries."""

from io import BytesIO

import pytest

from doorward.lists import Entry
from doorward.lists.reading import FileRefused, Format, ListContents, collect, read_rows
from doorward.lists.reading.collecting import MAX_ERRORS_KEPT

MD5, SHA1, SHA256 = "0" * 31 + "1", "0" * 39 + "2", "0" * 63 + "3"
PDQ = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
FULL = Entry(
    id="a",
    md5=bytes.fromhex(MD5),
    sha1=bytes.fromhex(SHA1),
    sha256=bytes.fromhex(SHA256),
    pdq=bytes.fromhex(PDQ),
    pdq_quality=97,
    label="cat",
)


def read(data: str | bytes, name: str = "list.csv", format_: Format | None = None) -> ListContents:
    raw = data if isinstance(data, bytes) else data.encode()
    return collect(read_rows(BytesIO(raw), name, format_))


def entries(data: str | bytes, name: str = "list.csv") -> list[Entry]:
    contents = read(data, name)
    assert not contents.errors
    return list(contents.columns.entries())


def test_every_column_of_csv_is_read() -> None:
    header = "id,md5,sha1,sha256,pdq,pdq_quality,label"
    assert entries(f"{header}\na,{MD5},{SHA1},{SHA256},{PDQ},97,cat\n") == [FULL]


def test_columns_may_stand_in_any_order_and_be_absent() -> None:
    assert entries(f"pdq,id\n{PDQ},a\n") == [Entry("a", pdq=bytes.fromhex(PDQ))]


def test_every_key_of_json_lines_is_read() -> None:
    line = (
        f'{{"id":"a","md5":"{MD5}","sha1":"{SHA1}","sha256":"{SHA256}","pdq":"{PDQ}","pdq_quality":97,'
        '"label":"cat"}'
    )
    assert entries(line, "list.jsonl") == [FULL]


def test_null_and_absent_mean_the_same_in_json_lines() -> None:
    assert entries(f'{{"id":"a","md5":"{MD5}","pdq":null,"label":null}}', "x.ndjson") == [
        Entry("a", bytes.fromhex(MD5))
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfid,md5\na," + MD5.encode(),
        f"id,md5\r\na,{MD5}\r\n",
        f'"id","md5"\n"a","{MD5}"\n',
        f" ID , Md5 \n a , {MD5} \n",
        f"\n\n  \nid,md5\n\na,{MD5}\n\n",
    ],
    ids=["byte order mark", "CRLF", "quotes", "blanks and case", "blank lines"],
)
def test_how_a_file_was_saved_makes_no_difference(data: str | bytes) -> None:
    assert entries(data) == [Entry("a", bytes.fromhex(MD5))]


def test_hexadecimal_digits_may_be_of_either_case() -> None:
    assert entries(f"id,pdq\na,{PDQ.upper()}\n") == [Entry("a", pdq=bytes.fromhex(PDQ))]


def test_a_quoted_field_may_hold_commas_and_quotes() -> None:
    found = entries(f'id,md5,label\na,{MD5},"cats, ""big"" ones"\n')
    assert found[0].label == 'cats, "big" ones'


def test_a_quote_that_is_never_closed_spoils_one_row() -> None:
    contents = read(f'id,md5,label\na,{MD5},"open\nb,{MD5},fine\n')
    assert [error.line for error in contents.errors] == [2]
    assert [entry.id for entry in contents.columns.entries()] == ["b"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (f'{{"id":"a","md5":"{MD5}"}}', "list"),
        (f'\n  {{"id":"a","md5":"{MD5}"}}', "-"),
        (f"id,md5\na,{MD5}\n", "-"),
        (f"id,md5\na,{MD5}\n", "LIST.CSV"),
    ],
)
def test_the_format_is_told_by_extension_or_by_looking(data: str, name: str) -> None:
    assert entries(data, name) == [Entry("a", bytes.fromhex(MD5))]


def test_a_named_format_goes_before_the_extension() -> None:
    assert len(read(f'{{"id":"a","md5":"{MD5}"}}', "list.csv", Format.JSONL).columns) == 1


def test_the_same_row_twice_counts_once() -> None:
    contents = read(f"id,md5\na,{MD5}\nb,{MD5}\na,{MD5.upper()}\n")
    assert [entry.id for entry in contents.columns.entries()] == ["a", "b"]
    assert (contents.repeated, contents.error_count) == (1, 0)


def test_one_id_with_two_contents_is_an_error_that_names_both_lines() -> None:
    contents = read(f"id,md5,sha1\na,{MD5},\nb,{MD5},\na,{MD5},{SHA1}\n")
    (error,) = contents.errors
    assert error.line == 4
    assert "line 2" in error.reason
    assert next(contents.columns.entries()) == Entry("a", bytes.fromhex(MD5))


@pytest.mark.parametrize("change", ["md5", "pdq_quality", "label"])
def test_a_difference_in_any_column_is_a_difference(change: str) -> None:
    row = {"id": "a", "md5": MD5, "pdq": PDQ, "pdq_quality": "50", "label": "cat"}
    other = row | {change: {"md5": MD5[::-1], "pdq_quality": "51", "label": ""}[change]}
    lines = [",".join(row), ",".join(row.values()), ",".join(other.values())]
    assert read("\n".join(lines)).error_count == 1


def test_all_bad_rows_are_counted_and_the_first_thousand_kept_in_order() -> None:
    contents = read("id,md5\n" + "a,zz\n" * 2500 + f"b,{MD5}\n")
    assert contents.error_count == 2500
    assert [error.line for error in contents.errors] == list(range(2, MAX_ERRORS_KEPT + 2))
    assert len(contents.columns) == 1


def test_a_good_row_after_a_bad_one_keeps_its_own_line() -> None:
    contents = read(f"id,md5\nx,zz\na,{MD5}\na,{MD5[::-1]}\n")
    assert [error.line for error in contents.errors] == [2, 4]
    assert "line 3" in contents.errors[1].reason


def test_a_header_without_rows_is_refused() -> None:
    with pytest.raises(FileRefused, match="no entries"):
        read("id,md5\n")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileRefused, match="empty"):
        read("")
