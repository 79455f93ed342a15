"""Adds the measurements of these tests to the table of `make faults`."""

from tests.faults.conftest import figures

__all__ = ["figures"]
