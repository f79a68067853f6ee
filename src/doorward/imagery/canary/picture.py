"""The drawing: a yellow canary on its perch, before an open cage."""

from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray

from doorward.imagery.canary.shapes import Canvas, Colour

SIDE_PIXELS: Final = 512

CANARY_PDQ: Final = bytes.fromhex("d34f261c961b3e792e19496b686485b4a1a691a7dbd31b539a4eae06153b71f8")
CANARY_QUALITY: Final = 100

_NIGHT: Final[Colour] = (22, 62, 84)
_SKY: Final[Colour] = (196, 228, 232)
_IRON: Final[Colour] = (40, 44, 52)
_SLATE: Final[Colour] = (98, 112, 128)
_YELLOW: Final[Colour] = (250, 204, 40)
_AMBER: Final[Colour] = (222, 150, 20)
_ORANGE: Final[Colour] = (232, 96, 24)
_WOOD: Final[Colour] = (120, 74, 38)
_WHITE: Final[Colour] = (255, 255, 255)


def draw() -> NDArray[np.uint8]:
    """The canary, `uint8[512, 512, 3]` in RGB; the same on every machine."""
    canvas = Canvas(SIDE_PIXELS, _NIGHT)
    _cage(canvas)
    _perch(canvas)
    _bird(canvas)
    return canvas.picture()


def png() -> bytes:
    """The canary as a PNG file."""
    from PIL import Image  # here, because a server that only answers never draws

    file = BytesIO()
    Image.fromarray(draw()).save(file, "PNG")
    return file.getvalue()


def _cage(canvas: Canvas) -> None:
    dome = canvas.ellipse((256, 236), (196, 196)) | canvas.polygon(
        [(60, 236), (452, 236), (452, 440), (60, 440)]
    )
    canvas.paint(dome, _SKY)
    for x, top in ((108, 110), (182, 56), (256, 42), (330, 56), (404, 110)):
        canvas.paint(canvas.stroke((x, top), (x, 440), 12), _IRON)
    rim = canvas.ellipse((256, 236), (204, 204)) & ~canvas.ellipse((256, 236), (188, 188))
    canvas.paint(rim & ~canvas.polygon([(40, 236), (472, 236), (472, 500), (40, 500)]), _IRON)
    for x in (60, 452):
        canvas.paint(canvas.stroke((x, 236), (x, 440), 16), _IRON)
    canvas.paint(canvas.stroke((44, 446), (468, 446), 36), _SLATE)
    ring = canvas.ellipse((256, 24), (18, 18)) & ~canvas.ellipse((256, 24), (8, 8))
    canvas.paint(ring, _IRON)


def _perch(canvas: Canvas) -> None:
    canvas.paint(canvas.stroke((66, 380), (446, 380), 22), _WOOD)


def _bird(canvas: Canvas) -> None:
    canvas.paint(canvas.polygon([(150, 330), (190, 300), (110, 470), (64, 452)]), _AMBER)  # tail
    for x in (244, 284):
        canvas.paint(canvas.stroke((x, 340), (x + 6, 378), 10), _ORANGE)  # legs
    canvas.paint(canvas.ellipse((248, 272), (104, 84)), _YELLOW)  # body
    canvas.paint(canvas.ellipse((316, 178), (66, 62)), _YELLOW)  # head
    canvas.paint(canvas.polygon([(372, 160), (430, 188), (366, 206)]), _ORANGE)  # beak
    canvas.paint(canvas.ellipse((214, 280), (72, 44)), _AMBER)  # wing
    canvas.paint(canvas.ellipse((336, 164), (14, 14)), _IRON)  # eye
    canvas.paint(canvas.ellipse((341, 159), (4, 4)), _WHITE)
