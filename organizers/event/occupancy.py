"""The fill level of an event's slots, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.registrations.models import Slot
from organizers.event.dashboard_facts import Overview, SlotState

TONES = {Slot.Admission.LOTTERY: "lottery", Slot.Admission.DUTY: "done", Slot.Admission.INVITED: "waiting"}


@dataclass(frozen=True)
class BarPart:
    """A stretch of a bar of seats, in percent of the bar: `kind` is in, draw or queue; `over` lies beyond the capacity."""

    kind: str
    x: str
    width: str
    over: bool


@dataclass(frozen=True)
class Meter:
    """One slot: `value` people for `max` seats, counted as on the event's page.

    `more` explains the numbers. `parts` make up its bar, `tick` is where its seats end; a slot that
    `is_drawn_from` has entries, and is never full. `can_grow` says whether organizers set the capacity by hand.
    """

    slot: Slot
    value: int
    max: int
    more: str
    tone: str
    can_grow: bool
    parts: list[BarPart]
    tick: str
    is_drawn_from: bool


def meters(view: Overview, at: datetime) -> list[Meter]:
    """One meter for each slot, in the order of the slots."""
    return [
        Meter(
            slot=state.slot,
            value=state.confirmed - state.above + (state.applied if state.is_before_the_draw else 0),
            max=state.slot.capacity,
            more=_more(view, state),
            tone=TONES.get(Slot.Admission(state.slot.admission), ""),
            # The capacity of a duty slot follows from its shifts.
            can_grow=state.slot.admission != Slot.Admission.DUTY and not view.event.is_over(at),
            parts=_parts(state),
            is_drawn_from=state.is_before_the_draw,
            tick=_percent(state.slot.capacity, _longest(state)),
        )
        for state in view.slots
    ]


def _more(view: Overview, state: SlotState) -> str:
    parts = []
    if state.lottery and state.is_before_the_draw:
        when = dates.short_moment(state.lottery.draws_at, view.event.time_zone, get_language() or "en")
        parts.append(_("Draw: %(when)s") % {"when": when})
    elif state.slot.seats_left and not state.waiting:
        left = state.slot.seats_left
        parts.append(ngettext("%(left)s seat left", "%(left)s seats left", left) % {"left": left})
    if state.waiting:
        parts.append(
            ngettext("%(count)s person on the waitlist", "%(count)s people on the waitlist", state.waiting)
            % {"count": state.waiting}
        )
    if state.above:
        parts.append(_("%(count)s over capacity") % {"count": state.above})
    return " · ".join(parts)


def _longest(state: SlotState) -> int:
    """A bar is as long as the larger of the two: the seats, or the people."""
    return max(state.slot.capacity, state.confirmed + state.applied + state.waiting, 1)


def _percent(number: int, longest: int) -> str:
    return f"{100 * number / longest:.2f}%"


def _parts(state: SlotState) -> list[BarPart]:
    """Confirmed people, entries and the waitlist one after the other, cut where the seats end."""
    found, begin, longest, seats = [], 0, _longest(state), state.slot.capacity
    for kind, number in (("in", state.confirmed), ("draw", state.applied), ("queue", state.waiting)):
        end = begin + number
        for first, last, over in ((begin, min(end, seats), False), (max(begin, seats), end, True)):
            if last > first:
                found.append(BarPart(kind, _percent(first, longest), _percent(last - first, longest), over))
        begin = end
    return found
