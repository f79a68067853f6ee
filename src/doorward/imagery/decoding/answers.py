"""What a decoder answers, as values and as JSON.

JSON, not pickle: a worker may have been taken over by the file it decoded, and reading its answer
must not be a way into the server. So the reader believes nothing it has not checked.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from doorward.findings import Cause, Variant

PDQ_BYTES = 32
_MAX_ITEMS = 10_000  # of renderings or problems in one answer
_MAX_REASON = 300  # characters
_TIMINGS = frozenset(("decode", "hash", "wait"))

Word = TypeVar("Word", bound=StrEnum)


class BadAnswer(ValueError):
    """An answer that no honest worker writes."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way of seeing the picture, and its PDQ hash.

    `pdq` is 32 bytes, its bits in the order in which `pdqhash` and python-threatexchange write
    them; `quality` is 0 … 100; `frame` counts from 0. One that is not `exact` was made from the luma of
    a JPEG alone: it lies near the hash of the picture, and is good for finding candidates only.
    """

    variant: Variant
    pdq: bytes
    quality: int
    frame: int = 0
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a picture, or a part of it, was not seen. Becomes a `NotAssessed`."""

    cause: Cause
    reason: str
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Decoded:
    """All that decoding told. Renderings *and* problems: of a torn picture one sees the upper half."""

    width: int = 0
    height: int = 0
    frames: int = 0
    renderings: tuple[Rendering, ...] = ()
    problems: tuple[Problem, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)  # decode, hash; the pool adds wait


def to_json(decoded: Decoded) -> dict[str, Any]:
    """What a worker writes."""
    body = asdict(decoded)
    body["renderings"] = [{**asdict(each), "pdq": each.pdq.hex()} for each in decoded.renderings]
    return body


def from_json(body: object) -> Decoded:
    """The answer that `to_json` wrote. Raises `BadAnswer` if anything about it is off."""
    table = _table(body)
    return Decoded(
        width=_number(table, "width"),
        height=_number(table, "height"),
        frames=_number(table, "frames"),
        renderings=tuple(_rendering(each) for each in _items(table, "renderings")),
        problems=tuple(_problem(each) for each in _items(table, "problems")),
        timings_ms=_timings(table),
    )


def _rendering(body: object) -> Rendering:
    table = _table(body)
    text = table.get("pdq")
    if not isinstance(text, str) or len(text) != 2 * PDQ_BYTES:
        raise BadAnswer("pdq: not 64 hexadecimal digits")
    try:
        pdq = bytes.fromhex(text)
    except ValueError as error:
        raise BadAnswer("pdq: not 64 hexadecimal digits") from error
    quality = _number(table, "quality")
    if quality > 100 or len(pdq) != PDQ_BYTES:
        raise BadAnswer("pdq or quality: out of range")
    variant, frame = _word(table, "variant", Variant), _number(table, "frame")
    return Rendering(variant, pdq, quality, frame, _flag(table, "exact"))


def _problem(body: object) -> Problem:
    table = _table(body)
    reason = table.get("reason")
    if not isinstance(reason, str) or len(reason) > _MAX_REASON or not reason.isprintable():
        raise BadAnswer("reason: not a line of text")
    return Problem(_word(table, "cause", Cause), reason, _flag(table, "retry"))


def _timings(table: Mapping[str, object]) -> Mapping[str, float]:
    timings = _table(table.get("timings_ms"))
    if not _TIMINGS.issuperset(timings):
        raise BadAnswer("timings_ms: an unknown name")
    return {name: _duration(value) for name, value in timings.items()}


def _duration(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise BadAnswer("timings_ms: not a duration")
    return float(value)


def _table(body: object) -> Mapping[str, object]:
    if not isinstance(body, dict):
        raise BadAnswer("not an object")
    return body


def _items(table: Mapping[str, object], name: str) -> list[object]:
    items = table.get(name)
    if not isinstance(items, list) or len(items) > _MAX_ITEMS:
        raise BadAnswer(f"{name}: not a list of reasonable length")
    return items


def _number(table: Mapping[str, object], name: str) -> int:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**40:
        raise BadAnswer(f"{name}: not a natural number")
    return value


def _flag(table: Mapping[str, object], name: str) -> bool:
    value = table.get(name)
    if not isinstance(value, bool):
        raise BadAnswer(f"{name}: neither true nor false")
    return value


def _word(table: Mapping[str, object], name: str, vocabulary: type[Word]) -> Word:
    try:
        return vocabulary(str(table.get(name)))
    except ValueError as error:
        raise BadAnswer(f"{name}: not one of the known words") from error
