"""Where these tests write down what they measured: into the table of `make faults`."""

from tests.faults.conftest import figures

__all__ = ["figures"]
