"""The figures of a thorough run, as a table at its end."""

import pytest

from tests.faults.figures import FIGURES, Figures


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Where a test writes down what it measured."""
    return FIGURES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table."""
    if FIGURES.rows:
        terminalreporter.section("promise | figure")
        for line in FIGURES.table():
            terminalreporter.line(line)
