"""How an event stands, in a few words: seats, speakers, and shifts that are short."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.speakers.models import Talk
from organizers.event.dashboard_facts import Overview


@dataclass(frozen=True)
class Fact:
    """A few words; `tone` is ok, wait or empty."""

    words: str
    tone: str = ""


def how_it_stands(view: Overview, at: datetime) -> list[Fact]:
    """Of a draft and of a canceled event the state alone is said."""
    event = view.event
    if not event.is_published:
        return [Fact(str(event.get_state_display()), "wait" if event.state == Event.State.DRAFT else "")]
    found = [Fact(words) for words in _seats(view)]
    held = len(view.talks_in(Talk.State.CONFIRMED))
    if held:
        found.append(Fact(ngettext("%(count)s talk confirmed", "%(count)s talks confirmed", held) % {"count": held}))
    found += [
        Fact(
            _("%(shift)s %(taken)s of at least %(minimum)s")
            % {"shift": shift.title, "taken": shift.taken, "minimum": shift.minimum},
            "wait",
        )
        for shift in view.shifts
        if shift.is_short and shift.starts_at > at
    ]
    return found


def _seats(view: Overview) -> list[str]:
    general = [state for state in view.slots if state.slot.is_general]
    drawn_from = [state for state in general if state.is_before_the_draw]
    given = [state for state in general if not state.is_before_the_draw]
    found = []
    for state in drawn_from:
        assert state.lottery
        day = dates.short_day(state.lottery.draws_at, view.event.time_zone, get_language() or "en")
        said = _("%(count)s entries for %(seats)s seats (draw: %(day)s)")
        found.append(said % {"count": state.applied, "seats": state.slot.capacity, "day": day})
    if given:
        numbers = {
            "count": sum(state.confirmed for state in given),
            "seats": sum(state.slot.capacity for state in given),
        }
        found.append(_("%(count)s of %(seats)s seats") % numbers)
    return found
