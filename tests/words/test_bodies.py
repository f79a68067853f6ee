"""Bodies of uploads: written once, then read by several and changed by none."""

import mmap
import os

import pytest

from doorward.bodies import MemoryBody


def test_a_body_is_read_as_it_was_written() -> None:
    with MemoryBody() as body:
        for piece in (b"one ", bytearray(b"two "), memoryview(b"three")):
            body.write(piece)
        assert bytes(body.view()) == b"one two three"
        assert body.size == 13


def test_an_empty_body_can_be_viewed() -> None:
    with MemoryBody() as body:
        assert bytes(body.view()) == b""


def test_whoever_has_the_descriptor_can_read_and_not_write() -> None:
    with MemoryBody.of(b"evidence") as body:
        descriptor = os.dup(body.fileno())
        try:
            assert os.pread(descriptor, 100, 0) == b"evidence"
            for change in (
                lambda: os.pwrite(descriptor, b"X", 0),
                lambda: os.ftruncate(descriptor, 1),
                lambda: mmap.mmap(descriptor, 8, access=mmap.ACCESS_WRITE),
            ):
                with pytest.raises(PermissionError):
                    change()
        finally:
            os.close(descriptor)
        assert bytes(body.view()) == b"evidence"


def test_a_body_that_is_being_read_takes_no_more() -> None:
    with MemoryBody.of(b"a") as viewed, MemoryBody.of(b"a") as shared:
        viewed.view()
        shared.fileno()
        for body in (viewed, shared):
            with pytest.raises(ValueError, match="already being read"):
                body.write(b"b")


def test_viewing_and_then_sharing_works_in_either_order() -> None:
    with MemoryBody.of(b"a") as first, MemoryBody.of(b"a") as second:
        view = first.view()
        first.fileno()
        assert bytes(view) == b"a"
        second.fileno()
        assert bytes(second.view()) == b"a"


def test_closing_twice_or_under_a_view_does_no_harm() -> None:
    body = MemoryBody.of(b"a")
    view = body.view()
    body.close()
    body.close()
    assert bytes(view) == b"a"
