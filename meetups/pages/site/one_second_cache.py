"""A cache of data that all readers of a page share; each worker makes it at most once a second.

After an announcement, hundreds of people open the same page in the same minute. Personal data is always read anew and does not
belong here. The figures: meetups/pages/site/shared_page.py.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings

# A worker keeps this many entries and drops the oldest first.
MOST = 500

_stored: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()


def find(key: Hashable) -> Any:
    """The value that this worker stored under `key` less than `ANONYMOUS_PAGE_SECONDS` ago, or None."""
    found = _stored.get(key)
    if found and time.monotonic() - found[0] < settings.ANONYMOUS_PAGE_SECONDS:
        return found[1]
    return None


def store(key: Hashable, thing: Any) -> None:
    """Stores `thing`, which is not None, under `key`; with `ANONYMOUS_PAGE_SECONDS` at 0 nothing is stored."""
    if not settings.ANONYMOUS_PAGE_SECONDS:
        return
    _stored[key] = (time.monotonic(), thing)
    _stored.move_to_end(key)
    while len(_stored) > MOST:
        _stored.popitem(last=False)


def cached[T](key: Hashable, make: Callable[[], T]) -> T:
    """The value that is stored under `key`. If there is none, calls `make` and stores its result."""
    thing: T | None = find(key)
    if thing is None:
        thing = make()
        store(key, thing)
    return thing
