"""The clock or an organizer asks speakers for their slides."""

from datetime import datetime

from django.db import transaction

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.history.models import record
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.refusals import refuse_unless_published
from meetups.speakers.models import Talk
from meetups.speakers.slide_states import states_of, to_ask


def ask_for_slides(*, event: Event, at: datetime, by: User | None) -> int:
    """Sends a message to the speaker of each talk whose slides, or the answer about them, are missing.

    A speaker is asked at most once per talk and day (RULES 95). The clock asks with `by` None. Returns the number of talks that
    were asked about. Raises EventClosed.
    """
    day = at.astimezone(event.zone).date()
    with transaction.atomic(durable=True):
        event = Event.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
        refuse_unless_published(event)
        states = to_ask(states_of(Talk.objects.on_programme().filter(event=event)), day)
        notify_all(
            notification(
                kind="slides_asked",
                recipient_id=state.talk.speaker_id,
                thread=event.thread,
                subject=state.talk.subject,
                cause=f"{day:%Y%m%d}",
                at=at,
            )
            for state in states
        )
        Talk.objects.filter(pk__in=[state.talk.pk for state in states]).update(slides_asked_on=day)
        if states and by:
            subject = f"event:{event.pk}"
            record(thread=event.thread, subject=subject, verb="ask_for_slides", at=at, by=by, talks=len(states))
        return len(states)
