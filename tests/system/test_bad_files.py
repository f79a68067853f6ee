"""Every kind of bad file over HTTP, through the whole house with the shipped policy."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from doorward.findings import Cause
from support.files import RGB, flipped, jpeg_claiming, png
from support.pictures import drawn, photograph, saved
from support.server import RunningServer
from support.sites import Site, make_site


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    return out.getvalue()


_JPEG = saved(photograph("coffee.png"), "JPEG", quality=90)
_PNG = saved(photograph("coffee.png"), "PNG")

# file -> the cause for which it is held
HELD = {
    "an empty body": (b"", Cause.EMPTY),
    "one byte": (b"\xff", Cause.UNSUPPORTED),
    "no pixels": (png(0, 0, b""), Cause.UNDECODABLE),
    "65,500 x 65,500 claimed": (jpeg_claiming(_JPEG, 65_500, 65_500), Cause.OVER_LIMIT),
    "400 megapixels": (png(20_000, 20_000, b"\0" * 1_000, colour=RGB), Cause.OVER_LIMIT),
    "a JPEG cut off": (_JPEG[: len(_JPEG) // 2], Cause.TRUNCATED),
    "a PNG with a wrong checksum": (flipped(_PNG, len(_PNG) // 2), Cause.TRUNCATED),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', Cause.UNSUPPORTED),
    "a ZIP": (_zip(), Cause.UNSUPPORTED),
    "a web page": (b"<!doctype html><html><body>hello</body></html>", Cause.UNSUPPORTED),
    "text": (b"this is no picture\n", Cause.UNSUPPORTED),
}


def _unusual() -> Iterator[tuple[str, bytes]]:
    """Pictures that are all the same photograph, in ways that trip decoders."""
    picture = photograph("coffee.png")
    yield "CMYK", saved(picture.convert("CMYK"), "JPEG")
    yield "palette", saved(picture.convert("P", palette=Image.Palette.ADAPTIVE), "PNG")
    yield "16 bit", saved(Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257), "PNG")
    yield "alpha", saved(picture.convert("RGBA"), "PNG")
    yield "animated", saved(picture, "GIF", save_all=True, append_images=[drawn(1, picture.size)])
    yield "1 bit", saved(picture.convert("1"), "PNG")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("bad-files")
    made = make_site(folder / "data", None)
    (folder / "coffee.png").write_bytes(_PNG)
    listing = folder / "list.csv"
    listing.write_text(made.run("hash", str(folder / "coffee.png")))
    arguments = ("--code", "csam_known", "--source", "test photographs", "--expires", "2099-01-01")
    made.run("lists", "import", "photographs", str(listing), *arguments)
    return made


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[RunningServer]:
    with RunningServer(site.data) as running:
        yield running


def _upload(server: RunningServer, site: Site, content: bytes) -> dict[str, Any]:
    headers = {**site.headers, "Content-Type": "image/png"}
    answer = httpx.post(f"{server.url}/v1/screen/upload", content=content, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("name", HELD)
def test_what_cannot_be_assessed_is_held_with_the_reason(
    name: str, server: RunningServer, site: Site
) -> None:
    content, cause = HELD[name]
    answer = _upload(server, site, content)
    assert answer["decision"] in ("hold", "block"), answer
    assert cause in [item["cause"] for item in answer["not_assessed"]]
    assert all(item["reason"] for item in answer["not_assessed"])


@pytest.mark.parametrize(("name", "content"), list(_unusual()))
def test_a_listed_photograph_is_known_however_it_is_stored(
    name: str, content: bytes, server: RunningServer, site: Site
) -> None:
    answer = _upload(server, site, content)
    assert answer["decision"] == "block", answer
    assert answer["findings"][0]["entry"] == "coffee.png"


def test_a_single_pixel_shows_nothing_and_is_allowed(server: RunningServer, site: Site) -> None:
    answer = _upload(server, site, saved(Image.new("RGB", (1, 1)), "PNG"))
    assert (answer["decision"], answer["not_assessed"]) == ("allow", [])


def test_after_all_of_them_the_server_is_as_ready_as_before(server: RunningServer, site: Site) -> None:
    for content, _ in HELD.values():
        _upload(server, site, content)
    assert _upload(server, site, saved(drawn(9), "PNG"))["decision"] == "allow"
    assert httpx.get(f"{server.url}/readyz", timeout=30).status_code == 200
