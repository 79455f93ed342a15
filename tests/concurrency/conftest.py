"""What measures, and where the table goes."""

import pytest

from tests.faults.figures import FIGURES, Figures


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Where a test writes down what it measured."""
    return FIGURES
