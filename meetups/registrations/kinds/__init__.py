"""What this room tells people."""

from meetups.registrations.kinds import lottery, offers, pairs, places, reconfirmation
from meetups.registrations.kinds.base import (
    EndedKind,
    RegistrationKind,
    SeatFellBack,
    SeatKind,
    calendar_of,
    draw_facts,
    lottery_of,
    what_became,
)

__all__ = [
    "EndedKind",
    "RegistrationKind",
    "SeatFellBack",
    "SeatKind",
    "calendar_of",
    "draw_facts",
    "lottery",
    "lottery_of",
    "offers",
    "pairs",
    "places",
    "reconfirmation",
    "what_became",
]
