"""An organizer changes the length of a talk, or the note for the MC."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import Talk
from meetups.speakers.programme.steps import programme_to_arrange, settle
from meetups.speakers.talk_states import refuse_unless_in


def change_talk_line(
    *, talk: Talk, minutes: int | None = None, note: str | None = None, seen: str | None = None, at: datetime, by: User
) -> None:
    """Changes the given values of an accepted or confirmed talk. The same values again change nothing.

    The talk's speaker is told of a new length, and so are speakers whose talk moves because of it (RULES 91). `seen` is the version of the given values that the form was filled from. Raises ChangedMeanwhile, EventClosed,
    TalkHasMovedOn.
    """
    given = {"minutes": minutes, "note": note}
    with seats_of(talk.event, at=at) as seats:
        before = programme_to_arrange(seats.event, at=at)
        talk = Talk.objects.get(pk=talk.pk)
        refuse_unless_in(talk, Talk.State.ACCEPTED, Talk.State.CONFIRMED)
        changed = [name for name, value in given.items() if value is not None and value != getattr(talk, name)]
        if not changed:
            return
        refuse_what_has_changed(seen, version_of(talk, [name for name in given if given[name] is not None]))
        for name in changed:
            setattr(talk, name, given[name])
        talk.save(update_fields=changed)
        settle(seats.event, before, subject=talk.subject, verb="change_talk_line", at=at, by=by, fields=changed)
