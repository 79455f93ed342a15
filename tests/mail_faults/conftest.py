"""Adds the measurements to the same table as those about seats."""

import sys

import pytest

from tests.faults.figures import FIGURES, Figures


@pytest.fixture(scope="session")
def figures() -> Figures:
    """The object in which a test notes its measurements."""
    return FIGURES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table, if the tests about seats do not run in the same run and print it."""
    if FIGURES.rows and "tests.faults.conftest" not in sys.modules:
        terminalreporter.section("promise | figure")
        for line in FIGURES.table():
            terminalreporter.line(line)
