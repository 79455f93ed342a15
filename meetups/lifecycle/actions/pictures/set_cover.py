"""An organizer puts a picture at the head of an event's page."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from meetups.accounts.models import User
from meetups.core.files.uploads import cover
from meetups.events.models import Event
from meetups.history.models import record


def set_cover(*, event: Event, upload: "UploadedFile[bytes]", at: datetime, by: User) -> Event:
    """Replaces the cover with a new picture made from `upload` (RULES 242). No one is told.

    Raises NotAPicture, PictureTooLarge, PictureIsHeavy, CoverTooSmall.
    """
    # Before the lock, because it takes a second.
    made = cover(upload)
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).select_related("community").get(pk=event.pk)
        # If this transaction is rolled back, the clock deletes the new file; else the old one (RULES 79).
        event.cover.save("cover.webp", made, save=False)
        event.save(update_fields=["cover"])
        record(thread=event.thread, subject=f"event:{event.pk}", verb="set_cover", at=at, by=by)
        return event
