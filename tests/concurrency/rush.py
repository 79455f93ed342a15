"""A crowd that wants the same seats: its requests, the answers, and the stored registrations."""

import json
import subprocess
import sys
import uuid
from collections import Counter
from typing import Any

import psycopg

from meetups.demo.stack import Stack
from tests.support.load import Answer, Request, registering, send


def crowd(site: Stack, *, people: int, seats: int, lottery: bool = False) -> dict[str, Any]:
    """Makes the event and the people in the site's own database. With `lottery`, all of them have entered a lottery."""
    command = [sys.executable, "-m", "tests.support.load", "--people", str(people), "--seats", str(seats)]
    command += ["--lottery"] if lottery else []
    made = subprocess.run(command, env=site.environment, capture_output=True, text=True, check=True)
    given: dict[str, Any] = json.loads(made.stdout)
    return given


def clicks(given: dict[str, Any]) -> list[list[Request]]:
    """The requests of each person; every fifth person clicks twice."""
    people: list[list[Request]] = []
    for number, session in enumerate(given["sessions"]):
        click = registering(given, session, request_id=str(uuid.uuid4()))
        people.append([click, click] if number % 5 == 0 else [click])
    return people


def rush(site: Stack, given: dict[str, Any], *, together: int = 100, patience: float = 0) -> list[Answer]:
    """All people register, `together` at a time; double clicks are at the same moment. They retry until nothing moves for `patience` seconds."""
    return send(site.base_url, clicks(given), together=together, at_once=True, patience=patience)


def outcome(site: Stack, given: dict[str, Any]) -> Counter[str]:
    """How many registrations the event has in each state."""
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT r.state, count(*) FROM registrations_registration r JOIN events_event e ON e.id = r.event_id "
            "WHERE e.public_id = %s GROUP BY r.state",
            [given["event"]],
        ).fetchall()
    return Counter(dict(rows))


def registered(site: Stack, given: dict[str, Any]) -> list[str]:
    """The stored request ids, one for each registration of the event."""
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        rows = connection.execute(
            "SELECT r.request_id FROM registrations_registration r JOIN events_event e ON e.id = r.event_id "
            "WHERE e.public_id = %s",
            [given["event"]],
        ).fetchall()
    return [str(request_id) for (request_id,) in rows]


def told_to_be_registered(answers: list[Answer]) -> set[str]:
    """The request ids whose answer redirected to a registration."""
    return {(answer.request.form or {})["request_id"] for answer in answers if answer.status == 302}
