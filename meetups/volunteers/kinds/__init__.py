"""What this room tells people."""

from meetups.volunteers.kinds import marks, requests, staffing
from meetups.volunteers.kinds.shifts import shift_calendars, shift_facts

__all__ = ["marks", "requests", "shift_calendars", "shift_facts", "staffing"]
