"""An event's call for speakers, as its pages show it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from meetups.events.models import Event
from meetups.speakers.models import Call

# The columns of an event's call, to be read together with other columns of the event.
CALL = ("call__opened_at", "call__closes_at", "call__closed_at", "call__text")


def call_from(event: Event, row: Sequence[Any]) -> Call | None:
    """The call, from the values of CALL."""
    opened_at, closes_at, closed_at, text = row
    if opened_at is None:
        return None
    return Call(
        community_id=event.community_id,
        event=event,
        opened_at=opened_at,
        closes_at=closes_at,
        closed_at=closed_at,
        text=text,
    )


def takes_proposals(event: Event, call: Call | None, at: datetime) -> bool:
    """Whether talks can be proposed at `at`: until the event starts, or as its call says (RULES 80)."""
    return event.is_published and at < event.starts_at and (call is None or call.is_open(at))
