"""Who read or took what the list of attendees holds."""
