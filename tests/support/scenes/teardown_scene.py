"""Teardown lists and photos of rooms, for tests and looks."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from meetups.accounts.models import User
from meetups.demo.sample.room import room as room
from meetups.events.models import Event
from meetups.volunteers.actions.teardown.add_chore import add_chore
from meetups.volunteers.actions.teardown.add_room_photo import add_room_photo
from meetups.volunteers.models import Chore, RoomPhoto
from meetups.volunteers.teardown_list import ChoreLine
from tests.support import cast

DO, DO_NOT = Chore.Sort.DO, Chore.Sort.DO_NOT


def line(
    event: Event, text: str = "ゴミを分別する", *, sort: Chore.Sort = DO, detail: str = "", by: User | None = None
) -> Chore:
    """A line of the list, written by Aiko when the event was planned."""
    written = ChoreLine(sort, text, detail)
    add_chore(event=event, line=written, at=event.created_at, by=by or cast.person("aiko"))
    found: Chore = Chore.objects.get(event=event, text=text, sort=sort)
    return found


def photo(event: Event, caption: str = "窓側", *, by: User | None = None, size: int = 40) -> RoomPhoto:
    """A photo of the room."""
    return add_room_photo(
        event=event, upload=picture(size), caption=caption, at=event.created_at, by=by or cast.person("aiko")
    )


def picture(size: int = 40) -> SimpleUploadedFile:
    """A picture of the room, as a browser sends it."""
    return SimpleUploadedFile("IMG_1.jpg", jpeg(room(size * 4, size * 3)), "image/jpeg")


def jpeg(made: Image.Image, **options: object) -> bytes:
    """The picture as a JPEG file."""
    written = io.BytesIO()
    made.save(written, "JPEG", **options)
    return written.getvalue()
