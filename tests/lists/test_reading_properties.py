"""The quick way and the careful way agree, and what is written is read back."""

from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorward.lists import Entry
from doorward.lists.columns_builder import ColumnsBuilder, columns_of
from doorward.lists.reading import Format, collect, read_rows
from doorward.lists.reading.fields import BadRow, RawFields, entry_of
from doorward.lists.reading.runs import run_of
from doorward.lists.writing import write_entries


def digests(width: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=2, max_size=2).map(lambda some: (some * width)[:width])


def hexadecimal(width: int) -> st.SearchStrategy[str]:
    right = digests(width).map(bytes.hex)
    wrong = st.one_of(
        st.text("09aF gé", max_size=6),
        right.map(lambda text: text[:-1]),
        right.map(lambda text: f"{text[:-1]}g"),
        right.map(lambda text: f"{text[:9]} {text[10:]}"),
    )
    return st.one_of(st.just(""), right, right.map(str.upper), right.map(lambda text: f" {text}"), wrong)


texts = st.one_of(st.just(""), st.text(max_size=6), st.sampled_from(["é", " a ", "a\x00", "x" * 300, "٣"]))
qualities = st.one_of(
    st.just(""), st.integers(-1, 101).map(str), st.sampled_from([" 50", "050", "٣", "x", "50.0"])
)
raw_rows = st.tuples(
    texts, hexadecimal(16), hexadecimal(20), hexadecimal(32), hexadecimal(32), qualities, texts
)
likely_rows = st.tuples(
    st.text("abc", min_size=1, max_size=3),
    digests(16).map(bytes.hex),
    st.just(""),
    st.one_of(st.just(""), digests(32).map(bytes.hex)),
    digests(32).map(bytes.hex),
    st.one_of(st.just(""), st.integers(0, 100).map(str)),
    st.sampled_from(["", "cat", "dog", " é"]),
)


def clean(limit: int) -> st.SearchStrategy[str]:
    letters = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"])
    return st.text(letters, min_size=1, max_size=limit).map(str.strip).filter(bool)


@st.composite
def right_entries(draw: st.DrawFn) -> Entry:
    md5, sha1, sha256, pdq = (draw(st.none() | digests(width)) for width in (16, 20, 32, 32))
    if md5 is sha1 is sha256 is pdq is None:
        md5 = draw(digests(16))
    quality = None if pdq is None else draw(st.none() | st.integers(0, 100))
    return Entry(draw(clean(9)), md5, sha1, sha256, pdq, quality, draw(st.none() | clean(9)))


def unique(entries: list[Entry]) -> list[Entry]:
    return list({entry.id: entry for entry in entries}.values())


@given(st.lists(st.one_of(raw_rows, likely_rows), min_size=1, max_size=5))
@settings(max_examples=200)
def test_a_run_of_rows_gives_what_its_rows_give_one_by_one(rows: list[RawFields]) -> None:
    run = run_of(rows)
    if run is None:
        return  # then they are taken one by one
    quick = ColumnsBuilder()
    quick.extend(run)
    assert list(quick.finish().entries()) == [entry_of(row) for row in rows]


@given(st.lists(likely_rows, min_size=1, max_size=5))
def test_a_run_of_usual_rows_is_taken_the_quick_way(rows: list[RawFields]) -> None:
    assert run_of(rows) is not None


@given(raw_rows)
def test_a_row_is_an_entry_or_is_explained(row: RawFields) -> None:
    said = ""
    try:
        entry = entry_of(row)
    except BadRow as error:
        said = str(error)
    assert said or (entry.id.strip() and any(value is not None for value in entry[1:5]))


@given(st.lists(right_entries(), min_size=1, max_size=3).map(unique))
@settings(max_examples=50)
@pytest.mark.parametrize("format_", list(Format))
def test_what_is_written_is_read_back(format_: Format, entries: list[Entry]) -> None:
    out = StringIO()
    write_entries(entries, out, format_)
    contents = collect(read_rows(BytesIO(out.getvalue().encode()), "-", format_))
    assert not contents.errors
    assert list(contents.columns.entries()) == entries


@given(st.lists(right_entries(), max_size=3))
@settings(max_examples=50)
def test_columns_give_back_the_entries_they_were_made_of(entries: list[Entry]) -> None:
    assert list(columns_of(entries).entries()) == entries


@given(st.binary(max_size=400), st.sampled_from(list(Format)))
def test_no_file_whatever_is_answered_with_a_crash(noise: bytes, format_: Format) -> None:
    known = b"id,md5,label\n" if format_ is Format.CSV else b""
    contents = collect(read_rows(BytesIO(known + b"a,b,c\n" + noise), "-", format_))
    assert contents.error_count + len(contents.columns) + contents.repeated >= 1


def test_json_nested_without_end_is_one_bad_row() -> None:
    nested = b"{" + b'"id":[' * 9_000
    assert collect(read_rows(BytesIO(nested), "-", Format.JSONL)).error_count == 1
