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
from meetups.core.files.picture_parts import shown_parts
from meetups.core.ids import token

PICTURE_OCTETS = 15 * 1024 * 1024
# Today's phone cameras make pictures of 12 to 50 million pixels. A decompression bomb has more.
PICTURE_PIXELS = 60_000_000
# Only for a plain JPEG can the decoder skip pixels that would be thrown away. For other kinds every pixel is in memory, for a
# progressive JPEG every colour of it twice, for a WebP four times. So none takes more than 100 MB and a second.
DRAWN_PIXELS = 25_000_000
DRAWN_OCTETS = 82_000_000
PROGRESSIVE_OCTETS = 37_500_000
WEBP_PIXELS = 6_000_000
# A JPEG with more pixels than this is decoded at a half, a quarter or an eighth of its size, a progressive one far earlier.
WHOLE_PIXELS, PROGRESSIVE_PIXELS = 15_100_000, 4_000_000
# Rows of the reduced picture that are made at once of one with transparent parts.
STRIP = 64
STRIPPED_PIXELS = 4_000_000
# What Exif says of how the camera was held, and what puts it right. With the last four width and height change places.
TURNS = dict(
    zip(
        range(2, 9),
        (
            *(Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM),
            *(Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_270, Image.Transpose.TRANSVERSE),
            Image.Transpose.ROTATE_90,
        ),
        strict=True,
    )
)
THAT_LIE = range(5, 9)
# Markers in a JPEG: a plain picture follows; a pass begins; markers in the range of pictures that are not pictures.
PLAIN, PASS, NO_FRAME = (0xC0, 0xC1), 0xDA, (0xC4, 0xC8, 0xCC)
PICTURE_EDGE = 1600
# A cover is drawn into a box of 16:5, twice as wide as a phone. It may cost a page no more than this.
COVER_SIZE = (1280, 400)
COVER_OCTETS = 60 * 1024
# A picture in a text may cost as much; a noisy one becomes smaller before it becomes bad.
TEXT_EDGES = (1280, 960, 640)
FINE, ROUGH = range(42, 83, 8), range(2, 35, 8)
# The errors that Pillow is known to raise for malicious files, besides its own.
UNREADABLE = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, AttributeError),
    *(ArithmeticError, EOFError, MemoryError, AssertionError, RuntimeError, struct.error, zlib.error),
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
    paper = _redrawn(upload, _within(PICTURE_EDGE))
    written = io.BytesIO()
    paper.save(written, "JPEG", quality=82, optimize=True)
    return ContentFile(written.getvalue(), name="picture.jpg"), paper.width, paper.height


