"""PDF files that people bring. They are kept as they came, and never opened here: see `meetups.pages.pdf` for how they are given out."""

import unicodedata

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError

PDF_OCTETS = 30 * 1024 * 1024
NAME = 120


class NotAPdf(DomainError):
    message = _("This file is not a PDF. Save your slides as a PDF and choose that.")


class PdfTooLarge(DomainError):
    message = _("This file is too large. Choose a PDF of up to 30 MB, or paste a link.")


def check_pdf(upload: "UploadedFile[bytes]") -> None:
    """Raises PdfTooLarge, and NotAPdf for what does not begin as a PDF does, whatever its name or its claimed type say."""
    if (upload.size or 0) > PDF_OCTETS:
        raise PdfTooLarge
    upload.seek(0)
    # Readers also take a PDF that begins later; what else could be in front is what makes one file two things.
    begins = upload.read(5)
    upload.seek(0)
    if begins != b"%PDF-":
        raise NotAPdf


def pdf_name(given: str, instead: str) -> str:
    """The name under which the file is given out: what can be seen of the given one, at most 120 characters, always `.pdf`.

    No folders, no control characters, nothing that turns the direction of writing around. `instead` names a file that had no name.
    """
    plain = _plain(given.replace("\\", "/").rpartition("/")[2])
    stem = plain[:-4] if plain.lower().endswith(".pdf") else plain
    stem = stem.strip(" .") or _plain(instead.replace("/", " ").replace("\\", " ")).strip(" .") or "slides"
    return f"{stem[: NAME - 4].rstrip(' .')}.pdf"


def _plain(text: str) -> str:
    kept = (letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter)[0] != "C")
    return "".join(kept).strip()
