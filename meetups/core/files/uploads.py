"""Files that people upload. A picture is checked and written again before it is kept."""

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from meetups.core.errors import DomainError
from meetups.core.files.bounded import TookTooMuch, bounded
from meetups.core.ids import token

PICTURE_OCTETS = 15 * 1024 * 1024
# Today's phone cameras make pictures of 12 to 50 million pixels. A decompression bomb has more.
PICTURE_PIXELS = 60_000_000
# Only for a plain JPEG can the decoder skip pixels that would be thrown away. For other kinds every pixel is in memory,
# for a WebP several times.
DRAWN_PIXELS = 25_000_000
WEBP_PIXELS = 12_500_000
# Markers in a JPEG: a plain picture follows; a pass begins; markers in the range of pictures that are not pictures.
PLAIN, PASS, NO_FRAME = (0xC0, 0xC1), 0xDA, (0xC4, 0xC8, 0xCC)
PICTURE_EDGE = 1600
# A cover is drawn into a box of 16:5, twice as wide as a phone. It may cost a page no more than this.
COVER_SIZE = (1280, 400)
COVER_OCTETS = 60 * 1024
# A picture in a text may cost as much; a noisy one becomes smaller before it becomes bad.
TEXT_EDGES = (1280, 960, 640)
FINE, ROUGH = range(42, 83, 8), range(2, 35, 8)
# The octets of a new picture, its width and its height.
type Drawn = tuple[bytes, int, int]
# The errors that Pillow is known to raise for malicious files, besides its own.
UNREADABLE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, EOFError, AssertionError, RuntimeError, struct.error, zlib.error),
)


class NotAPicture(DomainError):
    message = _("This file can’t be read as a picture. Choose a JPEG, PNG or WebP.")


class PictureTooLarge(DomainError):
    message = _("This picture is too large. Choose one of up to 15 MB and 60 million pixels.")


class PictureIsHeavy(PictureTooLarge):
    message = _(
        "This picture has too many pixels for its kind of file. Save it as a plain JPEG, not a progressive one."
    )


class CoverTooSmall(DomainError):
    message = _("This picture is too small for a cover. Choose one at least %(width)s pixels wide and %(height)s high.")


def upload_name(instance: Any, filename: str) -> str:
    """The path of a stored file: a name that no one can guess. Only the ending of the given name stays."""
    return f"{type(instance).__name__.lower()}/{token()}{PurePosixPath(filename).suffix.lower()[:8]}"


def picture(upload: "UploadedFile[bytes]") -> "tuple[ContentFile[bytes], int, int]":
    """A new JPEG from the uploaded picture, with its width and height.

    It is upright, has no metadata, and at most 1600 pixels on an edge.

    The file's name and claimed type are ignored. Raises NotAPicture, PictureTooLarge, PictureIsHeavy.
    """
    made, width, height = _made(_picture, upload)
    return ContentFile(made, name="picture.jpg"), width, height


def cover(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """A new WebP of 1280×400 pixels and at most 60 KB from the middle of the uploaded picture, without metadata.

    The file's name and claimed type are ignored. Raises NotAPicture, PictureTooLarge, PictureIsHeavy, CoverTooSmall.
    """
    made, _width, _height = _made(_cover, upload)
    return ContentFile(made, name="cover.webp")


def text_picture(upload: "UploadedFile[bytes]") -> "tuple[ContentFile[bytes], int, int]":
    """A new WebP of at most 1280 pixels on an edge and 60 KB from the uploaded picture, with its width and height.

    It is upright and has no metadata. The file's name and claimed type are ignored.
    Raises NotAPicture, PictureTooLarge, PictureIsHeavy.
    """
    made, width, height = _made(_text_picture, upload)
    return ContentFile(made, name="picture.webp"), width, height


def _made(draw: "Callable[[UploadedFile[bytes]], Drawn]", upload: "UploadedFile[bytes]") -> Drawn:
    if (upload.size or 0) > PICTURE_OCTETS:
        raise PictureTooLarge
    try:
        return bounded(lambda: draw(upload))
    except TookTooMuch as error:
        raise PictureIsHeavy from error


def _picture(upload: "UploadedFile[bytes]") -> Drawn:
    paper = _redrawn(upload, PICTURE_EDGE)
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=82, optimize=True)
    return written.getvalue(), paper.width, paper.height