def cover(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """A new WebP of 1280×400 pixels and at most 60 KB from the middle of the uploaded picture, without metadata.

    The file's name and claimed type are ignored. Raises NotAPicture, PictureTooLarge, PictureIsHeavy, CoverTooSmall.
    """
    return ContentFile(_light_or_soft(_redrawn(upload, _as_cover)), name="cover.webp")


def text_picture(upload: "UploadedFile[bytes]") -> "tuple[ContentFile[bytes], int, int]":
    """A new WebP of at most 1280 pixels on an edge and 60 KB from the uploaded picture, with its width and height.

    It is upright and has no metadata. The file's name and claimed type are ignored.
    Raises NotAPicture, PictureTooLarge, PictureIsHeavy.
    """
    paper = _redrawn(upload, _within(TEXT_EDGES[0]))
    for edge in TEXT_EDGES:
        paper.thumbnail((edge, edge))
        made = _light(paper, FINE)
        if made:
            break
    else:
        made = _light_or_soft(paper)
    return ContentFile(made, name="picture.webp"), paper.width, paper.height


def _within(edge: int) -> Callable[[Image.Image, bool], Image.Image]:
    """Makes a picture small enough for `edge` pixels in a row or column."""

    def small(given: Image.Image, _lies: bool) -> Image.Image:
        given = _coarse(given, max(given.size) // edge)
        given.thumbnail((edge, edge))
        return given

    return small


def _as_cover(given: Image.Image, lies: bool) -> Image.Image:
    """The middle of a picture, as large as a cover. One that `lies` is still to be turned upright."""
    across, down = (1, 0) if lies else (0, 1)
    least = [side // 2 for side in COVER_SIZE]
    if given.width < least[across] or given.height < least[down]:
        raise CoverTooSmall(width=least[0], height=least[1])
    size = (COVER_SIZE[across], COVER_SIZE[down])
    return ImageOps.fit(_coarse(given, min(given.width // size[0], given.height // size[1])), size)


def _light(paper: Image.Image, qualities: Sequence[int]) -> bytes:
    """A WebP in the best of the rising qualities with which it is light enough; nothing if there is none.

    Each attempt costs a tenth of a second for half a million pixels, so few are made.
    """
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


def _redrawn(upload: "UploadedFile[bytes]", small: Callable[[Image.Image, bool], Image.Image]) -> Image.Image:
    """The pixels of the picture, upright, as `small` leaves them. It also learns whether width and height will change places."""
    if (upload.size or 0) > PICTURE_OCTETS:
        raise PictureTooLarge
    try:
        file, turned = _shown(upload)
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as given:
            _refuse_too_many_pixels(given, file)
            paper = _on_paper(small(given, turned in THAT_LIE))
            turn = TURNS.get(turned)
            return paper if turn is None else paper.transpose(turn)
    except Image.DecompressionBombError as error:
        raise PictureTooLarge from error
    except UNREADABLE as error:
        raise NotAPicture from error


def _shown(upload: "UploadedFile[bytes]") -> tuple[io.BytesIO, int]:
    """A file of what the picture shows, and its orientation."""
    with upload.open() as opened:
        content, turned = shown_parts(opened.read())
    return io.BytesIO(content), turned


def _refuse_too_many_pixels(given: Image.Image, file: io.BytesIO) -> None:
    """Raises PictureTooLarge or PictureIsHeavy before any pixel is decoded, and has a JPEG decoded smaller than it is."""
    pixels = given.width * given.height
    if pixels > PICTURE_PIXELS:
        raise PictureTooLarge
    if given.format == "JPEG":
        in_one_pass = _is_in_one_pass(file)
        if not in_one_pass and pixels * len(given.getbands()) > PROGRESSIVE_OCTETS:
            raise PictureIsHeavy
        most = WHOLE_PIXELS if in_one_pass else PROGRESSIVE_PIXELS
        part = next((part for part in (1, 2, 4) if pixels <= most * part * part), 8)
        if part > 1:
            given.draft(None, (max(given.width // part, 1), max(given.height // part, 1)))
    elif given.format == "WEBP":
        if pixels > WEBP_PIXELS:
            raise PictureIsHeavy
    elif pixels > DRAWN_PIXELS or pixels * _octets_a_pixel(file) > DRAWN_OCTETS:
        raise PictureIsHeavy


def _octets_a_pixel(file: io.BytesIO) -> int:
    """What a pixel of a PNG takes: in memory four octets, unless it is grey or of a palette, and unpacked perhaps more."""
    depth, kind = file.getbuffer()[24:26]
    samples = {2: 3, 4: 2, 6: 4}.get(kind, 1)
    return max(samples * depth // 8, 4 if samples > 1 else 1)


def _is_in_one_pass(file: io.BytesIO) -> bool:
    """Whether a JPEG stores all colours of a place together.

    A JPEG in several passes is in memory as a whole, even if it is drawn small. The position in the file stays as it was.
    """
    before, colours = file.tell(), 0
    file.seek(2)
    try:
        while len(head := file.read(4)) == 4 and head[0] == 0xFF:
            if head[1] == PASS:
                return bool(file.read(1) == bytes([colours]))
            part = file.read(int.from_bytes(head[2:]) - 2)
            if head[1] & 0xF0 == 0xC0 and head[1] not in NO_FRAME:
                if head[1] not in PLAIN:
                    return False
                colours = part[5]
    finally:
        file.seek(before)
    return False


def _coarse(given: Image.Image, part: int) -> Image.Image:
    """A large PNG or WebP with one pixel for `part` × `part` of them, made strip by strip.

    To make it smaller in one go, Pillow copies a picture with transparent parts as a whole, and it is in memory already.
    """
    has_alpha = given.mode in ("RGBA", "LA")
    if given.format == "JPEG" or given.width * given.height <= STRIPPED_PIXELS:
        return given
    if not has_alpha and (given.mode != "RGB" or part < 2):
        return given
    part = max(part, 2)
    paper = Image.new("RGB", (-(-given.width // part), -(-given.height // part)), "white")
    for top in range(0, given.height, STRIP * part):
        strip = given.crop((0, top, given.width, min(top + STRIP * part, given.height)))
        paper.paste(_on_paper(strip.reduce(part)), (0, top // part))
    return paper


def _on_paper(made: Image.Image) -> Image.Image:
    """The pixels and nothing else. Transparent parts become white."""
    paper = Image.new("RGB", made.size, "white")
    if made.mode in ("RGBA", "LA", "PA") or "transparency" in made.info:
        made = made.convert("RGBA")
        paper.paste(made, mask=made)
    else:
        paper.paste(made.convert("RGB"))
    return paper
