"""Pictures made to cost a worker the most: none takes much longer than the honest photo of a camera, nor much more memory."""

import functools
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from meetups.core.files.uploads import cover, picture, text_picture
from tests.hostile.attack_files import ATTACK_PICTURES, PICTURE, attack_picture, noise, saved
from tests.hostile.measuring import Cost, cost_of

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
KINDS: dict[str, Callable[..., object]] = {"cover": cover, "text picture": text_picture, "photo": picture}
ORIENTATION = 0x0112
# A photo of twelve million pixels takes a third of a second. Before, the worst took thirty times as long, and 460 MB.
SLOWER, MEGABYTES = 4, 130


@functools.cache
def photo() -> bytes:
    """An honest photo of a camera: 4000×3000, a few megabytes."""
    return saved(noise(1000, 750).resize((4000, 3000)), "JPEG", quality=90)


@functools.cache
def of_a_photo(kind: str) -> Cost:
    found = min((cost_of(KINDS[kind], photo()) for _ in range(3)), key=lambda cost: cost.seconds)
    assert found.refused == ""
    return found


def least(kind: str, content: bytes) -> Cost:
    return min((cost_of(KINDS[kind], content) for _ in range(2)), key=lambda cost: cost.seconds)


@pytest.mark.parametrize("name", ATTACK_PICTURES)
@pytest.mark.in_short(6)
def test_the_worst_picture_costs_little_more_than_a_photo(name: str) -> None:
    content = attack_picture(name)
    assert len(content) <= PICTURE + 4096
    for kind in KINDS:
        found = least(kind, content)
        assert found.seconds < SLOWER * of_a_photo(kind).seconds
        assert found.megabytes < MEGABYTES


@pytest.mark.parametrize("kind", KINDS)
def test_large_pictures_that_people_have_are_taken(kind: str) -> None:
    """A photo of 48 million pixels, a picture of the largest screen with and without alpha, and what editors save for pages."""
    screen = Image.new("RGB", (6016, 3384), "teal")
    for content in (
        saved(Image.new("RGB", (8064, 6048), "teal"), "JPEG"),
        saved(screen, "PNG", compress_level=1),
        saved(screen.convert("RGBA"), "PNG", compress_level=1),
        saved(Image.new("RGB", (4032, 3024), "teal"), "JPEG", progressive=True, exif=Image.Exif()),
        saved(Image.new("RGB", (3000, 2000), "teal"), "WEBP"),
    ):
        assert cost_of(KINDS[kind], content).refused == ""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_alpha_looks_the_same_made_smaller_in_strips(kind: str) -> None:
    """Left half red, right half clear, which becomes white; held sideways, so that red is above."""
    paper = Image.new("RGB" if kind == "JPEG" else "RGBA", (2600, 2000), "white" if kind == "JPEG" else (0, 0, 0, 0))
    paper.paste("red", (0, 0, 1300, 2000))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    made, width, height = text_picture(SimpleUploadedFile("a", saved(paper, kind, exif=exif)))
    shown = Image.open(made).convert("RGB")
    assert (width, height) == shown.size == (985, 1280)
    for across in (20, 480, 960):
        above, below = shown.getpixel((across, 300)), shown.getpixel((across, 980))
        assert isinstance(above, tuple)
        assert isinstance(below, tuple)
        assert above[0] > 230 > 40 > above[1]
        assert min(below) > 240
