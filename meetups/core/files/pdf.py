"""PDF files that people upload.

They are stored unchanged and never opened here. `meetups.pages.talks.slides_pdf` shows how they are served.
"""

import itertools
import re
import unicodedata
import zlib
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from meetups.core.errors import DomainError

PDF_OCTETS = 30 * 1024 * 1024
NAME = 120
# The limit for the content that is unpacked to check one PDF.
UNPACKED_OCTETS = 16 * 1024 * 1024


class UnfitPdf(DomainError):
    """The file cannot be accepted. The message says what would be."""


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


ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
RUNS = re.compile(rb"/S\s*/(?:JavaScript|Launch)(?![A-Za-z0-9])")
NAMES_OF_ACTIONS = (b"/JavaScript", b"/Launch")
# Any letter of a name may be written as `#` and two hexadecimal digits.
LETTERS = sorted(set("EncryptSJavaScriptLaunchObjStm"))
AS_NUMBERS = {b"#%02x" % ord(letter): letter.encode() for letter in LETTERS}
AS_NUMBERS |= {written.upper(): letter for written, letter in AS_NUMBERS.items()}
STREAM = re.compile(rb"(?<!end)stream\r?\n")
# The dictionary before a stream says whether objects are packed in it.
PACKED = re.compile(b"/" + b"".join(b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in b"ObjStm"))
IN_FRONT = 400
# A stream is read and unpacked in pieces of these sizes. Looking at a stream costs at least one piece, even if it holds less.
READ_OCTETS = 4 * 1024
PIECE_OCTETS = 64 * 1024
# The file itself is looked through in pieces, too: they are changed, and the whole of it twice is much memory.
LOOKED_AT_OCTETS = 1024 * 1024


def check_pdf(upload: "UploadedFile[bytes]") -> None:
    """Raises PdfTooLarge, PdfIsEncrypted, PdfRunsSomething.

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
    packed: list[int] = []
    for start in range(0, len(content), LOOKED_AT_OCTETS):
        piece = content[max(start - IN_FRONT, 0) : start + LOOKED_AT_OCTETS]
        plain = _in_letters(piece)
        if ENCRYPTED.search(plain):
            raise PdfIsEncrypted
        if _runs(plain):
            raise PdfRunsSomething
        if b"/ObjStm" in plain:
            packed += _ends_of_packed(piece, max(start - IN_FRONT, 0), packed)
    if any(_runs(_in_letters(part)) for part in _unpacked(content, packed)):
        raise PdfRunsSomething


def _ends_of_packed(piece: bytes, start: int, before: list[int]) -> list[int]:
    """Where the names of packed objects end in a piece that begins at `start`, without those found `before`. No more than are unpacked."""
    last = before[-1] if before else 0
    found = (start + front.end() for front in PACKED.finditer(piece))
    return [*itertools.islice((end for end in found if end > last), UNPACKED_OCTETS // PIECE_OCTETS - len(before) + 1)]


def _in_letters(content: bytes) -> bytes:
    """`content` with the letters of the names that are looked for as letters. Other code looks for them much faster so."""
    if b"#" in content:
        for written, letter in AS_NUMBERS.items():
            content = content.replace(written, letter)
    return content


def _runs(content: bytes) -> bool:
    """Whether a script or a program is named. The pattern is slow in a file full of `/S`; few have the names that end it."""
    return any(name in content for name in NAMES_OF_ACTIONS) and bool(RUNS.search(content))


def _unpacked(content: bytes, packed: list[int]) -> Iterator[bytes]:
    """The packed objects of the file, which stand behind the places `packed`, piece by piece. Content beyond the limit or content that cannot be read is skipped."""
    left = UNPACKED_OCTETS
    for place in packed:
        before = b""
        stream = STREAM.search(content, place, place + IN_FRONT)
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
