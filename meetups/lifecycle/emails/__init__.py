"""The mails of this package: one class for each kind."""

from meetups.lifecycle.emails import event, masthead, message, rehearsal

__all__ = ["event", "masthead", "message", "rehearsal"]
