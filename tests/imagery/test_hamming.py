"""Hamming distances: the native kernel, the NumPy kernel and plain counting agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from structlog.testing import capture_logs

from doorward._native import hamming_distances
from doorward.imagery.matching import hamming
from doorward.imagery.matching.hamming import distances_bits, numpy_kernel

HASH = st.binary(min_size=32, max_size=32)


def as_array(hashes: list[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)


@given(query=HASH, hashes=st.lists(HASH, max_size=40))
def test_both_kernels_count_the_differing_bits(query: bytes, hashes: list[bytes]) -> None:
    expected = [sum((a ^ b).bit_count() for a, b in zip(query, each, strict=True)) for each in hashes]
    for compute in (hamming_distances, numpy_kernel):
        out = np.full(len(hashes), 9999, np.uint16)
        compute(np.frombuffer(query, np.uint8), as_array(hashes), out)
        assert out.tolist() == expected


def test_both_kernels_agree_beyond_the_size_of_a_piece() -> None:
    hashes = np.random.default_rng(7).integers(0, 256, (20_001, 32), np.uint8)
    native, plain = np.empty(len(hashes), np.uint16), np.empty(len(hashes), np.uint16)
    hamming_distances(hashes[3], hashes, native)
    numpy_kernel(hashes[3], hashes, plain)
    assert np.array_equal(native, plain)
    assert native[3] == 0


def test_hashes_at_any_address_are_read_rightly() -> None:
    memory = np.random.default_rng(8).integers(0, 256, 32 * 50 + 1, np.uint8)
    odd = memory[1:].reshape(-1, 32)
    assert np.array_equal(distances_bits(bytes(32), odd), np.bitwise_count(odd).sum(axis=1))


@pytest.mark.parametrize(
    ("hashes", "out"),
    [
        (np.zeros((4, 32), np.uint8), np.zeros(4, np.int32)),
        (np.zeros((4, 32), np.uint8), np.zeros(8, np.uint16)[::2]),
        (np.zeros((32, 4), np.uint8).T, np.zeros(4, np.uint16)),
        (np.zeros((4, 31), np.uint8), np.zeros(4, np.uint16)),
    ],
)
def test_the_native_kernel_refuses_arrays_of_another_layout(hashes: NDArray[np.uint8], out: object) -> None:
    with pytest.raises(TypeError):
        hamming_distances(np.zeros(32, np.uint8), hashes, out)  # type: ignore[arg-type]


def test_the_native_kernel_refuses_too_little_room_for_its_answer() -> None:
    with pytest.raises(ValueError, match="one place for each hash"):
        hamming_distances(np.zeros(32, np.uint8), np.zeros((4, 32), np.uint8), np.zeros(3, np.uint16))


@pytest.mark.usefixtures("without_extension")
def test_without_the_extension_numpy_answers_and_it_is_said_once() -> None:
    with capture_logs() as logs:
        first = distances_bits(bytes(32), np.full((1, 32), 0xFF, np.uint8))
        distances_bits(bytes(32), np.zeros((1, 32), np.uint8))
    assert first.tolist() == [256]
    assert [log["event"] for log in logs] == ["native_kernels_missing"]
    assert hamming.kernel() is numpy_kernel
