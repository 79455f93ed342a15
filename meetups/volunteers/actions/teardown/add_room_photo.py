"""An organizer adds a photo of the room, so that volunteers can restore it in the evening."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.files.uploads import picture
from meetups.events.models import Event
from meetups.history.models import record
from meetups.volunteers.models import RoomPhoto
from meetups.volunteers.teardown_list import MOST_PHOTOS, lock_list


class TooManyPhotos(DomainError):
    message = _("An event can have at most %(most)s photos. Remove one first.")


def add_room_photo(
    *, event: Event, upload: "UploadedFile[bytes]", at: datetime, by: User, caption: str = ""
) -> RoomPhoto:
    """Saves a new picture made from `upload`, without metadata (RULES 79).

    Raises NotAPicture, PictureTooLarge, TooManyPhotos, EventClosed, ListIsClosed.
    """
    # Before the lock, because it takes a second.
    image, width, height = picture(upload)
    with transaction.atomic(durable=True):
        event = lock_list(event, at)
        if RoomPhoto.objects.filter(event=event).count() >= MOST_PHOTOS:
            raise TooManyPhotos(most=MOST_PHOTOS)
        photo = RoomPhoto(event=event, width=width, height=height, caption=caption, taken_by=by, added_at=at)
        # If this transaction is rolled back, the clock deletes the file (RULES 79).
        photo.image.save("picture.jpg", image, save=False)
        photo.save()
        record(thread=event.thread, subject=f"room_photo:{photo.pk}", verb="add_room_photo", at=at, by=by)
        return photo
