"""PDF files that people upload.

They are stored unchanged and never opened here. `meetups.pages.talks.slides_pdf` shows how they are served.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError
from meetups.core.files.bounded import TookTooMuch, bounded

PDF_OCTETS = 30 * 1024 * 1024
NAME = 120
# The limit for the content that is unpacked to check one PDF.
UNPACKED_OCTETS = 64 * 1024 * 1024


class UnfitPdf(DomainError):
    """The file cannot be accepted. The message says what would be."""


class NotAPdf(UnfitPdf):
    message = _("This file isn’t a PDF. Save your slides as a PDF and choose that.")


class PdfTooLarge(UnfitPdf):
    message = _("This file is too large. Choose a PDF of up to 30 MB, or paste a link.")


class PdfIsHeavy(UnfitPdf):
    message = _("This PDF takes too long to look through. Export it again, or print it to a PDF.")


class PdfIsEncrypted(UnfitPdf):
    message = _("This PDF is encrypted, so not everyone could read it. Save it without a password and choose that.")


class PdfRunsSomething(UnfitPdf):
    message = _(
        "This PDF contains a script or starts a program. Save your slides as a PDF without that, or paste a link."
    )


def _name(name: str) -> bytes:
    """A pattern for a PDF name. Any letter in it may be written as `#` and two hexadecimal digits."""
    return b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (ord(c), ord(c), ord(c)) for c in name)


ENCRYPTED = re.compile(_name("Encrypt") + rb"\s*(?:\d+\s+\d+\s+R|<<)")
RUNS = re.compile(_name("S") + rb"\s*(?:" + _name("JavaScript") + b"|" + _name("Launch") + rb")(?![A-Za-z0-9])")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# The dictionary before a stream says whether objects are packed in it.
PACKED = re.compile(_name("ObjStm"))
IN_FRONT = 400
# A stream is read and unpacked in pieces of these sizes. Looking at a stream costs at least one piece, even if it holds less.
READ_OCTETS = 4 * 1024
PIECE_OCTETS = 64 * 1024


def check_pdf(upload: "UploadedFile[bytes]") -> None:
    """Raises PdfTooLarge, PdfIsHeavy, PdfIsEncrypted, PdfRunsSomething.

    Raises NotAPdf for a file that does not begin as a PDF does, whatever its name or its claimed type says.

    PdfRunsSomething is a courtesy to readers, not a guarantee: a well-hidden script is not found. Files are served in a sandbox
    in any case.
    """
    if (upload.size or 0) > PDF_OCTETS:
        raise PdfTooLarge
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    # PDF readers also accept a PDF that begins later in the file. Other content in front could make one file two things.
    if not content.startswith(b"%PDF-"):
        raise NotAPdf
    try:
        bounded(lambda: look_through(content))
    except TookTooMuch as error:
        raise PdfIsHeavy from error


def look_through(content: bytes) -> None:
    """Raises PdfIsEncrypted, PdfRunsSomething. Without a limit: `check_pdf` has one."""
    if ENCRYPTED.search(content):
        raise PdfIsEncrypted
    if RUNS.search(content) or any(RUNS.search(part) for part in _unpacked(content)):
        raise PdfRunsSomething


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The packed objects of the file, piece by piece. Content beyond the limit or content that cannot be read is skipped."""
    left = UNPACKED_OCTETS
    for front in PACKED.finditer(content):
        before = b""
        stream = STREAM.search(content, front.end(), front.end() + IN_FRONT)
        for piece, work in _inflated(content, stream.end()) if stream else ():
            # A match may cross from one piece to the next. So each piece is checked together with the end of the previous piece.
            yield before[-IN_FRONT:] + piece
            before = piece
            left -= work
            if left <= 0:
                return
        left -= PIECE_OCTETS
        if left <= 0:
            return


def _inflated(content: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """The stream that begins at `start`, unpacked piece by piece until it ends or is broken.

    Each piece comes with the number of octets that were read and made for it. So a stream that breaks at its end still counts
    what it made.
    """
    inflate = zlib.decompressobj()
    while not inflate.eof:
        packed = inflate.unconsumed_tail or content[start : start + READ_OCTETS]
        if not inflate.unconsumed_tail:
            start += READ_OCTETS
        try:
            piece = inflate.decompress(packed, PIECE_OCTETS)
        except zlib.error:
            return
        if not packed:
            return
        yield piece, len(packed) + len(piece)


def pdf_name(given: str, instead: str) -> str:
    """The name under which the file is served: the visible part of the given name, at most 120 characters, always with `.pdf`.

    It has no folders, no control characters, and nothing that turns the direction of writing around. `instead` is for a file
    without a name.
    """
    plain = _plain(given.replace("\\", "/").rpartition("/")[2])
    stem = plain[:-4] if plain.lower().endswith(".pdf") else plain
    stem = stem.strip(" .") or _plain(instead.replace("/", " ").replace("\\", " ")).strip(" .") or "slides"
    return f"{stem[: NAME - 4].rstrip(' .')}.pdf"


def _plain(text: str) -> str:
    kept = (letter for letter in unicodedata.normalize("NFC", text) if unicodedata.category(letter)[0] != "C")
    return "".join(kept).strip()
