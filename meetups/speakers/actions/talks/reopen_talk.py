"""An organizer reopens a talk that was declined."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_ahead
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import move_talk


def reopen_talk(*, talk: Talk, at: datetime, by: User) -> Talk:
    """Makes a declined talk a proposal again, and tells its speaker. A second call changes nothing.

    Raises EventClosed, TalkHasMovedOn.
    """
    with seats_of(talk.event, at=at) as seats:
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        if talk.state == Talk.State.PROPOSED:
            return talk
        refuse_unless_ahead(seats.event, at)
        # A second acceptance is reminded of like a first one.
        talk.accepted_at = talk.confirmed_at = talk.confirm_by = talk.reminded_at = None
        talk.reply = ""
        talk.save(update_fields=["accepted_at", "confirmed_at", "confirm_by", "reminded_at", "reply"])
        entry = move_talk(talk, Talk.State.PROPOSED, event=seats.event, verb="reopen_talk", at=at, by=by)
        notify(
            kind="talk_reopened",
            recipient=talk.speaker,
            thread=seats.event.thread,
            subject=talk.subject,
            cause=entry.pk,
            at=at,
        )
        return talk
