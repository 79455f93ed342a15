"""Registering, cancelling, and every link about a seat."""
