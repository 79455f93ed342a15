"""Scenes that tests and pictures build on the cast."""
