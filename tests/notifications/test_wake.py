"""Waking the sender: at once, seldom, and at nobody's cost."""

import threading
import time

import pytest
from django.db import transaction

from meetups.notifications import wake


@pytest.fixture
def alarms(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the sender was woken."""
    heard: list[float] = []
    monkeypatch.setattr(wake, "_publish", lambda: heard.append(time.monotonic()))
    monkeypatch.setattr(wake, "SECONDS_BETWEEN", 0.05)
    return heard


def until_quiet() -> None:
    ringer = wake._ringer
    if ringer:
        ringer.join(5)


def test_a_rush_wakes_the_sender_seldom_and_once_more_at_its_end(alarms: list[float]) -> None:
    last = 0.0
    for _number in range(60):
        wake._ring()
        last = time.monotonic()
        time.sleep(0.002)
    until_quiet()
    assert 2 <= len(alarms) <= 10
    # Whoever committed last is not forgotten.
    assert alarms[-1] >= last


def test_nobody_waits_for_a_broker_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(wake, "_publish", lambda: goes_on.wait(5))
    monkeypatch.setattr(wake, "SECONDS_BETWEEN", 0)
    began = time.monotonic()
    wake._ring()
    wake._ring()
    assert time.monotonic() - began < 1
    goes_on.set()
    until_quiet()
    assert wake._ringer is None


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
