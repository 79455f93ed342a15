"""What this room tells people."""

from meetups.volunteers.kinds import arranged, handovers, marks, requests, staffing
from meetups.volunteers.kinds.shifts import shift_calendars, shift_fact, shift_facts

__all__ = ["arranged", "handovers", "marks", "requests", "shift_calendars", "shift_fact", "shift_facts", "staffing"]
