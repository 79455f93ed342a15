"""The mails of this package: one class for each kind."""

from meetups.lifecycle.emails import event, inquiries, masthead, message, rehearsal

__all__ = ["event", "inquiries", "masthead", "message", "rehearsal"]
