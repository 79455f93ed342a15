"""Several people at the same moment, each in a thread with a connection of its own."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from meetups.core.errors import DomainError
from meetups.registrations import admission
from meetups.registrations.models import Registration
from meetups.registrations.pen import seats


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave, or the exception that it raised, in the order of the calls."""
    barrier = threading.Barrier(len(calls))
    given: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            given[number] = call()
        except Exception as error:
            given[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def accidents(given: list[Any]) -> list[Exception]:
    """What went wrong in a way that no person could have been told of."""
    return [one for one in given if isinstance(one, Exception) and not isinstance(one, DomainError)]


def take_the_lock_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: no seat lock, and the pause between deciding and writing that a busy machine makes."""

    def decide_and_pause(*arguments: Any, **named: Any) -> Registration.State:
        state = admission.way_in(*arguments, **named)
        time.sleep(0.02)
        return state

    monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    monkeypatch.setattr(seats, "way_in", decide_and_pause)
