"""An organizer writes the caption of a room photo."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.history.models import record
from meetups.volunteers.models import RoomPhoto
from meetups.volunteers.teardown_list import lock_list


def photo_version(photo: RoomPhoto) -> str:
    """The version of the caption."""
    return version_of(photo, ("caption",))


def caption_room_photo(*, photo: RoomPhoto, caption: str, seen: str | None = None, at: datetime, by: User) -> None:
    """Saves `caption`, which may be empty. `seen` is the `photo_version` that the form was filled from.

    Raises EventClosed, ListIsClosed, ChangedMeanwhile.
    """
    with transaction.atomic(durable=True):
        event = lock_list(photo.event, at)
        there = RoomPhoto.objects.filter(pk=photo.pk).exclude(caption=caption).first()
        if there:
            refuse_what_has_changed(seen, photo_version(there))
        changed = RoomPhoto.objects.filter(pk=photo.pk).exclude(caption=caption).update(caption=caption)
        if changed:
            record(thread=event.thread, subject=f"room_photo:{photo.pk}", verb="caption_room_photo", at=at, by=by)
