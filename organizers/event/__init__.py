"""The home of the desk, and an event as a whole."""
