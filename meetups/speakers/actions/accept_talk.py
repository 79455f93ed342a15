"""An organizer takes a proposal."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.notifications.notify import notify
from meetups.registrations.refusals import EventClosed
from meetups.registrations.seats import seats_of
from meetups.speakers.models import Talk
from meetups.speakers.steps import move_talk


def accept_talk(*, talk: Talk, at: datetime, by: User) -> Talk:
    """The speaker is asked to confirm; with that she has a seat. Raises EventClosed, TalkHasMovedOn."""
    with seats_of(talk.event, at=at) as seats:
        if not seats.event.is_open(at):
            raise EventClosed
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        entry = move_talk(talk, Talk.State.ACCEPTED, event=seats.event, verb="accept_talk", at=at, by=by)
        notify(
            kind="talk_accepted",
            recipient=talk.speaker,
            thread=seats.event.thread,
            subject=talk.subject,
            cause=entry.pk,
            at=at,
        )
        return talk
