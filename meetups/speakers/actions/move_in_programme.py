"""The order of the talks."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.speakers.models import Talk


def move_in_programme(*, talk: Talk, by_places: int, at: datetime, by: User) -> None:
    """Moves a confirmed talk up (negative) or down in its event's programme and renumbers it from 1."""
    with transaction.atomic(durable=True):
        talks = list(Talk.objects.on_programme().filter(event_id=talk.event_id).select_for_update())
        order = [one for one in talks if one.pk != talk.pk]
        if len(order) == len(talks):
            return
        here = next(number for number, one in enumerate(talks) if one.pk == talk.pk)
        order.insert(max(0, min(here + by_places, len(order))), talks[here])
        for number, one in enumerate(order, start=1):
            one.position = number
        Talk.objects.bulk_update(order, ["position"])
        record(thread=talk.event.thread, subject=f"programme:{talk.event_id}", verb="move_in_programme", at=at, by=by)
