"""A drawn photo of a room, for the teardown lists of the sample and of the tests."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def room_photo(width: int, height: int, *, rows: int = 3) -> SimpleUploadedFile:
    """The drawn room as a phone would send it."""
    written = io.BytesIO()
    room(width, height, rows=rows).save(written, "JPEG")
    return SimpleUploadedFile("room.jpg", written.getvalue(), "image/jpeg")


def room(width: int, height: int, *, rows: int = 3, wall: str = "#d9d2c3") -> Image.Image:
    """A room with rows of desks, drawn."""
    made = Image.new("RGB", (width, height), wall)
    pen = ImageDraw.Draw(made)
    pen.rectangle((0, height * 0.45, width, height), fill="#a98f6d")
    pen.rectangle((width * 0.3, height * 0.08, width * 0.7, height * 0.34), fill="#fdfdfb", outline="#555", width=3)
    for row in range(rows):
        top = height * (0.5 + 0.16 * row)
        for desk in range(4):
            left = width * (0.06 + 0.235 * desk)
            pen.rectangle((left, top, left + width * 0.19, top + height * 0.06), fill="#f4efe6", outline="#6b5a43")
            pen.rectangle(
                (left + width * 0.06, top + height * 0.07, left + width * 0.13, top + height * 0.12), fill="#333a44"
            )
    return made
