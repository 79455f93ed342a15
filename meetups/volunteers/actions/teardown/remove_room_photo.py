"""An organizer removes a photo of the room."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.volunteers.models import RoomPhoto
from meetups.volunteers.teardown_list import lock_list


def remove_room_photo(*, photo: RoomPhoto, at: datetime, by: User) -> None:
    """Removes the photo from this event. Its file is deleted a day later, unless another event shows it too (RULES 79).

    Raises EventClosed, ListIsClosed.
    """
    with transaction.atomic(durable=True):
        event = lock_list(photo.event, at)
        removed, _details = RoomPhoto.objects.filter(pk=photo.pk).delete()
        if removed:
            record(thread=event.thread, subject=f"room_photo:{photo.pk}", verb="remove_room_photo", at=at, by=by)
