"""Copying an event: choose the days, then look at what came along."""
