"""Digests of bodies."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from doorward.bodies import MemoryBody
from doorward.imagery.digests import digest, digest_bytes


@given(size=st.sampled_from((0, 1, 262_143, 262_144, 262_145, 600_000)), seed=st.integers(0, 255))
def test_digests_are_those_of_the_whole_whatever_pieces_it_is_read_in(size: int, seed: int) -> None:
    data = bytes([seed]) * size
    digests = digest_bytes(data)
    assert digests.md5 == hashlib.md5(data).digest()
    assert digests.sha1 == hashlib.sha1(data).digest()
    assert digests.sha256 == hashlib.sha256(data).digest()


def test_a_body_has_the_digests_of_its_bytes() -> None:
    with MemoryBody.of(b"a cup of coffee") as body:
        assert digest(body) == digest_bytes(b"a cup of coffee")
