"""The measurements of a thorough run, printed as a table at its end."""

import pytest

from tests.faults.figures import FIGURES, Figures


@pytest.fixture(scope="session")
def figures() -> Figures:
    """The object in which a test notes its measurements."""
    return FIGURES


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table."""
    if FIGURES.rows:
        terminalreporter.section("promise | figure")
        for line in FIGURES.table():
            terminalreporter.line(line)
