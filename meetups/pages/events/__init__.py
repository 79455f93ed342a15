"""Pages that anyone can read: home, communities, events, archive."""
