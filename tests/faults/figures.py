"""The thoroughness of a run, and its measurements."""

import os
from dataclasses import dataclass, field

# `make faults` is thorough; `make stories` runs the same tests in a short form.
FULL = os.environ.get("FAULTS") == "full"


@dataclass
class Figures:
    """Promises and the figures that a run measured for them, in the order of measurement."""

    rows: list[tuple[str, str]] = field(default_factory=list)

    def add(self, promise: str, figure: str) -> None:
        self.rows.append((promise, figure))

    def table(self) -> list[str]:
        """The lines to print, aligned."""
        width = max((len(promise) for promise, _figure in self.rows), default=0)
        return [f"{promise:<{width}} | {figure}" for promise, figure in self.rows]


FIGURES = Figures()
