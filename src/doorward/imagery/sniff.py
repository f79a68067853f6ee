"""What a file is, by its first bytes. What it was declared to be is recorded, never believed."""

import codecs
import struct
from enum import StrEnum

HEAD_BYTES = 4096  # as much of a file's beginning as `sniff` wants to see


class MediaType(StrEnum):
    """The kinds of file that are told apart; `BINARY` is everything else."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    AVIF = "image/avif"
    HEIC = "image/heic"
    TIFF = "image/tiff"
    BMP = "image/bmp"
    ICO = "image/vnd.microsoft.icon"
    JPEG_2000 = "image/jp2"
    JPEG_XL = "image/jxl"
    PSD = "image/vnd.adobe.photoshop"
    SVG = "image/svg+xml"
    MP4 = "video/mp4"
    MATROSKA = "video/x-matroska"
    AVI = "video/x-msvideo"
    MPEG = "video/mpeg"
    OGG = "application/ogg"
    WAV = "audio/wav"
    MP3 = "audio/mpeg"
    PDF = "application/pdf"
    ZIP = "application/zip"
    GZIP = "application/gzip"
    RAR = "application/vnd.rar"
    SEVEN_ZIP = "application/x-7z-compressed"
    HTML = "text/html"
    XML = "text/xml"
    TEXT = "text/plain"
    BINARY = "application/octet-stream"


_MAGIC: tuple[tuple[bytes, MediaType], ...] = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"GIF87a", MediaType.GIF),
    (b"GIF89a", MediaType.GIF),
    (b"II*\x00", MediaType.TIFF),
    (b"MM\x00*", MediaType.TIFF),
    (b"II+\x00", MediaType.TIFF),  # BigTIFF
    (b"MM\x00+", MediaType.TIFF),
    (b"\x00\x00\x01\x00", MediaType.ICO),
    (b"\x00\x00\x02\x00", MediaType.ICO),  # a mouse pointer
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", MediaType.JPEG_2000),
    (b"\xff\x4f\xff\x51", MediaType.JPEG_2000),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", MediaType.JPEG_XL),
    (b"\xff\x0a", MediaType.JPEG_XL),
    (b"8BPS", MediaType.PSD),
    (b"\x1aE\xdf\xa3", MediaType.MATROSKA),
    (b"\x00\x00\x01\xba", MediaType.MPEG),
    (b"\x00\x00\x01\xb3", MediaType.MPEG),
    (b"OggS", MediaType.OGG),
    (b"ID3", MediaType.MP3),
    (b"PK\x03\x04", MediaType.ZIP),
    (b"PK\x05\x06", MediaType.ZIP),  # an empty archive
    (b"PK\x07\x08", MediaType.ZIP),  # part of a split one
    (b"\x1f\x8b", MediaType.GZIP),
    (b"Rar!\x1a\x07", MediaType.RAR),
    (b"7z\xbc\xaf\x27\x1c", MediaType.SEVEN_ZIP),
)
_RIFF = {b"WEBP": MediaType.WEBP, b"AVI ": MediaType.AVI, b"WAVE": MediaType.WAV}
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
_BMP_HEADER_SIZES = frozenset((12, 16, 40, 52, 56, 64, 108, 124))
_HTML_OPENINGS = ("<!doctype html", "<html", "<head", "<body", "<script", "<iframe")
_PDF_WITHIN_BYTES = 1024  # readers accept the mark this far into the file
_TEXT_CONTROLS = frozenset("\t\n\r\f\b\x1b")


def sniff(head: bytes) -> MediaType:
    """The kind of file that begins with `head` (its first `HEAD_BYTES` bytes, or all of a shorter one)."""
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], MediaType.BINARY)
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if _is_bmp(head):
        return MediaType.BMP
    if b"%PDF-" in head[:_PDF_WITHIN_BYTES]:
        return MediaType.PDF
    text = _as_text(head)
    return MediaType.BINARY if text is None else _textual(text)


def _iso_media(head: bytes) -> MediaType:
    """ISO base media (ISO/IEC 14496-12 §4.3): the brands in its first box say what it is."""
    box_bytes = struct.unpack_from(">I", head)[0]
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(box_bytes, len(head)), 4))]
    if any(brand in (b"avif", b"avis") for brand in brands):
        return MediaType.AVIF
    if any(brand in _HEIC_BRANDS for brand in brands):
        return MediaType.HEIC
    return MediaType.MP4


def _is_bmp(head: bytes) -> bool:
    """Two letters are too few to go by: the size of the second header must be a known one."""
    if not head.startswith(b"BM") or len(head) < 18:
        return False
    return struct.unpack_from("<I", head, 14)[0] in _BMP_HEADER_SIZES


def _as_text(head: bytes) -> str | None:
    if not head:
        return None
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:  # not final: the head may end within a character
        text = codecs.getincrementaldecoder(encoding)().decode(head, final=False)
    except UnicodeDecodeError:
        return None
    if any(ord(letter) < 32 and letter not in _TEXT_CONTROLS for letter in text):
        return None
    return text


def _textual(text: str) -> MediaType:
    start = text.lstrip().lower()
    if start.startswith(_HTML_OPENINGS):
        return MediaType.HTML
    if not start.startswith("<"):
        return MediaType.TEXT
    if "<svg" in start:
        return MediaType.SVG
    if "<html" in start:
        return MediaType.HTML
    return MediaType.XML
