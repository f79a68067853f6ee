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

_TIME_SHARE = 0.8  # of the time limit, after which no further frame is begun


class Refused(Exception):
    """The header asks for more than the limits allow."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.problem = Problem(Cause.OVER_LIMIT, reason)


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
    except Refused as refusal:
        look.problems.append(refusal.problem)
    except Image.DecompressionBombError:
        look.problems.append(Problem(Cause.OVER_LIMIT, _too_many_pixels(limits)))
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


def _too_many_pixels(limits: Limits) -> str:
    return f"The picture claims more than {limits.max_pixels} pixels (setting imagery.max_pixels)."


def _see(look: _Look, data: memoryview, limits: Limits) -> None:
    name = PILLOW_FORMATS[look.media_type]
    with Image.open(as_file(data), formats=(name,)) as image:
        _check_size(look, image, limits)
        look.frames = frames.count(image, look.media_type, data, limits.max_frames + 1)
        if look.frames > limits.max_frames:
            raise Refused(f"The file has more than {limits.max_frames} frames (setting imagery.max_frames).")
        for frame in frames.visit(image, frames.sampled(look.frames, limits.frames_sampled)):
            if frame and _late(look, limits):
                look.problems.append(_out_of_time(frame, look.frames))
                return
            orientation = pixels.load(image)
            _check_size(look, image, limits)  # an icon knows its size only now
            _hash_frame(look, image, orientation, frame)


def _check_size(look: _Look, image: Image.Image, limits: Limits) -> None:
    look.width, look.height = image.size
    if look.width < 1 or look.height < 1:
        raise ValueError("no pixels")
    if look.width * look.height > limits.max_pixels:
        raise Refused(_too_many_pixels(limits))


def _late(look: _Look, limits: Limits) -> bool:
    return time.perf_counter() - look.started_s > limits.time_s * _TIME_SHARE


def _out_of_time(frame: int, total: int) -> Problem:
    reason = f"There was no time to look at frame {frame + 1} of {total} and those after it."
    return Problem(Cause.TIMEOUT, reason, retry=True)


def _hash_frame(look: _Look, image: Image.Image, orientation: int, frame: int) -> None:
    for variant, picture in pixels.renderings(image, orientation):
        started_s = time.perf_counter()
        hashed = pdq(np.asarray(picture))
        look.hash_s += time.perf_counter() - started_s
        if hashed is not None:
            look.renderings.append(Rendering(Variant.FRAME if frame else variant, *hashed, frame))
