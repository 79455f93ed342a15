"""The mails of this package: one class for each kind."""

from meetups.lifecycle.emails import event, inquiries, message, rehearsal

__all__ = ["event", "inquiries", "message", "rehearsal"]
