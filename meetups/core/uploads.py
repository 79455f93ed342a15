"""Files that people bring: nothing is kept as it came without being looked at."""

import io
import struct
import zlib
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from meetups.core.errors import DomainError
from meetups.core.ids import token

PICTURE_OCTETS = 15 * 1024 * 1024
# What a phone's camera makes today has 12 to 50 million pixels; a bomb has more.
PICTURE_PIXELS = 60_000_000
# Only of a JPEG the decoder can leave out what would be thrown away; of the others every pixel lies in memory.
DRAWN_PIXELS = 25_000_000
PICTURE_EDGE = 1600
# What Pillow is known to raise for files that were made to trouble it, besides its own errors.
UNREADABLE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, EOFError, MemoryError, AssertionError, RuntimeError, struct.error, zlib.error),
)


class NotAPicture(DomainError):
    message = _("This file cannot be read as a picture. Choose a JPEG, PNG or WebP.")


class PictureTooLarge(DomainError):
    message = _("This picture is too large. Choose one of up to 15 MB and 60 million pixels.")


def upload_name(instance: Any, filename: str) -> str:
    """Where a file is kept: a name that nobody can guess; of the given one only the ending stays."""
    return f"{type(instance).__name__.lower()}/{token()}{PurePosixPath(filename).suffix.lower()[:8]}"


def picture(upload: "UploadedFile[bytes]") -> "tuple[ContentFile[bytes], int, int]":
    """A JPEG made anew from the uploaded picture, upright, at most 1600 pixels on an edge and without any metadata, with its width and height.

    What the file is called and claims to be is not looked at. Raises NotAPicture, PictureTooLarge.
    """
    if (upload.size or 0) > PICTURE_OCTETS:
        raise PictureTooLarge
    try:
        with Image.open(upload.open(), formats=("JPEG", "PNG", "WEBP", "MPO")) as given:
            pixels = given.width * given.height
            if pixels > (PICTURE_PIXELS if given.format in ("JPEG", "MPO") else DRAWN_PIXELS):
                raise PictureTooLarge
            given.thumbnail((PICTURE_EDGE, PICTURE_EDGE))
            paper = _on_paper(ImageOps.exif_transpose(given))
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except UNREADABLE as error:
        raise NotAPicture from error
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=82, optimize=True)
    return ContentFile(written.getvalue(), name="picture.jpg"), paper.width, paper.height


def _on_paper(made: Image.Image) -> Image.Image:
    """The pixels and nothing else; what was transparent is white."""
    paper = Image.new("RGB", made.size, "white")
    if made.mode in ("RGBA", "LA", "PA") or "transparency" in made.info:
        made = made.convert("RGBA")
        paper.paste(made, mask=made)
    else:
        paper.paste(made.convert("RGB"))
    return paper
