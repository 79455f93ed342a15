"""An organizer changes the title, length or note of a break."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.models import Break
from meetups.speakers.programme.steps import programme_to_arrange, settle


def change_break(
    *,
    pause: Break,
    title: str | None = None,
    minutes: int | None = None,
    note: str | None = None,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> None:
    """Changes the given values. The same values again change nothing. Speakers whose talk moves are told (RULES 91).

    `seen` is the version of the given values that the form was filled from. Raises ChangedMeanwhile, EventClosed.
    """
    given = {"title": title, "minutes": minutes, "note": note}
    with seats_of(pause.event, at=at) as seats:
        before = programme_to_arrange(seats.event, at=at)
        pause = Break.objects.get(pk=pause.pk)
        changed = [name for name, value in given.items() if value is not None and value != getattr(pause, name)]
        if not changed:
            return
        refuse_what_has_changed(seen, version_of(pause, [name for name in given if given[name] is not None]))
        for name in changed:
            setattr(pause, name, given[name])
        pause.save(update_fields=changed)
        settle(seats.event, before, subject=pause.subject, verb="change_break", at=at, by=by, fields=changed)
