"""Several people at the same moment, each in a thread with a connection of its own."""

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
    """Those that run at the same moment: the threads that have come as far as the pause, and those that have ended."""

    number: int
    here: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)


_running = Calls(0)
BLOCKED = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def wait_for_the_others(*, patience: float = 5) -> None:
    """The pause of a busy machine, where it does most harm: until each of the others is here, too, has ended, or waits for a lock."""
    calls, deadline = _running, time.monotonic() + patience
    calls.here.add(threading.get_ident())
    server = {name: connection.settings_dict[name.upper()] for name in ("host", "port", "user", "password")}
    given = {name: value for name, value in server.items() if value}
    # Not the thread's own connection: within a transaction it sees the others as they were when it first looked.
    with psycopg.connect(dbname=connection.settings_dict["NAME"], autocommit=True, **given) as other:
        while time.monotonic() < deadline:
            [blocked] = other.execute(BLOCKED).fetchone() or (0,)
            if len(calls.here | calls.ended) + blocked >= calls.number:
                return
            time.sleep(0.002)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call gave, or the exception that it raised, in the order of the calls."""
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
    """What went wrong in a way that no person could have been told of."""
    return [one for one in given if isinstance(one, Exception) and not isinstance(one, DomainError)]


def take_the_lock_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """For controls: no seat lock, and the pauses that a busy machine makes: between deciding and writing, and between giving a seat back and whoever is next."""

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
