"""What this room tells people."""

from meetups.lifecycle.kinds import event, message, rehearsal

__all__ = ["event", "message", "rehearsal"]
