"""What all readers of a page share, made at most once a second by each worker.

When an announcement goes round, hundreds of people open the same page in the same minute. What is theirs alone is always read anew.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings

# A worker keeps this many things; the ones that were made longest ago go first.
THINGS = 500

_things: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()


def kept[T](key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, or gave in this worker less than `ANONYMOUS_PAGE_SECONDS` ago. Nothing personal belongs here."""
    seconds = settings.ANONYMOUS_PAGE_SECONDS
    if not seconds:
        return make()
    now = time.monotonic()
    found = _things.get(key)
    if found and now - found[0] < seconds:
        thing: T = found[1]
        return thing
    thing = make()
    _things[key] = (now, thing)
    _things.move_to_end(key)
    while len(_things) > THINGS:
        _things.popitem(last=False)
    return thing
