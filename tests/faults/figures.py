"""The thoroughness of a run, and its measurements: the terminal prints them as a table at the end, also those of other processes."""

import os
from dataclasses import dataclass, field
from typing import Any

import pytest

# `make faults` is thorough; `make stories` runs the same tests in a short form.
FULL = os.environ.get("FAULTS") == "full"
PROPERTY = "figure"
_REPORTED: list[Any] = []


@dataclass
class Figures:
    """Promises and the figures that a test measured for them, in the order of measurement."""

    rows: list[tuple[str, object]] = field(default_factory=list)

    def add(self, promise: str, figure: str) -> None:
        # pytest-xdist hands these pairs to the process that prints.
        self.rows.append((PROPERTY, [promise, figure]))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """The object in which a test notes its measurements."""
    return Figures(request.node.user_properties)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collects the measurements of a test that has ended."""
    if report.when == "teardown":
        _REPORTED.extend(row for name, row in report.user_properties if name == PROPERTY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the table."""
    if _REPORTED:
        terminalreporter.section("promise | figure")
        width = max(len(promise) for promise, _figure in _REPORTED)
        for promise, figure in _REPORTED:
            terminalreporter.line(f"{promise:<{width}} | {figure}")
