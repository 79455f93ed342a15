"""An organizer ticks what she saw: a speaker at the rehearsal, a connection that works."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import Presence, Talk
from meetups.speakers.steps import TalkHasMovedOn

TICKS = {"rehearsal": Presence.Occasion.REHEARSAL, "connection": Presence.Occasion.CONNECTION}


def tick_readiness(*, talk: Talk, point: str, done: bool, at: datetime, by: User) -> None:
    """Ticks `point` (rehearsal or connection), or takes the tick back. The same again changes nothing: the first time stands.

    Raises EventClosed where the event does not take place, TalkHasMovedOn where the talk does not.
    """
    occasion = TICKS[point]
    with transaction.atomic(durable=True):
        talk = Talk.objects.select_for_update(of=("self",), no_key=True).select_related("event").get(pk=talk.pk)
        if not talk.event.is_published:
            raise EventClosed
        if talk.state not in (Talk.State.ACCEPTED, Talk.State.CONFIRMED):
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        seen = Presence.objects.filter(event=talk.event, person=talk.speaker_id, occasion=occasion)
        if seen.exists() == done:
            return
        if done:
            Presence.objects.create(
                event=talk.event, person_id=talk.speaker_id, occasion=occasion, seen_at=at, seen_by=by
            )
        else:
            seen.delete()
        record(
            thread=talk.event.thread,
            subject=talk.subject,
            verb="tick_readiness",
            at=at,
            by=by,
            point=point,
            done=done,
        )
