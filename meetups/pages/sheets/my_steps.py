"""The steps on a person's way to an event, and until when each is open."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.texts.both_clocks import on_both_clocks
from meetups.core.texts.names import with_names
from meetups.events.models import Event
from meetups.lifecycle.participants import Participant
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.speakers.models import Talk

State = Registration.State


@dataclass(frozen=True)
class Step:
    """One step on the way to the event; `state` is done, now, coming or next. A step that is done shows no deadline.

    `when` is a text, or HTML with the instant.
    """

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
    """The steps from registering in `slot` to the event day, for the person with `part` in it: what comes by itself, and what
    everyone does. What a person may do besides (cancel, offer a seat) is none. A step to take at once is `now`; of those that come
    by themselves the first is `coming`.
    """
    lottery = slot.draws_from
    drawn_for = lottery if lottery and _concerns(lottery, registration, at) else None
    entered = _day(registration.registered_at, event) if registration else ""
    ends: list[Step] = []
    if drawn_for:
        ends.append(
            _first(pgettext("step", "Enter"), entered or _until(drawn_for.closes_at, event), done=bool(entered))
        )
        drawn = "done" if drawn_for.is_drawn else "next"
        ends.append(Step(pgettext("step", "Draw"), _short(drawn_for.draws_at, event), drawn))
    else:
        ends.append(_first(pgettext("step", "Register"), entered or _until(slot.closes_at, event), done=bool(entered)))
    if registration:
        ends += _waiting(event, slot, registration, at=at)
    ends += _on_the_day(event, part)
    on = next((number for number, step in enumerate(ends) if step.state != "done"), -1)
    return [
        replace(step, state="coming") if number == on and step.state == "next" else step
        for number, step in enumerate(ends)
    ]


def way_out_of(event: Event, registration: Registration, *, at: datetime) -> tuple[str, str]:
    """The words of the link for a person who can no longer come, and until when they hold; no deadline where there is none."""
    slot, cancel = registration.slot, _("Cancel registration")
    if registration.state != State.CONFIRMED or not slot.is_general or registration.hands_over_at:
        return cancel, ""
    if slot.hands_over(at):
        return _("Offer your seat to the waitlist"), _until(slot.promotion_stops_at, event)
    return cancel, _until(slot.free_cancellation_ends_at, event) if at < slot.free_cancellation_ends_at else ""


def _first(what: str, when: str, *, done: bool) -> Step:
    return Step(what, when, "done" if done else "now")


def _waiting(event: Event, slot: Slot, registration: Registration, *, at: datetime) -> list[Step]:
    """What lies between registering and the day: the attendance check once it was asked, and moving up for those who wait."""
    found = []
    if registration.asked_at:
        answer_by = slot.reconfirmation.answer_by
        replied = at >= answer_by or bool(registration.reconfirmed_at)
        found.append(_first(pgettext("step", "Reply: still coming?"), _until(answer_by, event), done=replied))
    if _waits(registration) and at < slot.promotion_stops_at < event.starts_at:
        found.append(Step(pgettext("step", "Move up"), _until(slot.promotion_stops_at, event)))
    return found


def _on_the_day(event: Event, part: Participant | None) -> list[Step]:
    """The event and the person's shifts there, by their start."""
    times = [(event.starts_at, Step(pgettext("step", "Event day"), _short(event.starts_at, event)))]
    for signup in part.signups if part else []:
        times.append((signup.shift.starts_at, Step(signup.shift.title, _short(signup.shift.starts_at, event))))
    return [step for _at, step in sorted(times, key=lambda one: one[0])]


def _concerns(lottery: Lottery, registration: Registration | None, at: datetime) -> bool:
    """Whether the draw concerns this person."""
    if registration is None:
        return lottery.takes_entries(at)
    return registration.state == State.APPLIED or registration.drawn_rank is not None


def _waits(registration: Registration | None) -> bool:
    return registration is not None and registration.state == State.WAITLISTED


def _short(at: datetime, event: Event) -> SafeString:
    return on_both_clocks(at, event.time_zone, dates.short_moment(at, event.time_zone, get_language() or "en"))


def _day(at: datetime, event: Event) -> str:
    return dates.short_day(at, event.time_zone, get_language() or "en")


def _until(at: datetime, event: Event) -> SafeString:
    return with_names(_("until %(when)s"), when=_short(at, event))
