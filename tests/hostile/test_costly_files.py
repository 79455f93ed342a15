"""PDF files made to cost a worker the most: none takes much longer than honest slides of that size, nor more memory."""

import functools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from meetups.core.files.pdf import PDF_OCTETS, PdfRunsSomething, check_pdf
from tests.hostile.attack_files import ATTACK_PDFS, attack_pdf, honest_pdf
from tests.hostile.measuring import Cost, cost_of

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
# Slides of 27 MB take a third of a second. Before, what was packed in 250 KB took seven times as long.
SLOWER, MEGABYTES = 4, 80


@functools.cache
def of_slides() -> Cost:
    """Three hundred pages with a picture each."""
    slides = honest_pdf(300, 95_000)
    assert 27_000_000 < len(slides) < PDF_OCTETS
    found = min((cost_of(check_pdf, slides) for _ in range(3)), key=lambda cost: cost.seconds)
    assert found.refused == ""
    return found


@pytest.mark.parametrize("name", ATTACK_PDFS)
@pytest.mark.in_short(6)
def test_the_worst_pdf_costs_little_more_than_slides(name: str) -> None:
    content = attack_pdf(name)
    assert len(content) <= PDF_OCTETS
    found = min((cost_of(check_pdf, content) for _ in range(2)), key=lambda cost: cost.seconds)
    assert found.seconds < SLOWER * of_slides().seconds
    assert found.megabytes < MEGABYTES


@pytest.mark.parametrize("written", [b"/S/JavaScript", b"/#53  /Jav#61Script", b"/S/L#61unch"])
def test_a_script_is_found_wherever_in_the_file_it_stands(written: bytes) -> None:
    for before in range(1024 * 1024 - 30, 1024 * 1024 + 1, 5):
        content = b"%PDF-1.7\n".ljust(before) + written + b" (x)"
        with pytest.raises(PdfRunsSomething):
            check_pdf(SimpleUploadedFile("slides.pdf", content))
