"""Whose turn it is at an event: what organizers do, what others do, and how it stands in a few words."""
