"""Pages for speakers."""
