"""Writing an index file so that it is there whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.matcher.container.header import encode, preamble
from doorward.imagery.matcher.container.layout import (
    CHECKSUM_AT,
    CHECKSUM_BYTES,
    PREAMBLE,
    AnyPath,
    Kind,
    Sizes,
    end,
    placed,
)
from doorward.lists.snapshot.writing import PARTIAL_SUFFIX, take_name

_RUN_BYTES = 1 << 24


def write_index_file(
    path: AnyPath, kind: Kind, sizes: Sizes, arrays: Mapping[str, NDArray[Any]], note: str = ""
) -> str:
    """Write `arrays` to `path` and return the checksum; raises `OSError`, and then nothing has changed.

    On return the file and its name are on the disk. Whoever has the former file of that name mapped
    keeps the former file.
    """
    path = Path(path)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL_SUFFIX}")
    try:
        with partial.open("xb") as file:
            checksum = _write(file, kind, sizes, arrays, note)
            file.flush()
            os.fsync(file.fileno())
        take_name(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return checksum


def _write(file: BinaryIO, kind: Kind, sizes: Sizes, arrays: Mapping[str, NDArray[Any]], note: str) -> str:
    header = encode(kind, sizes, note)
    sections = placed(kind.arrays(sizes), PREAMBLE.size + len(header))
    length = end(sections)
    digest = hashlib.sha256(preamble(header, length, bytes(CHECKSUM_BYTES))[:CHECKSUM_AT])

    def put(data: bytes | memoryview) -> None:
        digest.update(data)
        file.write(data)

    file.write(bytes(PREAMBLE.size))
    put(header)
    for section in sections:
        put(bytes(section.offset - file.tell()))
        for part in _parts(_checked(arrays[section.array.name], section.array.dtype, section.array.shape)):
            put(part)
    file.seek(0)
    file.write(preamble(header, length, digest.digest()))
    return digest.hexdigest()


def _checked(array: NDArray[Any], dtype: str, shape: tuple[int, ...]) -> NDArray[Any]:
    if array.dtype != np.dtype(dtype) or array.shape != shape:
        raise TypeError(f"{array.dtype}{array.shape} was given where {dtype}{shape} belongs")
    return array


def _parts(array: NDArray[Any]) -> Iterator[memoryview]:
    flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8).data
    for start in range(0, len(flat), _RUN_BYTES):
        yield flat[start : start + _RUN_BYTES]
