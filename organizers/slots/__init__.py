"""Slots, their settings, and the lottery."""
