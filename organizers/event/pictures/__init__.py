"""The pictures of an event: the cover at the head of its page, and those in its text."""
