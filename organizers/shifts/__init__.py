"""Shifts, their volunteers, the teardown list and its photos."""
