"""Waiting for what another process, thread or page does: until it is there, never for so long as it usually takes."""

import time
from collections.abc import Callable

from playwright.sync_api import Page


def wait_until[T](condition: Callable[[], T], seconds: float = 30, *, every: float = 0.05, on: Page | None = None) -> T:
    """What `condition` answers once that is true, or its last answer when the time has run out: where it counts, assert it.

    Of a browser only what happens during its own pauses is heard, so give its page as `on` if the condition asks a browser.
    """
    deadline = time.monotonic() + seconds
    while not (answer := condition()) and time.monotonic() < deadline:
        if on:
            on.wait_for_timeout(every * 1000)
        else:
            time.sleep(every)
    return answer
