"""The mails of this package: one class for each kind."""

from meetups.lifecycle.emails import absence, event, inquiries, masthead, message, rehearsal

__all__ = ["absence", "event", "inquiries", "masthead", "message", "rehearsal"]
