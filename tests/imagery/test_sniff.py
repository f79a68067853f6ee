"""What a file is, by its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.imagery.sniff import MediaType, sniff
from support.pictures import drawn, saved

ENCODED = (
    ("JPEG", MediaType.JPEG),
    ("PNG", MediaType.PNG),
    ("GIF", MediaType.GIF),
    ("WEBP", MediaType.WEBP),
    ("AVIF", MediaType.AVIF),
    ("TIFF", MediaType.TIFF),
    ("BMP", MediaType.BMP),
    ("ICO", MediaType.ICO),
    ("JPEG2000", MediaType.JPEG_2000),
    ("PDF", MediaType.PDF),
)

HEADS = (
    (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", MediaType.HEIC),
    (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", MediaType.AVIF),
    (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", MediaType.MP4),
    (b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", MediaType.MP4),
    (b"RIFF\x00\x00\x00\x00AVI LIST", MediaType.AVI),
    (b"RIFF\x00\x00\x00\x00WAVEfmt ", MediaType.WAV),
    (b"\x1aE\xdf\xa3\x01\x00", MediaType.MATROSKA),
    (b"PK\x03\x04\x14\x00", MediaType.ZIP),
    (b"\x1f\x8b\x08", MediaType.GZIP),
    (b"%PDF-1.7\n", MediaType.PDF),
    (b"\r\njunk %PDF-1.7\n", MediaType.PDF),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", MediaType.SVG),
    (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn -->\n<SVG>", MediaType.SVG),
    ("<?xml version='1.0'?><svg>".encode("utf-16"), MediaType.SVG),
    (b"  <!DOCTYPE html><html>", MediaType.HTML),
    (b"<script>alert(1)</script>", MediaType.HTML),
    (b"<?xml version='1.0'?><note/>", MediaType.XML),
    (b"BM is how this text begins", MediaType.TEXT),
    ("Grüße, καλημέρα".encode(), MediaType.TEXT),
    ("cut within a lettér".encode()[:-2], MediaType.TEXT),
    (b"text with a \x00 byte", MediaType.BINARY),
    (b"", MediaType.BINARY),
    (b"\xff", MediaType.BINARY),
)


@pytest.mark.parametrize(("kind", "expected"), ENCODED)
def test_what_an_encoder_writes_is_recognised(kind: str, expected: MediaType) -> None:
    assert sniff(saved(drawn(1, (64, 64)), kind)) is expected


@pytest.mark.parametrize(("head", "expected"), HEADS)
def test_other_kinds_of_file_are_told_apart(head: bytes, expected: MediaType) -> None:
    assert sniff(head) is expected


@given(st.binary(max_size=64))
def test_any_bytes_are_something(head: bytes) -> None:
    assert sniff(head) in MediaType


@given(st.sampled_from(HEADS), st.integers(0, 64))
def test_a_head_cut_anywhere_is_still_something(head: tuple[bytes, MediaType], length: int) -> None:
    assert sniff(head[0][:length]) in MediaType
