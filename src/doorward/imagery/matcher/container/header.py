"""The header of an index file: what it is, and how large everything is."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from doorward.imagery.matcher.container.layout import (
    FORMAT_VERSION,
    MAGIC,
    MAX_HEADER_BYTES,
    PREAMBLE,
    Kind,
    Section,
    Sizes,
    end,
    placed,
)
from doorward.imagery.matcher.errors import IndexFileError

_Size = Annotated[int, Field(ge=0, lt=1 << 48)]


class _HeaderModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str
    note: str
    sizes: dict[str, _Size]


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the sections, checked against itself and the length of the file."""

    sizes: Sizes
    note: str
    checksum: bytes
    sections: tuple[Section, ...]


def encode(kind: Kind, sizes: Sizes, note: str) -> bytes:
    """The JSON part; raises `ValueError` where the note is too long for it."""
    text = json.dumps({"kind": kind.name, "note": note, "sizes": dict(sizes)}, ensure_ascii=False).encode()
    if len(text) > MAX_HEADER_BYTES:
        raise ValueError(f"a note may have about {MAX_HEADER_BYTES} bytes in all, and this one has more")
    return text


def preamble(header: bytes, length: int, checksum: bytes) -> bytes:
    """The fixed part at the beginning of the file."""
    return PREAMBLE.pack(MAGIC, FORMAT_VERSION, len(header), length, checksum)


def decode(start: bytes, length: int, kind: Kind, path: Path) -> Header:
    """Read the header from the first bytes of a file of `length` bytes; raises `IndexFileError`."""
    header_length, checksum = _decode_preamble(start, length, path)
    raw = start[PREAMBLE.size : PREAMBLE.size + header_length]
    try:
        model = _HeaderModel.model_validate_json(raw)
    except ValidationError as error:
        raise unusable(path, f"its header cannot be read ({str(error).splitlines()[0]})") from error
    if model.kind != kind.name:
        raise unusable(path, f"it is an index of {model.kind!r}, and this program asks for {kind.name!r}")
    if set(model.sizes) != set(kind.sizes):
        raise unusable(path, f"its header names the sizes {sorted(model.sizes)}, not {sorted(kind.sizes)}")
    sections = _sections(model.sizes, kind, PREAMBLE.size + header_length, path)
    if end(sections) != length:
        raise unusable(path, f"it is {length} bytes long where its header demands {end(sections)}")
    return Header(model.sizes, model.note, checksum, sections)


def unusable(path: Path, what: str) -> IndexFileError:
    """The error for a file that cannot be relied upon."""
    return IndexFileError(f"{path} is not a usable index file: {what}. Build the index again.")


def _sections(sizes: Sizes, kind: Kind, start: int, path: Path) -> tuple[Section, ...]:
    try:
        return placed(kind.arrays(sizes), start)
    except ValueError as error:
        raise unusable(path, str(error)) from error


def _decode_preamble(start: bytes, length: int, path: Path) -> tuple[int, bytes]:
    if len(start) < PREAMBLE.size or not start.startswith(MAGIC):
        raise unusable(path, "it does not begin as one")
    _, version, header_length, claimed, checksum = PREAMBLE.unpack_from(start)
    if version != FORMAT_VERSION:
        raise unusable(path, f"it has format version {version}, and this program reads {FORMAT_VERSION}")
    if claimed != length:
        raise unusable(path, f"it is {length} bytes long where it should be {claimed}")
    if header_length > min(MAX_HEADER_BYTES, len(start) - PREAMBLE.size):
        raise unusable(path, f"its header claims {header_length} bytes")
    return header_length, checksum
