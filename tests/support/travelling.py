"""The product with a moved clock: `Site.travel` sets it. For tests in which people come back after the event."""

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

from meetups.notifications import broker
from meetups.wsgi import application as product

# Stories have no clock that finds what no one was woken for: a busy machine must not look like a broker that hangs.
vars(broker).update(PATIENCE_SECONDS=10.0)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One answer, `float(file)` seconds from now, if the file named in TESTS_CLOCK exists."""
    file = Path(os.environ["TESTS_CLOCK"])
    if not file.exists():
        return product(environ, start_response)
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(file.read_text()))):
        # The whole answer is made while the clock is set.
        return list(product(environ, start_response))
