"""Figures of many years that no one needs to the minute: how many people came, which tags are frequent.

To count them takes longer than the rest of the page. Each worker keeps them for `FIGURES_SECONDS`. What changes them at once belongs
into the key, such as the number of past events.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings

# A worker keeps this many figures and drops the oldest first.
MOST = 1_000

_figures: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()


def cached[T](key: Hashable, count: Callable[[], T]) -> T:
    """The figure under `key`; `count` makes it where there is none, or only one that is too old."""
    found = _figures.get(key)
    if found and time.monotonic() - found[0] < settings.FIGURES_SECONDS:
        figure: T = found[1]
        return figure
    figure = count()
    if settings.FIGURES_SECONDS:
        _figures[key] = (time.monotonic(), figure)
        _figures.move_to_end(key)
        while len(_figures) > MOST:
            _figures.popitem(last=False)
    return figure
