"""What all readers of a page share, made at most once a second by each worker.

When an announcement goes round, hundreds of people open the same page in the same minute. What is theirs alone is always read anew.
Nothing personal belongs here. What an event's page reads is here too: read anew for each reader it makes the page four times as dear.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings

# A worker keeps this many things; the ones that were made longest ago go first.
MOST = 500

_stored: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()


def find(key: Hashable) -> Any:
    """What this worker stored under `key` less than `ANONYMOUS_PAGE_SECONDS` ago, or None."""
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
    """What is stored under `key`, else what `make` gives, which is stored then."""
    thing: T | None = find(key)
    if thing is None:
        thing = make()
        store(key, thing)
    return thing
