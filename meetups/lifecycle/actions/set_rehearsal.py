"""An organizer sets the rehearsal of an event, or changes its time or link."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.core.versions import refuse_what_has_changed, version_of
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.rehearsal_people import rehearsal_people
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import refuse_what_is_over
from meetups.speakers.models import Rehearsal


class RehearsalTooLate(DomainError):
    message = _("The rehearsal must be before the event.")


class RehearsalHasPassed(DomainError):
    message = _("The rehearsal would be in the past.")


def rehearsal_version(rehearsal: Rehearsal | None) -> str:
    """The version of time and link."""
    return version_of(rehearsal, ("starts_at", "ends_at", "join_url"))


def set_rehearsal(
    *,
    event: Event,
    starts_at: datetime,
    ends_at: datetime,
    join_url: str,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Rehearsal:
    """Sets the time (UTC) and link of the rehearsal. Everyone who belongs to it gets one message, except `by` (RULES 87).

    Reminders of another time become void, and no reminder is sent whose time lies before `at`. The same values again change
    nothing. For a draft no one is told. `seen` is the `rehearsal_version` that the form was filled from. Raises ChangedMeanwhile,
    EventClosed, RehearsalTooLate, RehearsalHasPassed.
    """
    with seats_of(event, at=at) as seats:
        event = seats.event
        refuse_what_is_over(event, at)
        if ends_at > event.starts_at:
            raise RehearsalTooLate
        if starts_at <= at:
            raise RehearsalHasPassed
        planned = Rehearsal.objects.filter(event=event).first()
        rehearsal = planned or Rehearsal(event=event)
        before = (rehearsal.starts_at, rehearsal.ends_at, rehearsal.join_url)
        if before == (starts_at, ends_at, join_url):
            return rehearsal
        refuse_what_has_changed(seen, rehearsal_version(planned))
        if rehearsal.starts_at != starts_at:
            rehearsal.set_at = at
        rehearsal.starts_at, rehearsal.ends_at, rehearsal.join_url = starts_at, ends_at, join_url
        rehearsal.save()
        # Calendars change the time of an entry only for a higher SEQUENCE.
        event.raise_sequence(at)
        event.save(update_fields=["sequence", "sequence_since"])
        entry = record(
            thread=event.thread,
            subject=f"rehearsal:{rehearsal.pk}",
            verb="set_rehearsal",
            at=at,
            by=by,
            before=[instant.isoformat() for instant in before[:2] if instant],
        )
        if event.is_published:
            _tell(event, rehearsal, cause=entry.pk, at=at, by=by)
        return rehearsal


def _tell(event: Event, rehearsal: Rehearsal, *, cause: int, at: datetime, by: User) -> None:
    notify_all(
        notification(
            kind="rehearsal_set",
            recipient_id=one.person.pk,
            thread=event.thread,
            subject=f"event:{event.pk}",
            cause=cause,
            at=at,
            not_after=rehearsal.starts_at,
        )
        for one in rehearsal_people([event])
        if one.person != by
    )
