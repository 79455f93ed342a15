"""Frames of a test stand in one piece of memory: no loop asks the kernel for a piece in each round."""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.room import with_room

ROUNDS = 2_000
DEEPEST = 200


def rounds() -> float:
    began = time.thread_time()
    for _round in range(ROUNDS):
        one(two)
    return time.thread_time() - began


def one(other: Callable[[], int]) -> int:
    return other()


def two() -> int:
    return 0


def at(depth: int) -> float:
    return at(depth - 1) if depth else rounds()


def slowest() -> float:
    """How many times longer it takes at the slowest depth than at most; the shortest of three times at each."""
    times = sorted(min(at(depth) for _turn in range(3)) for depth in range(DEEPEST))
    return times[-1] / times[len(times) // 2]


def in_a_thread(run: Callable[[], float]) -> float:
    """A thread has a stack of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def test_no_depth_is_slow() -> None:
    assert in_a_thread(lambda: with_room(slowest)) < 10


@pytest.mark.skipif(sys.version_info[:2] != (3, 13), reason="other versions may have mended it")
def test_without_room_one_is() -> None:
    """The control."""
    assert in_a_thread(slowest) > 10
