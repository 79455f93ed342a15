"""Several people at the same moment, each in a thread with its own connection."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connection

from meetups.core.errors import DomainError
from meetups.registrations import admission
from meetups.registrations.models import Registration
from meetups.registrations.pen import seats
from meetups.registrations.pen.promotion import Queue


@dataclass
class Calls:
    """The calls that run at the same moment: the threads that have reached the pause, and those that have ended."""

    number: int
    here: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)


_running = Calls(0)
ADDRESS = {"dbname", "host", "port", "user", "password"}
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def wait_for_the_others(*, patience: float = 5) -> None:
    """Pauses where a busy machine does most harm, until each other thread is here too, has ended, or waits for a lock."""
    calls, deadline = _running, time.monotonic() + patience
    calls.here.add(threading.get_ident())
    given = {name: value for name, value in connection.get_connection_params().items() if name in ADDRESS}
    # Not the thread's own connection: inside a transaction, its view of the others stays as at its first look.
    with psycopg.connect(autocommit=True, **given) as other:
        while time.monotonic() < deadline:
            [blocked] = other.execute(BLOCKED).fetchone() or (0,)
            if len(calls.here | calls.ended) + blocked >= calls.number:
                return
            time.sleep(0.002)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The result of each call, or the exception that it raised, in the order of the calls."""
    global _running
    _running = Calls(len(calls))
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
            _running.ended.add(threading.get_ident())

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def accidents(given: list[Any]) -> list[Exception]:
    """Exceptions that are not refusals, so that no person could be told about them."""
    return [one for one in given if isinstance(one, Exception) and not isinstance(one, DomainError)]


def take_the_lock_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: removes the seat lock and adds the pauses of a busy machine.

    One pause is between the decision and the write, the other between giving a seat back and promoting the next person.
    """

    def decide_and_pause(*arguments: Any, **named: Any) -> Registration.State:
        state = admission.way_in(*arguments, **named)
        wait_for_the_others()
        return state

    promote = Queue.promote

    def pause_and_promote(*given: Any, **named: Any) -> int:
        wait_for_the_others()
        return promote(*given, **named)

    monkeypatch.setattr(Queue, "promote", pause_and_promote)
    monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    monkeypatch.setattr(seats, "way_in", decide_and_pause)
