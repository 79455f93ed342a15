"""An organizer adds a picture for the text of an event."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.files.uploads import text_picture
from meetups.events.models import Event, EventPicture
from meetups.events.picture_model import MOST_PICTURES
from meetups.history.models import record


class TooManyPictures(DomainError):
    message = _("An event can have %(most)s pictures. Remove one first.")


def add_picture(*, event: Event, upload: "UploadedFile[bytes]", alt: str, at: datetime, by: User) -> EventPicture:
    """A new picture made from `upload` (RULES 257). It is on the page where the text names it. No one is told.

    Raises NotAPicture, PictureTooLarge, PictureIsHeavy, TooManyPictures.
    """
    # Before the lock, because it takes a second.
    made, width, height = text_picture(upload)
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
        if event.pictures.count() >= MOST_PICTURES:
            raise TooManyPictures(most=MOST_PICTURES)
        picture = EventPicture(event=event, alt=alt, width=width, height=height, added_at=at)
        # If this transaction is rolled back, the clock deletes the file (RULES 79).
        picture.image.save("picture.webp", made, save=False)
        picture.save()
        record(thread=event.thread, subject=f"event:{event.pk}", verb="add_picture", at=at, by=by)
        return picture
