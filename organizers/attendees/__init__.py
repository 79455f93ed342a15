"""The list of attendees, check-in, walk-ins, no-shows, invitations to seats, imports."""
