"""Copying an event: what comes along, what stays behind, and the next title."""
