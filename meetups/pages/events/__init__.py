"""Pages that anybody reads: home, communities, events, archive."""
