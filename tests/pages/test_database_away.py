"""The database goes away after a step was stored, before the session is saved."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import time_machine
from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, connection
from django.test import Client

from meetups.accounts.models import Session
from meetups.events.models import Event
from meetups.volunteers.models import Signup
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
real_save = Session.save


def takes_a_shift(client: Client, event: Event) -> Any:
    """The step is stored; then its message goes into the session."""
    with time_machine.travel(cast.NOW, tick=False):
        return client.post(f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/")


def dies(session: Session, *given: Any, **named: Any) -> None:
    """PostgreSQL ends the connection just before the session is saved."""
    settings, backend = connection.get_connection_params(), connection.connection.info.backend_pid
    names = {name: settings[name] for name in ("host", "port", "dbname", "user", "password") if settings.get(name)}
    with psycopg.connect(**names, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    real_save(session, *given, **named)


def is_closed(*_given: Any, **_named: Any) -> None:
    raise InterfaceError("connection already closed")


@pytest.mark.parametrize("breaks", [dies, is_closed])
def test_a_step_that_was_stored_is_no_mistake_of_its_person(
    breaks: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    event = cast.event()
    emi = cast.signed_in("emi")
    with monkeypatch.context() as broken:
        broken.setattr(Session, "save", breaks)
        answer = takes_a_shift(emi, event)
    connection.close()
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "sending twice is safe" in answer.content.decode()
    assert Signup.objects.active().count() == 1
    assert takes_a_shift(emi, event).status_code == 302
    assert Signup.objects.active().count() == 1


def test_a_session_that_was_ended_meanwhile_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    event = cast.event()
    emi = cast.signed_in("emi")

    def gone(*_given: Any, **_named: Any) -> None:
        raise UpdateError

    monkeypatch.setattr(Session, "save", gone)
    assert takes_a_shift(emi, event).status_code == 400
