"""The encrypted stream of one item."""

import io
import os
import tempfile

import pytest
import tink
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doorward.evidence.sealing import new_item_keyset, seal, sealed_size, unseal

SEGMENT = 1 << 20


def _sealed(keyset: tink.KeysetHandle, item_id: str, data: bytes) -> bytes:
    with tempfile.TemporaryFile() as file:
        seal(keyset, item_id, memoryview(data), file.fileno())
        file.seek(0)
        return file.read()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 3 * SEGMENT))
@example(0)
@example(SEGMENT - 57)
@example(SEGMENT - 56)
@example(SEGMENT - 55)
@example(2 * SEGMENT - 72)
@example(2 * SEGMENT - 71)
def test_the_size_on_disk_is_known_beforehand_and_the_bytes_come_back(size: int) -> None:
    data = os.urandom(size)
    keyset = new_item_keyset()

    sealed = _sealed(keyset, "e_1", data)

    assert len(sealed) == sealed_size(size)
    assert b"".join(unseal(keyset, "e_1", io.BytesIO(sealed))) == data


@pytest.mark.parametrize("cut", [0, 1, 39, 40, 56, SEGMENT, SEGMENT + 1, -1])
def test_a_stream_that_was_cut_off_does_not_verify(cut: int) -> None:
    keyset = new_item_keyset()
    sealed = _sealed(keyset, "e_1", bytes(2 * SEGMENT))

    with pytest.raises(tink.TinkError):
        list(unseal(keyset, "e_1", io.BytesIO(sealed[:cut])))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_one_changed_bit_anywhere_does_not_verify(data: st.DataObject) -> None:
    keyset = new_item_keyset()
    sealed = bytearray(_sealed(keyset, "e_1", b"a harmless text" * 100))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << (bit % 8)

    with pytest.raises(tink.TinkError):
        list(unseal(keyset, "e_1", io.BytesIO(bytes(sealed))))


def test_a_stream_does_not_open_as_another_item() -> None:
    keyset = new_item_keyset()

    with pytest.raises(tink.TinkError):
        list(unseal(keyset, "e_2", io.BytesIO(_sealed(keyset, "e_1", b"text"))))
