"""The mails of this package: one class for each kind."""

from meetups.lifecycle.emails import event, message, rehearsal

__all__ = ["event", "message", "rehearsal"]
