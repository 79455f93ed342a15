"""An organizer copies an event to one or several days."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.errors import DomainError
from meetups.core.ids import public_id_of
from meetups.core.zones import at_wall, move_instant, moved_span
from meetups.events.models import Event
from meetups.history.models import record
from meetups.lifecycle.copies.copied_parts import carry_over, new_draft
from meetups.lifecycle.copies.next_title import next_title, title_beside
from meetups.lifecycle.dates_that_move import move_along
from meetups.registrations.copied_parts import EventCopy
from meetups.registrations.dates_that_move import EventMove
from meetups.registrations.pen.seats import seats_of_draft

MOST_COPIES = 12


class NoDayChosen(DomainError):
    message = _("Choose at least one day.")
    status = 422


class DayHasPassed(DomainError):
    message = _("The event would begin in the past. Choose days that are ahead.")
    status = 422


class TooManyDays(DomainError):
    message = _("Choose at most %(most)s days at a time.")
    status = 422


def copy_event(*, source: Event, days: Sequence[date], request: str, at: datetime, by: User) -> list[Event]:
    """Makes a draft on each of `days`, at the same time of day as `source`, with all that hangs on it but people.

    No one is told. The same `request` sent again finds the drafts that it made. Raises NoDayChosen, DayHasPassed, TooManyDays.
    """
    with transaction.atomic(durable=True):
        community = Community.objects.select_for_update(no_key=True).get(pk=source.community_id)
        # A change of the date waits until the copy is made.
        source = Event.objects.select_for_update(no_key=True).get(pk=source.pk)
        begins = source.starts_at.astimezone(source.zone).time()
        starts = {day: at_wall(day, begins, source.time_zone) for day in sorted(set(days))}
        if not starts:
            raise NoDayChosen
        if len(starts) > MOST_COPIES:
            raise TooManyDays(most=MOST_COPIES)
        if min(starts.values()) <= at:
            raise DayHasPassed
        titles = list(Event.objects.filter(community=community).values_list("title", flat=True))
        copies = []
        for day, starts_at in starts.items():
            known = public_id_of(f"copy of {source.public_id} to {day.isoformat()}: {request}")
            copies.append(
                Event.objects.filter(community=community, public_id=known).first()
                or _copy(source, known, next_title(source.title, titles), starts_at, at=at, by=by)
            )
            titles.append(copies[-1].title)
        return copies


def _copy(source: Event, public_id: str, title: str, starts_at: datetime, *, at: datetime, by: User) -> Event:
    other = title_beside(source.other_title, title)
    event = new_draft(source, public_id=public_id, title=title, other_title=other, copied_from=source, created_at=at)
    event.save()
    carry_over(EventCopy(source, event, starts_at, at=at, by=by))
    event.starts_at, event.ends_at = moved_span(
        source.starts_at,
        source.ends_at,
        lambda instant: move_instant(instant, source.starts_at, starts_at, source.time_zone),
    )
    move_along(EventMove(seats_of_draft(event), old_start=source.starts_at, old_end=source.ends_at, at=at, by=by))
    event.save(update_fields=["starts_at", "ends_at", "registration_opens_at"])
    record(
        thread=event.thread,
        subject=f"event:{event.pk}",
        verb="copy_event",
        at=at,
        by=by,
        to_state=event.state,
        source=source.public_id,
    )
    return event
