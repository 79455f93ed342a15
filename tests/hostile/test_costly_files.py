"""Files made to keep a worker busy: reading one ends at a limit, and the worker goes on (RULES 271)."""

import os
import resource
import signal
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from meetups.core.errors import DomainError
from meetups.core.files import bounded as limits
from meetups.core.files.bounded import MEGABYTES, TookTooMuch, bounded
from meetups.core.files.pdf import PdfIsHeavy, check_pdf
from meetups.core.files.uploads import PictureIsHeavy, cover, picture, text_picture
from tests.hostile.attack_files import (
    honest_pdf,
    jpeg_of_many_parts,
    jpeg_of_many_passes,
    pdf_of_slashes,
    pdf_that_unpacks_to_names,
    png_of_many_parts,
    saved,
)

ATTACKS = [
    (text_picture, png_of_many_parts, PictureIsHeavy),
    (cover, jpeg_of_many_parts, PictureIsHeavy),
    (picture, jpeg_of_many_passes, PictureIsHeavy),
    (check_pdf, pdf_of_slashes, PdfIsHeavy),
    (check_pdf, pdf_that_unpacks_to_names, PdfIsHeavy),
]


def spent() -> float:
    """Seconds of the processor in processes that this one began and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize(("work", "attack", "refusal"), ATTACKS, ids=lambda one: getattr(one, "__name__", None))
def test_a_file_that_keeps_the_worker_busy_is_given_up(
    work: Callable[[SimpleUploadedFile], object],
    attack: Callable[[], bytes],
    refusal: type[DomainError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "SECONDS", 1)
    upload = SimpleUploadedFile("file", attack())
    before = spent()
    with pytest.raises(refusal):
        work(upload)
    assert spent() - before < 2


def test_what_fills_the_memory_is_given_up() -> None:
    assert bounded(lambda: len(bytes(MEGABYTES * 500_000))) == MEGABYTES * 500_000
    with pytest.raises(TookTooMuch):
        bounded(lambda: len(bytes(MEGABYTES * 1_100_000)))


def test_a_process_that_is_killed_is_no_accident_of_the_worker() -> None:
    """As where the container has no memory left."""
    with pytest.raises(TookTooMuch):
        bounded(lambda: os.kill(os.getpid(), signal.SIGKILL))


@pytest.mark.parametrize("work", [cover, picture, text_picture])
@pytest.mark.story
def test_large_pictures_that_people_have_are_taken(work: Callable[[SimpleUploadedFile], object]) -> None:
    """A photo of 48 million pixels, pictures of the largest screen, and what editors save for pages."""
    screen = Image.new("RGB", (6016, 3384), "teal")
    for content in (
        saved(Image.new("RGB", (8064, 6048), "teal"), "JPEG"),
        saved(screen, "PNG", compress_level=1),
        saved(screen.convert("RGBA"), "PNG", compress_level=1),
        saved(Image.new("RGB", (5000, 5000), "teal"), "JPEG", progressive=True),
        saved(Image.new("RGB", (4000, 3000), "teal"), "WEBP"),
    ):
        assert work(SimpleUploadedFile("file", content))


def test_slides_of_three_hundred_pages_are_taken() -> None:
    check_pdf(SimpleUploadedFile("slides.pdf", honest_pdf(300, 90_000), "application/pdf"))
