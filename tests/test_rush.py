"""Everybody wants the same seats at the same moment: real HTTP, real gunicorn, real PostgreSQL."""

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import Site, running
from tests.load import Answer, Request, registering, send

PEOPLE, SEATS = 200, 20


def crowd(site: Site, *, people: int = PEOPLE) -> dict[str, Any]:
    """The event and the people, made in the site's own database."""
    command = [sys.executable, "-m", "tests.load", "--people", str(people), "--seats", str(SEATS)]
    made = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=True)
    given: dict[str, Any] = json.loads(made.stdout)
    return given


def rush(site: Site, given: dict[str, Any]) -> list[Answer]:
    """All people register, 100 at a time; every fifth clicks twice."""
    people: list[list[Request]] = []
    for number, session in enumerate(given["sessions"]):
        click = registering(given, session, request_id=str(uuid.uuid4()))
        people.append([click, click] if number % 5 == 0 else [click])
    return send(site.base_url, people, together=100)


def outcome(site: Site, given: dict[str, Any]) -> Counter[str]:
    """How many registrations the event has in each state."""
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT r.state, count(*) FROM registrations_registration r JOIN events_event e ON e.id = r.event_id "
            "WHERE e.public_id = %s GROUP BY r.state",
            [given["event"]],
        ).fetchall()
    return Counter(dict(rows))


def test_a_rush_sells_each_seat_once_and_everybody_gets_an_answer(site: Site) -> None:
    given = crowd(site)
    answers = rush(site, given)
    assert {answer.status for answer in answers} == {302}
    assert outcome(site, given) == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
    assert "invariants hold" in site.manage("check_invariants")


def test_without_the_lock_the_constraint_stands_and_without_both_it_oversells(tmp_path: Path) -> None:
    """The controls: if the last rush sold no seat twice, the rush above would be blind."""
    name = f"unlocked_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path, name, application="tests.unlocked", workers=6) as started:
        given = crowd(started, people=60)
        rush(started, given)
        assert outcome(started, given)["confirmed"] == SEATS
        with psycopg.connect(started.settings["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("ALTER TABLE registrations_slot DROP CONSTRAINT slot_is_never_oversold")
        given = crowd(started, people=60)
        rush(started, given)
        assert outcome(started, given)["confirmed"] > SEATS
