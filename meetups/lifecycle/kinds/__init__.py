"""What this room tells people."""

from meetups.lifecycle.kinds import event, message

__all__ = ["event", "message"]
