"""An organizer ticks what she saw: a speaker at the rehearsal, a connection that works."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.steps import TalkHasMovedOn

TICKS = {"rehearsal": "rehearsed_at", "connection": "connected_at"}


def tick_readiness(*, talk: Talk, point: str, done: bool, at: datetime, by: User) -> Readiness:
    """Ticks `point` (rehearsal or connection), or takes the tick back. The same again changes nothing: the first time stands.

    Raises EventClosed where the event does not take place, TalkHasMovedOn where the talk does not.
    """
    field = TICKS[point]
    with transaction.atomic(durable=True):
        talk = Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event").get(pk=talk.pk)
        if not talk.event.is_published:
            raise EventClosed
        if talk.state not in (Talk.State.ACCEPTED, Talk.State.CONFIRMED):
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        readiness = Readiness.objects.filter(talk=talk).first() or Readiness(talk=talk)
        if (getattr(readiness, field) is not None) == done:
            return readiness
        setattr(readiness, field, at if done else None)
        readiness.save()
        record(
            thread=talk.event.thread,
            subject=talk.subject,
            verb="tick_readiness",
            at=at,
            by=by,
            point=point,
            done=done,
        )
        return readiness
