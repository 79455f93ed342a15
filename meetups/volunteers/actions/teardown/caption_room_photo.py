"""An organizer writes the caption of a room photo."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.volunteers.models import RoomPhoto
from meetups.volunteers.teardown_list import lock_list


def caption_room_photo(*, photo: RoomPhoto, caption: str, at: datetime, by: User) -> None:
    """Saves `caption`, which may be empty. Raises EventClosed, ListIsClosed."""
    with transaction.atomic(durable=True):
        event = lock_list(photo.event, at)
        changed = RoomPhoto.objects.filter(pk=photo.pk).exclude(caption=caption).update(caption=caption)
        if changed:
            record(thread=event.thread, subject=f"room_photo:{photo.pk}", verb="caption_room_photo", at=at, by=by)
