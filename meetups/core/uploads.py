"""Files that people bring: nothing is kept as it came without being looked at."""

import io
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
PICTURE_EDGE = 1600


class NotAPicture(DomainError):
    message = _("This file cannot be read as a picture. Choose a JPEG, PNG or WebP.")


class PictureTooLarge(DomainError):
    message = _("This picture is too large. Choose one of up to 15 MB.")


def upload_name(instance: Any, filename: str) -> str:
    """Where a file is kept: a name that nobody can guess; of the given one only the ending stays."""
    return f"{type(instance).__name__.lower()}/{token()}{PurePosixPath(filename).suffix.lower()[:8]}"


def picture(upload: "UploadedFile[bytes]") -> "tuple[ContentFile[bytes], int, int]":
    """A JPEG made anew from the uploaded picture, upright, at most 1600 pixels on an edge and without any metadata, with its width and height.

    Raises NotAPicture, PictureTooLarge.
    """
    if (upload.size or 0) > PICTURE_OCTETS:
        raise PictureTooLarge
    try:
        with Image.open(upload.open(), formats=("JPEG", "PNG", "WEBP", "MPO")) as given:
            if given.width * given.height > PICTURE_PIXELS:
                raise PictureTooLarge
            # For a JPEG this alone lets the decoder skip what would be thrown away.
            given.draft("RGB", (PICTURE_EDGE, PICTURE_EDGE))
            made = ImageOps.exif_transpose(given)
            made.thumbnail((PICTURE_EDGE, PICTURE_EDGE))
            paper = Image.new("RGB", made.size, "white")
            if made.mode in ("RGBA", "LA", "PA") or "transparency" in made.info:
                made = made.convert("RGBA")
                paper.paste(made, mask=made)
            else:
                paper.paste(made.convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise NotAPicture from error
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=82, optimize=True)
    return ContentFile(written.getvalue(), name="picture.jpg"), paper.width, paper.height
