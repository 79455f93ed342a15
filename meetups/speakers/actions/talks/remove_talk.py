"""An organizer removes a talk that was entered by hand, with the name of its speaker."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.history.models import record
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import Talk
from meetups.speakers.programme.steps import close_gap
from meetups.speakers.programme.timetable import timetable
from meetups.speakers.talk_states import TalkHasMovedOn


def remove_talk(*, talk: Talk, at: datetime, by: User) -> None:
    """Deletes the talk and the name, also after the event: nothing of the person stays (RULES 236).

    A second call changes nothing. Raises TalkHasMovedOn where the talk has a speaker with an account.
    """
    with seats_of(talk.event, at=at) as seats:
        found = Talk.objects.select_related("speaker").filter(pk=talk.pk).first()
        if found is None:
            return
        if not found.by_hand:
            raise TalkHasMovedOn(title=found.title, state=found.get_state_display())
        before, subject = timetable(seats.event), found.subject
        # The talk goes with the name, and with it all that hangs on both.
        found.speaker.delete()
        seats.event.raise_sequence(at)
        seats.event.save(update_fields=["sequence", "sequence_since"])
        record(thread=seats.event.thread, subject=subject, verb="remove_talk", at=at, by=by)
        close_gap(seats.event, before, at=at, by=by)
