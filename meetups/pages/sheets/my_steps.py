"""The steps on a person's way to an event, and until when each is open."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.participants import Participant
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.speakers.models import Talk

State = Registration.State


@dataclass(frozen=True)
class Step:
    """One step on the way to the event; `state` is done, now or next. A step that is done shows no deadline."""

    what: str
    when: str
    state: str = "next"
    more: str = ""


def holds_seat(part: Participant) -> bool:
    """Whether a shift or a confirmed talk holds a seat."""
    return bool(part.signups) or any(talk.state == Talk.State.CONFIRMED for talk in part.talks)


def steps_of(
    event: Event, slot: Slot, registration: Registration | None, *, at: datetime, part: Participant | None = None
) -> list[Step]:
    """The steps from registering in `slot` to the event day, for the person with `part` in it. The first step that is not done is
    the current one.
    """
    lottery = slot.draws_from
    drawn_for = lottery if lottery and _concerns(lottery, registration, at) else None
    ends: list[tuple[str, str, bool]] = []
    if drawn_for:
        ends.append((pgettext("step", "Enter"), _until(drawn_for.closes_at, event), registration is not None))
        ends.append((pgettext("step", "Draw"), _short(drawn_for.draws_at, event), drawn_for.is_drawn))
    else:
        ends.append((pgettext("step", "Register"), _until(slot.closes_at, event), registration is not None))
    if part and registration and registration.state == State.CONFIRMED and holds_seat(part):
        ends += _until_which_one_steps_down(event, part, at=at)
    else:
        ends += _deadlines(event, slot, registration, at=at)
    ends.append((pgettext("step", "Event day"), _short(event.starts_at, event), False))
    on = next(number for number, (_what, _when, done) in enumerate(ends) if not done)
    return [
        Step(what, "" if done else when, "done" if done else "now" if number == on else "next")
        for number, (what, when, done) in enumerate(ends)
    ]


def _until_which_one_steps_down(event: Event, part: Participant, *, at: datetime) -> list[tuple[str, str, bool]]:
    """The deadline of a held seat. Such a seat ends only with its shift or its talk, and only shifts have a deadline (RULES 22)."""
    deadlines = [signup.shift.step_down_until for signup in part.signups if at < signup.shift.step_down_until]
    return [(pgettext("step", "Cancel shift"), _until(min(deadlines), event), False)] if deadlines else []


def _deadlines(
    event: Event, slot: Slot, registration: Registration | None, *, at: datetime
) -> list[tuple[str, str, bool]]:
    """For a waiting person: until when seats move up. For others: until when cancelling is free, and until when a seat is passed on."""
    found = []
    if registration and registration.asked_at:
        answer_by = slot.reconfirmation.answer_by
        found.append(
            (
                pgettext("step", "Reply: still coming?"),
                _until(answer_by, event),
                at >= answer_by or bool(registration.reconfirmed_at),
            )
        )
    if _waits(registration):
        if at < slot.promotion_stops_at < event.starts_at:
            found.append((pgettext("step", "Move up"), _until(slot.promotion_stops_at, event), False))
        return found
    if at < slot.free_cancellation_ends_at:
        found.append((pgettext("step", "Free cancellation"), _until(slot.free_cancellation_ends_at, event), False))
    if at < slot.promotion_stops_at and slot.free_cancellation_ends_at < slot.promotion_stops_at:
        found.append((pgettext("step", "Offer seat to waitlist"), _until(slot.promotion_stops_at, event), False))
    return found


def _concerns(lottery: Lottery, registration: Registration | None, at: datetime) -> bool:
    """Whether the draw concerns this person."""
    if registration is None:
        return lottery.takes_entries(at)
    return registration.state == State.APPLIED or registration.drawn_rank is not None


def _waits(registration: Registration | None) -> bool:
    return registration is not None and registration.state == State.WAITLISTED


def _short(at: datetime, event: Event) -> str:
    return dates.short_moment(at, event.time_zone, get_language() or "en")


def _until(at: datetime, event: Event) -> str:
    return _("until %(when)s") % {"when": _short(at, event)}
