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
    PartEnded,
    RegistrationKind,
    SeatFellBack,
    SeatKind,
    calendar_of,
    draw_facts,
    event_out_of_calendar,
    lottery_of,
    what_became,
)

__all__ = [
    "EndedKind",
    "PartEnded",
    "RegistrationKind",
    "SeatFellBack",
    "SeatKind",
    "calendar_of",
    "draw_dates",
    "draw_facts",
    "event_out_of_calendar",
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
