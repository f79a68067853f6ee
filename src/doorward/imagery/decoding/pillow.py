"""The picture decoder of this version: Pillow, on a short lead."""

import time
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from doorward.findings import Cause, Variant
from doorward.imagery.decoding import frames, pixels
from doorward.imagery.decoding.answers import Decoded, Problem, Rendering
from doorward.imagery.decoding.checksums import with_right_checksums
from doorward.imagery.decoding.formats import PILLOW_FORMATS
from doorward.imagery.decoding.limits import Limits
from doorward.imagery.decoding.mapped import as_file
from doorward.imagery.decoding.perceptual import pdq
from doorward.imagery.decoding.pillow_rules import pillow_rules
from doorward.imagery.sniff import MediaType

# Of the time limit, after which no further rendering is begun: each may take as long as the first did.
_TIME_SHARE = 0.6


class Stopped(Exception):
    """A limit ends the look at a file. What was seen before it still counts."""

    def __init__(self, cause: Cause, reason: str, *, retry: bool = False) -> None:
        super().__init__(reason)
        self.problem = Problem(cause, reason, retry)


@dataclass(slots=True)
class _Look:
    """What one attempt at a file has seen so far."""

    media_type: MediaType
    started_s: float
    width: int = 0
    height: int = 0
    frames: int = 0
    renderings: list[Rendering] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    hash_s: float = 0.0

    def decoded(self, *problems: Problem) -> Decoded:
        total_s = time.perf_counter() - self.started_s
        return Decoded(
            self.width,
            self.height,
            self.frames,
            tuple(self.renderings),
            (*self.problems, *problems),
            {"decode": (total_s - self.hash_s) * 1000, "hash": self.hash_s * 1000},
        )


class PillowDecoder:
    """Satisfies `doorward.imagery.decoding.picture.PictureDecoder`."""

    media_types = frozenset(PILLOW_FORMATS)

    def decode(self, data: memoryview, media_type: MediaType, limits: Limits) -> Decoded:
        """Look at a picture strictly, and if that fails once more, at whatever can be made out.

        Viewers show the upper half of a torn picture, so it is hashed; but it is also reported
        as truncated, for the other half was not seen.
        """
        started_s = time.perf_counter()
        strict = _Look(media_type, started_s)
        if _attempt(strict, data, limits, tolerant=False):
            return strict.decoded()
        lenient = _Look(media_type, started_s)
        _attempt(lenient, _mended(data, media_type), limits, tolerant=True)
        best = lenient if len(lenient.renderings) >= len(strict.renderings) else strict
        return best.decoded() if best.problems else best.decoded(_torn(best))


def _attempt(look: _Look, data: memoryview, limits: Limits, *, tolerant: bool) -> bool:
    """Fill `look`. False if the file broke off or was broken."""
    try:
        with pillow_rules(limits.max_pixels, tolerant=tolerant):
            _see(look, data, limits)
    except Stopped as stop:
        look.problems.append(stop.problem)
    except Image.DecompressionBombError:
        look.problems.append(_too_many_pixels(limits).problem)
    except MemoryError:
        look.problems.append(Problem(Cause.OVER_LIMIT, "Decoding takes more memory than a worker may have."))
    except Exception:  # Pillow's parsers raise nearly anything at a broken file
        return False
    return True


def _mended(data: memoryview, media_type: MediaType) -> memoryview:
    return with_right_checksums(data) if media_type is MediaType.PNG else data


def _torn(look: _Look) -> Problem:
    if look.renderings:
        reason = "The picture is cut off or damaged; only what could be decoded of it was looked at."
        return Problem(Cause.TRUNCATED, reason)
    return Problem(Cause.UNDECODABLE, f"The file begins as {look.media_type} but cannot be decoded.")


def _too_many_pixels(limits: Limits) -> Stopped:
    reason = f"The picture claims more than {limits.max_pixels} pixels (setting imagery.max_pixels)."
    return Stopped(Cause.OVER_LIMIT, reason)


def _too_many_frames(limits: Limits) -> Stopped:
    reason = f"The file has more than {limits.max_frames} frames (setting imagery.max_frames)."
    return Stopped(Cause.OVER_LIMIT, reason)


def _see(look: _Look, data: memoryview, limits: Limits) -> None:
    name = PILLOW_FORMATS[look.media_type]
    with Image.open(as_file(data), formats=(name,)) as image:
        _check_size(look, image, limits)
        look.frames = frames.count(image, look.media_type, data, limits.max_frames + 1)
        if look.frames > limits.max_frames:
            raise _too_many_frames(limits)
        for frame in frames.visit(image, frames.sampled(look.frames, limits.frames_sampled)):
            _check_time(look, frame, limits)
            claimed = pixels.load(image)
            _check_size(look, image, limits)  # an icon knows its size only now
            for variant, picture in pixels.renderings(image, claimed):
                _check_time(look, frame, limits)
                _hash(look, Variant.FRAME if frame else variant, picture, frame)


def _check_size(look: _Look, image: Image.Image, limits: Limits) -> None:
    look.width, look.height = image.size
    if look.width < 1 or look.height < 1:
        raise ValueError("no pixels")
    if look.width * look.height > limits.max_pixels:
        raise _too_many_pixels(limits)


def _check_time(look: _Look, frame: int, limits: Limits) -> None:
    """Stop in time to tell what was seen: at the limit itself the pool ends the worker."""
    used_s = time.perf_counter() - look.started_s
    if look.renderings and used_s > limits.time_s * _TIME_SHARE:
        reason = f"Time ran out at frame {frame + 1} of {look.frames}; not all of the picture was looked at."
        raise Stopped(Cause.TIMEOUT, reason, retry=True)


def _hash(look: _Look, variant: Variant, picture: Image.Image, frame: int) -> None:
    started_s = time.perf_counter()
    hashed = pdq(np.asarray(picture))
    look.hash_s += time.perf_counter() - started_s
    if hashed is not None:
        look.renderings.append(Rendering(variant, *hashed, frame))
