"""Messages of organizers, and the log of all that was sent."""
