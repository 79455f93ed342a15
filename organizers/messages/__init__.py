"""Messages of organizers, and the log of all sent messages."""
