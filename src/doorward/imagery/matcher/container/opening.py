"""Opening an index file: mapped, or read into memory."""

import hashlib
import mmap
import os
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.container.header import Header, decode, unusable
from doorward.imagery.matcher.container.layout import (
    CHECKSUM_AT,
    CHECKSUM_BYTES,
    MAX_HEADER_BYTES,
    PREAMBLE,
    AnyPath,
    Kind,
    Section,
)
from doorward.imagery.matcher.memory import allocate

Mode = Literal["mmap", "ram"]
_RUN_BYTES = 1 << 24


class IndexFile:
    """An index file that was opened: its arrays, read-only, and what its header says.

    Opening takes the same time for ten rows and ten million; it checks that the file is complete and
    every array lies within it. `check_checksum` reads everything. Until it has been called, the
    contents may be damaged, and after it they may still be somebody's invention.
    """

    def __init__(self, path: Path, header: Header, contents: NDArray[np.uint8]) -> None:
        self.path = path
        self.sizes = header.sizes
        self.note = header.note
        self.checksum = header.checksum.hex()
        self._contents = contents
        self.arrays = {section.array.name: _view(contents, section) for section in header.sections}

    @property
    def size_bytes(self) -> int:
        """The length of the file."""
        return len(self._contents)

    def check_checksum(self) -> None:
        """Read the whole file against its checksum; raises `IndexFileError`."""
        digest = hashlib.sha256(self._contents[:CHECKSUM_AT].data)
        for start in range(CHECKSUM_AT + CHECKSUM_BYTES, len(self._contents), _RUN_BYTES):
            digest.update(self._contents[start : start + _RUN_BYTES].data)
        if digest.hexdigest() != self.checksum:
            raise unusable(self.path, "its contents do not agree with its checksum")


def open_index_file(path: AnyPath, kind: Kind, mode: Mode = "mmap") -> IndexFile:
    """Open the file at `path`; raises `IndexFileError` where it is missing or not whole.

    `mmap` shares the memory with every other process that maps the file, and starts at once. `ram`
    reads it into memory of its own, in huge pages where the system has them: queries are faster.
    """
    path = Path(path)
    if mode not in get_args(Mode):
        raise ValueError(f"a mode is one of {', '.join(get_args(Mode))}; {mode!r} was given")
    try:
        with path.open("rb") as file:
            length = os.fstat(file.fileno()).st_size
            header = decode(file.read(PREAMBLE.size + MAX_HEADER_BYTES), length, kind, path)
            contents = _mapped(file, length) if mode == "mmap" else _read(file, length, path)
    except (OSError, ValueError) as error:
        raise unusable(path, str(error)) from error
    return IndexFile(path, header, contents)


def _mapped(file: BinaryIO, length: int) -> NDArray[np.uint8]:
    return np.frombuffer(mmap.mmap(file.fileno(), length, prot=mmap.PROT_READ), np.uint8)


def _read(file: BinaryIO, length: int, path: Path) -> NDArray[np.uint8]:
    contents = allocate(length)
    file.seek(0)
    for start in range(0, length, _RUN_BYTES):
        part = contents[start : start + _RUN_BYTES].data
        if file.readinto(part) != len(part):  # type: ignore[attr-defined]
            raise unusable(path, "it became shorter while it was read")
    contents.flags.writeable = False
    return contents


def _view(contents: NDArray[np.uint8], section: Section) -> NDArray[Any]:
    array = section.array
    part: NDArray[Any] = contents[section.offset : section.offset + array.length].view(array.dtype)
    return part.reshape(array.shape)
