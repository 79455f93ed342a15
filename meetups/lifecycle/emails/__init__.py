"""The words of this room's mails: one class for each kind."""

from meetups.lifecycle.emails import event, message, rehearsal

__all__ = ["event", "message", "rehearsal"]
