"""An organizer changes the order of a teardown list."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import lock_list


def move_chore(*, chore: Chore, by_places: int, at: datetime, by: User) -> None:
    """Moves a line up (negative) or down among the lines of its sort. A removed line changes nothing.

    Raises EventClosed, ListIsClosed.
    """
    with transaction.atomic(durable=True):
        event = lock_list(chore.event, at)
        lines = list(Chore.objects.filter(event=event).in_order())
        same = [one for one in lines if one.sort == chore.sort]
        rest = [one for one in same if one.pk != chore.pk]
        if len(rest) == len(same):
            return
        here = next(number for number, one in enumerate(same) if one.pk == chore.pk)
        rest.insert(max(0, min(here + by_places, len(rest))), same[here])
        others = [one for one in lines if one.sort != chore.sort]
        for number, one in enumerate([*rest, *others], start=1):
            one.position = number
        Chore.objects.bulk_update([*rest, *others], ["position"])
        record(thread=event.thread, subject=chore.subject, verb="move_chore", at=at, by=by)
