"""Waking the sender: at once, seldom, and without delay for anyone."""

import os
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from redis import ConnectionError as NotThere
from redis import Redis

from meetups.demo.processes import stop
from meetups.demo.servers import Valkey
from meetups.notifications import broker, wake
from tests.support.waiting import wait_until

PATIENCE = 5


def until_quiet() -> None:
    ringer = wake._ringer
    if ringer:
        ringer.join(PATIENCE)


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The times at which the sender is woken from now on. It first waits for the alarms of earlier commits, which ring later."""
    until_quiet()
    heard: list[float] = []
    monkeypatch.setattr(wake, "_publish", lambda: heard.append(time.monotonic()))
    monkeypatch.setattr(wake, "SECONDS_BETWEEN", 0.05)
    return heard


def test_an_alarm_of_an_earlier_test_is_not_heard(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    until_quiet()
    rings = threading.Semaphore(0)
    monkeypatch.setattr(wake, "_publish", rings.release)
    wake.ring()
    assert rings.acquire(timeout=PATIENCE)
    # The bell rings once more after its pause.
    wake.ring()
    assert request.getfixturevalue("alarms") == []
    until_quiet()
    assert request.getfixturevalue("alarms") == []


def test_a_rush_wakes_the_sender_once_at_its_begin_and_once_more_at_its_end(
    alarms: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses, goes_on = threading.Semaphore(0), threading.Semaphore(0)

    def pause(_seconds: float) -> None:
        pauses.release()
        goes_on.acquire(timeout=PATIENCE)

    monkeypatch.setattr(wake, "time", SimpleNamespace(sleep=pause, monotonic=time.monotonic))
    wake.ring()
    assert pauses.acquire(timeout=PATIENCE)
    for _number in range(60):
        wake.ring()
    last = time.monotonic()
    assert len(alarms) == 1
    goes_on.release()
    assert pauses.acquire(timeout=PATIENCE)
    goes_on.release()
    until_quiet()
    assert len(alarms) == 2
    # The last commit is not forgotten.
    assert alarms[-1] >= last


def test_nobody_waits_for_a_broker_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    until_quiet()
    goes_on = threading.Event()
    monkeypatch.setattr(wake, "_publish", lambda: goes_on.wait(PATIENCE))
    monkeypatch.setattr(wake, "SECONDS_BETWEEN", 0)
    began = time.monotonic()
    wake.ring()
    wake.ring()
    assert time.monotonic() - began < 1
    goes_on.set()
    until_quiet()
    assert wake._ringer is None


def answers(valkey: Valkey) -> bool:
    try:
        with Redis.from_url(valkey.url) as redis:
            return bool(redis.ping())
    except NotThere:
        return False


def test_after_a_moment_in_which_the_broker_hung_the_next_commit_wakes_the_sender(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    until_quiet()
    valkey = Valkey(logs=tmp_path)
    process = valkey.start()
    settings.CELERY_BROKER_URL = valkey.url
    monkeypatch.setattr(wake, "_silent_until", 0.0)
    wake._connection.cache_clear()
    connect = broker.connect

    def connect_again() -> Any:
        os.kill(process.popen.pid, signal.SIGCONT)
        return connect()

    try:
        assert wait_until(lambda: answers(valkey))
        wake.ring()
        until_quiet()
        os.kill(process.popen.pid, signal.SIGSTOP)
        monkeypatch.setattr(broker, "connect", connect_again)
        wake.ring()
        until_quiet()
        os.kill(process.popen.pid, signal.SIGCONT)
        with Redis.from_url(valkey.url) as redis:
            before = redis.llen("mail")
            wake.ring()
            until_quiet()
            assert redis.llen("mail") == before + 1
    finally:
        wake._connection().close()
        wake._connection.cache_clear()
        stop([process])


@pytest.mark.django_db(transaction=True)
def test_the_sender_is_woken_after_commit_and_not_without(alarms: list[float]) -> None:
    with transaction.atomic():
        wake.wake()
        wake.wake()
        until_quiet()
        assert not alarms
    until_quiet()
    assert len(alarms) == 1
    with transaction.atomic():
        wake.wake()
        transaction.set_rollback(True)
    until_quiet()
    assert len(alarms) == 1
