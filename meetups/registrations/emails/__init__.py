"""The mails of this room: one class for each kind."""

from meetups.registrations.emails import (
    draw_dates,
    invitations,
    lottery,
    no_shows,
    offers,
    pairs,
    reconfirmation,
    registration,
    registration_code,
)
from meetups.registrations.emails.base import (
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
    "invitations",
    "lottery",
    "lottery_of",
    "no_shows",
    "offers",
    "pairs",
    "reconfirmation",
    "registration",
    "registration_code",
    "what_became",
]