def _cover(upload: "UploadedFile[bytes]") -> Drawn:
    paper = _redrawn(upload, 2 * PICTURE_EDGE)
    width, height = (side // 2 for side in COVER_SIZE)
    if paper.width < width or paper.height < height:
        raise CoverTooSmall(width=width, height=height)
    return _light_or_soft(ImageOps.fit(paper, COVER_SIZE)), *COVER_SIZE


def _text_picture(upload: "UploadedFile[bytes]") -> Drawn:
    paper = _redrawn(upload, TEXT_EDGES[0])
    for edge in TEXT_EDGES:
        paper.thumbnail((edge, edge))
        made = _light(paper, FINE)
        if made:
            break
    else:
        made = _light_or_soft(paper)
    return made, paper.width, paper.height


def _light(paper: Image.Image, qualities: Sequence[int]) -> bytes:
    """A WebP in the best of the rising qualities with which it is light enough; nothing if there is none."""
    best = b""
    while qualities:
        # The lowest first: nothing else has to be tried for a picture that is too noisy for it.
        middle = len(qualities) // 2 if best else 0
        written = io.BytesIO()
        paper.save(written, "WEBP", quality=qualities[middle], method=4)
        if written.tell() <= COVER_OCTETS:
            best, qualities = written.getvalue(), qualities[middle + 1 :]
        else:
            qualities = qualities[:middle]
    return best


def _light_or_soft(paper: Image.Image) -> bytes:
    """A light WebP in any quality. One that is all noise loses its finest lines first."""
    while not (made := _light(paper, [*ROUGH, *FINE])):
        width, height = paper.size
        paper = paper.resize((max(width // 4, 1), max(height // 4, 1))).resize((width, height))
    return made


def _redrawn(upload: "UploadedFile[bytes]", edge: int) -> Image.Image:
    """The pixels of the picture, upright, at most `edge` of them in a row or column."""
    try:
        with Image.open(upload.open(), formats=("JPEG", "PNG", "WEBP", "MPO")) as given:
            _refuse_too_many_pixels(given, upload)
            given.thumbnail((edge, edge))
            return _on_paper(ImageOps.exif_transpose(given))
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except UNREADABLE as error:
        raise NotAPicture from error


def _refuse_too_many_pixels(given: Image.Image, upload: "UploadedFile[bytes]") -> None:
    """Raises PictureTooLarge or PictureIsHeavy before any pixel is decoded."""
    pixels = given.width * given.height
    if pixels > PICTURE_PIXELS:
        raise PictureTooLarge
    if pixels > (WEBP_PIXELS if given.format == "WEBP" else DRAWN_PIXELS) and not (
        given.format in ("JPEG", "MPO") and _is_in_one_pass(upload)
    ):
        raise PictureIsHeavy


def _is_in_one_pass(upload: "UploadedFile[bytes]") -> bool:
    """Whether a JPEG stores all colours of a place together.

    A JPEG in several passes is in memory as a whole, even if it is drawn small. The position in the file stays as it was.
    """
    before, colours = upload.tell(), 0
    upload.seek(2)
    try:
        while len(head := upload.read(4)) == 4 and head[0] == 0xFF:
            if head[1] == PASS:
                return bool(upload.read(1) == bytes([colours]))
            part = upload.read(int.from_bytes(head[2:]) - 2)
            if head[1] & 0xF0 == 0xC0 and head[1] not in NO_FRAME:
                if head[1] not in PLAIN:
                    return False
                colours = part[5]
    finally:
        upload.seek(before)
    return False


def _on_paper(made: Image.Image) -> Image.Image:
    """The pixels and nothing else. Transparent parts become white."""
    paper = Image.new("RGB", made.size, "white")
    if made.mode in ("RGBA", "LA", "PA") or "transparency" in made.info:
        made = made.convert("RGBA")
        paper.paste(made, mask=made)
    else:
        paper.paste(made.convert("RGB"))
    return paper
