"""The product as it answers at another time: `Site.travel` says when. For tests whose people come back after the event."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

from meetups.wsgi import application as product


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One answer, `float(file)` seconds from now where the environment's TESTS_CLOCK names a file."""
    file = Path(os.environ["TESTS_CLOCK"])
    if not file.exists():
        return product(environ, start_response)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(file.read_text()))):
        # Whole, while the clock is set.
        return list(product(environ, start_response))
