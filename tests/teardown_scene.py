"""Teardown lists and photos of rooms, for tests and looks."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.volunteers.actions.add_chore import add_chore
from meetups.volunteers.actions.add_room_photo import add_room_photo
from meetups.volunteers.models import Chore, RoomPhoto
from meetups.volunteers.teardown import Line
from tests import cast

DO, DO_NOT = Chore.Sort.DO, Chore.Sort.DO_NOT


def line(
    event: Event, text: str = "ゴミを分別する", *, sort: Chore.Sort = DO, detail: str = "", by: User | None = None
) -> Chore:
    """A line of the list, written by Aiko when the event was planned."""
    written = Line(sort, text, detail)
    add_chore(event=event, line=written, at=event.created_at, by=by or cast.person("aiko"))
    found: Chore = Chore.objects.get(event=event, text=text, sort=sort)
    return found


def photo(event: Event, caption: str = "窓側", *, by: User | None = None, size: int = 40) -> RoomPhoto:
    """A photo of the room."""
    upload = SimpleUploadedFile("IMG_1.jpg", jpeg(room(size * 4, size * 3)), "image/jpeg")
    return add_room_photo(
        event=event, upload=upload, caption=caption, at=event.created_at, by=by or cast.person("aiko")
    )


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


def jpeg(made: Image.Image, **options: object) -> bytes:
    """The picture as a JPEG file."""
    written = io.BytesIO()
    made.save(written, "JPEG", **options)
    return written.getvalue()
