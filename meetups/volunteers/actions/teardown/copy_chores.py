"""An organizer copies the teardown list of an earlier event, with its photos."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.volunteers.models import Chore, RoomPhoto
from meetups.volunteers.teardown_list import MOST_PHOTOS, ChoreLine, append_lines, lock_list


def copy_chores(*, event: Event, source: Event, at: datetime, by: User) -> tuple[int, int]:
    """Adds the lines and photos of `source`, an earlier event at the same venue. Lines are added without their ticks.

    Lines and photos that the event has already are left out. Both events show the same stored file. Returns the number of new
    lines and of new photos. Raises EventClosed, ListIsClosed, ListIsFull.
    """
    with transaction.atomic(durable=True):
        event = lock_list(event, at)
        lines = [
            ChoreLine(Chore.Sort(one.sort), one.text, one.detail)
            for one in Chore.objects.filter(event=source).in_order()
        ]
        added = append_lines(event, lines)
        here = set(RoomPhoto.objects.filter(event=event).values_list("image", flat=True))
        # Locked: a removal of one of them waits, so the file is in use at every moment.
        photos = [
            RoomPhoto(
                event=event,
                image=one.image.name,
                width=one.width,
                height=one.height,
                caption=one.caption,
                taken_by_id=one.taken_by_id,
                added_at=one.added_at,
            )
            for one in RoomPhoto.objects.select_for_update().filter(event=source).order_by("pk")
            if one.image.name not in here
        ][: max(MOST_PHOTOS - len(here), 0)]
        RoomPhoto.objects.bulk_create(photos)
        if added or photos:
            record(
                thread=event.thread,
                subject=f"teardown:{event.pk}",
                verb="copy_chores",
                at=at,
                by=by,
                source=source.public_id,
                lines=added,
                photos=len(photos),
            )
        return added, len(photos)
