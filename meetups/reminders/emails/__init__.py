"""The mails that the clock causes."""

from meetups.reminders.emails import announcements, attendees, shifts, speakers, thanks
from meetups.reminders.emails.base import ReminderKind

__all__ = ["ReminderKind", "announcements", "attendees", "shifts", "speakers", "thanks"]
