"""What this room tells people."""

from meetups.registrations.kinds import (
    draw_dates,
    held_places,
    invitations,
    lottery,
    no_shows,
    offers,
    pairs,
    places,
    reconfirmation,
)
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
    "draw_dates",
    "draw_facts",
    "held_places",
    "invitations",
    "lottery",
    "lottery_of",
    "no_shows",
    "offers",
    "pairs",
    "places",
    "reconfirmation",
    "what_became",
]
