"""Teardown lists and photos of rooms, for tests and looks."""

import io
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.demo.sample.room import room as room
from meetups.events.models import Event
from meetups.volunteers.actions.teardown.add_chore import add_chore
from meetups.volunteers.actions.teardown.add_room_photo import add_room_photo
from meetups.volunteers.models import Chore, RoomPhoto, Shift
from meetups.volunteers.teardown_list import ChoreLine
from tests.support import cast

DO, DO_NOT = Chore.Sort.DO, Chore.Sort.DO_NOT
# 14:00–16:30 in Tokyo, teardown until 17:30.
DURING = cast.ENDS_AT + timedelta(minutes=50)
LATE = cast.ENDS_AT + timedelta(minutes=75)
OPEN_UNTIL = cast.ENDS_AT + timedelta(days=3)


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


def teardown_of_emi() -> Event:
    """Emi has taken teardown; Ben leads it."""
    made = cast.event()
    cast.volunteering("emi", made)
    Shift.objects.update(lead=cast.member("ben", Role.ORGANIZER))
    return made


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def tick(who: str, chore: Chore, done: str = "1", **more: Any) -> Any:
    url = f"/events/{chore.event.public_id}/teardown/{chore.pk}/tick/"
    return cast.signed_in(who).post(url, {"done": done}, **more)
