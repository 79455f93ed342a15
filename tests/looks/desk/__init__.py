"""Scenes of the dashboard for `make looks`."""
