"""PDF files that people bring. They are kept as they came, and never opened here: see `meetups.pages.talks.slides_pdf` for how they are given out."""

import re
import unicodedata
import zlib
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError

PDF_OCTETS = 30 * 1024 * 1024
NAME = 120
# So much of what is packed in a PDF is unpacked to be looked at.
UNPACKED_OCTETS = 64 * 1024 * 1024


class UnfitPdf(DomainError):
    """The file cannot be taken; its message says what would be."""


class NotAPdf(UnfitPdf):
    message = _("This file isn’t a PDF. Save your slides as a PDF and choose that.")


class PdfTooLarge(UnfitPdf):
    message = _("This file is too large. Choose a PDF of up to 30 MB, or paste a link.")


class PdfIsEncrypted(UnfitPdf):
    message = _("This PDF is encrypted, so not everyone could read it. Save it without a password and choose that.")


class PdfRunsSomething(UnfitPdf):
    message = _(
        "This PDF contains a script or starts a program. Save your slides as a PDF without that, or paste a link."
    )


def _name(name: str) -> bytes:
    """A pattern for a name of PDF, in which any letter may be written as `#` and two hexadecimal digits."""
    return b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (ord(c), ord(c), ord(c)) for c in name)


ENCRYPTED = re.compile(_name("Encrypt") + rb"\s*(?:\d+\s+\d+\s+R|<<)")
RUNS = re.compile(_name("S") + rb"\s*(?:" + _name("JavaScript") + b"|" + _name("Launch") + rb")(?![A-Za-z0-9])")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# What stands in front of a stream says that objects are packed in it.
PACKED = re.compile(_name("ObjStm"))
IN_FRONT = 400
# A stream is read and unpacked in such pieces, and however little is in one, looking at it counts as much as a piece.
READ_OCTETS = 4 * 1024
PIECE_OCTETS = 64 * 1024


def check_pdf(upload: "UploadedFile[bytes]") -> None:
    """Raises PdfTooLarge; NotAPdf for what does not begin as a PDF does, whatever its name or its claimed type say; PdfIsEncrypted; and
    PdfRunsSomething.

    The last is a courtesy to readers, not a wall: what hides well is not found, and is given out in a sandbox all the same.
    """
    if (upload.size or 0) > PDF_OCTETS:
        raise PdfTooLarge
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    # Readers also take a PDF that begins later; what else could be in front is what makes one file two things.
    if not content.startswith(b"%PDF-"):
        raise NotAPdf
    if ENCRYPTED.search(content):
        raise PdfIsEncrypted
    if RUNS.search(content) or any(RUNS.search(part) for part in _unpacked(content)):
        raise PdfRunsSomething


def _unpacked(content: bytes) -> Iterator[bytes]:
    """The objects that the file keeps packed, piece by piece; of what is too much, or cannot be read, nothing."""
    left = UNPACKED_OCTETS
    for front in PACKED.finditer(content):
        before = b""
        stream = STREAM.search(content, front.end(), front.end() + IN_FRONT)
        for piece, work in _inflated(content, stream.end()) if stream else ():
            # What stands where two pieces meet is in the second.
            yield before[-IN_FRONT:] + piece
            before = piece
            left -= work
            if left <= 0:
                return
        left -= PIECE_OCTETS
        if left <= 0:
            return


def _inflated(content: bytes, start: int) -> Iterator[tuple[bytes, int]]:
    """The stream that begins at `start`, unpacked piece by piece up to where it ends or is broken, each with the octets that were read and
    made for it. So a stream that is broken at its end has cost what it made, too.
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
