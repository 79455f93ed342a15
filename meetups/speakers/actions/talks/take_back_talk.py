"""An organizer takes the acceptance of a talk back."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_unless_open
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import TalkHasMovedOn, end_talk


def take_back_talk(*, talk: Talk, reply: str, at: datetime, by: User) -> Talk:
    """Declines an accepted or confirmed talk; its speaker reads why in `reply`, and its seats fall back (RULES 21, 234).

    A second call changes nothing. Raises EventClosed, TalkHasMovedOn.
    """
    with seats_of(talk.event, at=at) as seats:
        talk = Talk.objects.select_related("speaker").get(pk=talk.pk)
        if talk.state == Talk.State.REJECTED:
            return talk
        refuse_unless_open(seats.event, at)
        if talk.by_hand:
            # There is no one to tell: such a talk is removed.
            raise TalkHasMovedOn(title=talk.title, state=talk.get_state_display())
        talk.reply = reply
        talk.save(update_fields=["reply"])
        entry = end_talk(seats, talk, state=Talk.State.REJECTED, verb="take_back_talk", at=at, by=by)
        notify(
            kind="talk_taken_back",
            recipient=talk.speaker,
            thread=seats.event.thread,
            subject=talk.subject,
            cause=entry.pk,
            at=at,
        )
        return talk
