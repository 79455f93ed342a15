"""The mails about shifts: one class for each kind."""

from meetups.volunteers.emails import assignments, handovers, missed_shifts, requests, volunteers_needed
from meetups.volunteers.emails.shift_details import shift_calendars, shift_fact, shift_facts

__all__ = [
    "assignments",
    "handovers",
    "missed_shifts",
    "requests",
    "shift_calendars",
    "shift_fact",
    "shift_facts",
    "volunteers_needed",
]
