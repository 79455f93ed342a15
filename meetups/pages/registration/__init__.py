"""Pages for registering, for cancelling, and for every link about a seat."""
