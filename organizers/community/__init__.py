"""Communities: their members, calls and proposals."""
