"""Logs say what happened and where, never what people typed, who they are or where they come from."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest
from celery import shared_task
from django.test import Client

from meetups.core.security_log import SecurityEvent, record_security

SECRET = "abcdefghijklmnopqrstuvwxyz234567"


TYPED = {"address": "dan@example.com", "name": "Dan Example"}


def handler_of(logger: str) -> logging.StreamHandler[TextIO]:
    [handler] = [one for one in logging.getLogger(logger).handlers if type(one) is logging.StreamHandler]
    return handler


@contextmanager
def written_by(logger: str) -> Iterator[io.StringIO]:
    """What the handler of this logger writes meanwhile."""
    handler, written = handler_of(logger), io.StringIO()
    before = handler.stream
    handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with written_by("") as written:
        yield written


@pytest.fixture
def security_log() -> Iterator[io.StringIO]:
    with written_by("meetups.security") as written:
        yield written


def broken(*args: object, **kwargs: object) -> None:
    try:
        raise KeyError(TYPED["address"])
    except KeyError as error:
        raise ValueError(TYPED["name"]) from error


@pytest.mark.django_db
def test_a_page_that_breaks_says_where_and_not_with_what(monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    monkeypatch.setattr("meetups.pages.events.home.cards", broken)
    assert Client(raise_request_exception=False).get("/").status_code == 500
    said = log.getvalue()
    assert "Internal Server Error: /" in said
    assert "home.py" in said
    assert "in broken" in said
    assert said.index("KeyError") < said.index("ValueError"), "the first error comes first"
    assert "dan@example.com" not in said
    assert "Dan Example" not in said


@pytest.mark.django_db
def test_the_usual_formatter_would_have_told(monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    monkeypatch.setattr(handler_of(""), "formatter", logging.Formatter("%(message)s"))
    monkeypatch.setattr("meetups.pages.events.home.cards", broken)
    Client(raise_request_exception=False).get("/")
    assert "dan@example.com" in log.getvalue()


def test_a_task_that_breaks_says_which_and_not_with_what(log: io.StringIO) -> None:
    shared_task(name="tests.broken")(broken).apply()
    said = log.getvalue()
    assert "tests.broken" in said
    assert "ValueError" in said
    assert "Dan Example" not in said
    assert "dan@example.com" not in said


@pytest.mark.django_db
def test_a_secret_of_a_link_is_hidden(log: io.StringIO) -> None:
    assert Client().get(f"/nowhere/{SECRET}/").status_code == 404
    assert "Not Found: /nowhere/…/" in log.getvalue()


def test_a_security_event_is_one_line_of_json(security_log: io.StringIO) -> None:
    record_security(SecurityEvent.WRONG_CODE, person=7, reason="incorrect_code", left=2, community=None)
    [line] = security_log.getvalue().splitlines()
    said = json.loads(line)
    assert said.pop("at").endswith("+00:00")
    assert said == {"security": "wrong_code", "person": 7, "reason": "incorrect_code", "left": 2}


@pytest.mark.parametrize("text", ["dan@example.com", "203.0.113.7", "2001:db8::7", "Dan Example", "", "x\ny"])
def test_no_address_gets_into_the_security_log(text: str, security_log: io.StringIO) -> None:
    with pytest.raises(ValueError, match="no word of ours"):
        record_security(SecurityEvent.FORBIDDEN, view=text)
    assert not security_log.getvalue()
