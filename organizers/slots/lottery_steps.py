"""The progress of a lottery, as steps with their dates."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.registrations.models import Lottery

# The clock checks once a minute. A list that is fixed later than this after the deadline was late.
USUAL_WAIT = timedelta(minutes=5)


def draw_steps(lottery: Lottery, at: datetime) -> list[dict[str, Any]]:
    """Announced, entries closed, value known, drawn. The first step that has not happened is "now".

    Past steps are read from the state (RULES 11).
    """
    event = lottery.slot.event
    zone, language = event.time_zone, get_language() or "en"
    frozen = lottery.state != Lottery.State.ANNOUNCED
    seats = lottery.seats if lottery.seats is not None else lottery.slot.seats_left
    steps = [
        (_("Entries open"), event.published_at, event.is_published or lottery.is_drawn, ""),
        (_("Entries close"), lottery.closes_at, frozen, _late_freeze(lottery)),
        (
            pgettext("step", "Random value"),
            lottery.value_at or lottery.draws_at,
            bool(lottery.value),
            _("pending") if frozen and not lottery.value and lottery.draws_at <= at else "",
        ),
        (
            pgettext("step", "Draw"),
            lottery.drawn_at or lottery.draws_at,
            lottery.is_drawn,
            ngettext("for %(seats)s seat", "for %(seats)s seats", seats) % {"seats": seats},
        ),
    ]
    current = next((number for number, step in enumerate(steps) if not step[2]), len(steps))
    return [
        {
            "what": what,
            "when": dates.moment(when, zone, language) if when else _("when it’s published"),
            "more": more,
            "state": "done" if done else "now" if number == current else "next",
        }
        for number, (what, when, done, more) in enumerate(steps)
    ]


def _late_freeze(lottery: Lottery) -> str:
    """When the list was fixed, if that was not at the deadline."""
    if lottery.frozen_at is None or lottery.frozen_at - lottery.closes_at < USUAL_WAIT:
        return ""
    when = dates.moment(lottery.frozen_at, lottery.slot.event.time_zone, get_language() or "en")
    return _("entry list locked on %(when)s") % {"when": when}
