"""Room for Python's stack, in one piece.

CPython (seen in 3.13) gets memory for frames in pieces of 16 kB, and gives a piece back when its first frame ends. A loop that runs
just there asks the kernel for memory in each round, at 10 µs a call: a template that draws a page does so thousands of times. A frame
that needs more than a piece gets a larger one, and what is called from it finds room there.
"""

from collections.abc import Callable

# 264 kB of a piece of 512 kB; the rest is enough for a thousand frames.
SLOTS = 33_000


def with_room[**Given, Result](run: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """What `run` returns."""
    return run(*given, **named)


with_room.__code__ = with_room.__code__.replace(co_stacksize=SLOTS)
