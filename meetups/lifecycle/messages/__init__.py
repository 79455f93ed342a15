"""What organizers write to people of an event: how it leaves, how it stands, and its variables."""
