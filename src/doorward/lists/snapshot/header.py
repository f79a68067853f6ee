"""The header of a snapshot: what the list is, and how large everything is."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from doorward.lists.details import ListDetails
from doorward.lists.errors import DetailsError, SnapshotError
from doorward.lists.snapshot.layout import (
    FORMAT_VERSION,
    MAGIC,
    MAX_HEADER_BYTES,
    PREAMBLE,
    Section,
    Sizes,
    file_bytes,
    sections,
)

_Size = Annotated[int, Field(ge=0, lt=1 << 48)]  # products of these stay far below 64 bits' worth of harm
_Count = Annotated[int, Field(ge=0, lt=1 << 32)]


class _SizesModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    entries: _Count
    id_bytes: _Size
    labels: _Count
    label_bytes: _Size
    md5: _Count
    sha1: _Count
    sha256: _Count
    pdq: _Count


class _HeaderModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    details: dict[str, Any]
    sizes: _SizesModel


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the sections, checked against itself and the length of the file."""

    details: ListDetails
    sizes: Sizes
    checksum: bytes
    sections: dict[str, Section]


def encode(details: ListDetails, sizes: Sizes) -> bytes:
    """The JSON part."""
    text = json.dumps({"details": details.as_json(), "sizes": asdict(sizes)}, ensure_ascii=False)
    return text.encode()


def preamble(header: bytes, length: int, checksum: bytes) -> bytes:
    """The fixed part at the beginning of the file."""
    return PREAMBLE.pack(MAGIC, FORMAT_VERSION, len(header), length, checksum)


def decode(start: bytes, length: int, path: Path) -> Header:
    """Read the header from the first bytes of a file of `length` bytes; raises `SnapshotError`."""
    header_length, checksum = _decode_preamble(start, length, path)
    raw = start[PREAMBLE.size : PREAMBLE.size + header_length]
    try:
        model = _HeaderModel.model_validate_json(raw)
        details = ListDetails.from_json(model.details)
    except (ValidationError, DetailsError) as error:
        raise damaged(path, f"its header cannot be read ({_first_line(error)})") from error
    sizes = Sizes(**model.sizes.model_dump())
    placed = sections(sizes, header_length)
    if file_bytes(placed) != length:
        raise damaged(path, f"it is {length} bytes long where its header demands {file_bytes(placed)}")
    return Header(details, sizes, checksum, placed)


def damaged(path: Path, what: str) -> SnapshotError:
    """The error for a file that cannot be relied upon."""
    return SnapshotError(f"{path} is not a usable list snapshot: {what}. Import the list again.")


def _decode_preamble(start: bytes, length: int, path: Path) -> tuple[int, bytes]:
    if len(start) < PREAMBLE.size or not start.startswith(MAGIC):
        raise damaged(path, "it does not begin as one")
    _, version, header_length, claimed, checksum = PREAMBLE.unpack_from(start)
    if version != FORMAT_VERSION:
        raise damaged(path, f"it has format version {version}, and this program reads {FORMAT_VERSION}")
    if claimed != length:
        raise damaged(path, f"it is {length} bytes long where it should be {claimed}")
    if header_length > min(MAX_HEADER_BYTES, len(start) - PREAMBLE.size):
        raise damaged(path, f"its header claims {header_length} bytes")
    return header_length, checksum


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
