"""Many people at once, over real HTTP.

`python -m tests.support.load --people 200 --seats 20` prepares them in the database of the environment: an event with one
first-come slot, and people who are signed in already. With `--lottery` the slot is drawn, and all of them have entered. It prints
the data that a client needs, as JSON. `send` is the client.
"""

import argparse
import asyncio
import json
import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

TOKEN = "a" * 32
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def prepare(*, people: int, seats: int, lottery: bool = False) -> dict[str, Any]:
    """Makes the event and the people. Returns `event`, `slot` (public ids), `sessions` (cookie values), and for a lottery
    `closes_at` and `draws_at` (ISO 8601)."""
    from django.utils import timezone  # noqa: PLC0415 - needs django.setup()

    from meetups.accounts.models import Session, User  # noqa: PLC0415 - needs django.setup()
    from meetups.accounts.sessions import SessionStore  # noqa: PLC0415 - needs django.setup()
    from meetups.communities.actions.found_community import found_community  # noqa: PLC0415 - needs django.setup()
    from meetups.lifecycle.actions.plan_event import plan_event  # noqa: PLC0415 - needs django.setup()
    from meetups.lifecycle.actions.publish_event import publish_event  # noqa: PLC0415 - needs django.setup()
    from meetups.lifecycle.new_event import EventPlan  # noqa: PLC0415 - needs django.setup()
    from meetups.registrations.actions.registration.register import register  # noqa: PLC0415 - needs django.setup()
    from meetups.registrations.admission import LotteryDates  # noqa: PLC0415 - needs django.setup()
    from meetups.registrations.models import Slot  # noqa: PLC0415 - needs django.setup()
    from meetups.registrations.new_slots import SlotPlan  # noqa: PLC0415 - needs django.setup()

    at = timezone.now()
    tag = uuid.uuid4().hex[:8]
    owner = User.objects.create_user(f"owner-{tag}@example.com", "愛子")
    community = found_community(
        name="ML勉強会", slug=f"rush-{tag}", description="", language="ja", time_zone="Asia/Tokyo", at=at, by=owner
    )
    fields = {
        "title": "ML勉強会 満員の回",
        "starts_at": at + timedelta(days=10),
        "ends_at": at + timedelta(days=10, hours=2),
        "venue_name": "六本木 18F",
    }
    today = at.replace(second=0, microsecond=0)
    dates = LotteryDates(today + timedelta(days=5), today + timedelta(days=6))
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, seats)
    if lottery:
        slot = SlotPlan("一般参加枠", Slot.Admission.LOTTERY, seats, dates)
    plan = EventPlan(fields, [slot])
    event = publish_event(event=plan_event(community=community, plan=plan, at=at, by=owner), at=at, by=owner)
    crowd = User.objects.bulk_create(
        User(email=f"guest{number}-{tag}@example.com", name=f"参加者{number}", password="!") for number in range(people)
    )
    store = SessionStore()
    sessions = Session.objects.bulk_create(
        Session(
            session_key=uuid.uuid4().hex,
            person=person,
            expire_date=at + timedelta(days=1),
            session_data=store.encode(
                {
                    "_auth_user_id": str(person.pk),
                    "_auth_user_backend": BACKEND,
                    "_auth_user_hash": person.get_session_auth_hash(),
                }
            ),
        )
        for person in crowd
    )
    opened = event.slots.get()
    if lottery:
        for person in crowd:
            register(slot=opened, attendee=person, at=at)
    return {
        "event": event.public_id,
        "slot": opened.public_id,
        "sessions": [session.session_key for session in sessions],
        "closes_at": dates.closes_at.isoformat(),
        "draws_at": dates.draws_at.isoformat(),
    }


@dataclass(frozen=True)
class Request:
    """One request; with `form` it is a POST. `session` is the cookie of the sender, or empty."""

    path: str
    session: str = ""
    form: dict[str, str] | None = None

    def octets(self, host: str) -> bytes:
        cookies = f"csrftoken={TOKEN}" + (f"; sessionid={self.session}" if self.session else "")
        lines = [
            f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: {host}",
            "Accept-Language: ja",
            "Connection: close",
        ]
        if self.session or self.form is not None:
            lines.append(f"Cookie: {cookies}")
        body = b""
        if self.form is not None:
            body = urlencode(self.form | {"csrfmiddlewaretoken": TOKEN}).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    """The status, headers, body, and how long the answer took in seconds; `came` is the monotonic clock at its arrival.

    A connection that ended without an answer has status 0. Header names are in lower case.
    """

    request: Request
    status: int
    headers: dict[str, str]
    took: float
    came: float
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def settled(self) -> bool:
        """Whether the answer says what became of the request, so that no retry is needed."""
        return self.status not in {0, 503}


async def _ask(host: str, port: int, request: Request) -> Answer:
    clock = asyncio.get_running_loop().time
    began = clock()
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(request.octets(f"{host}:{port}"))
        answer = await reader.read()
    finally:
        writer.close()
    head, _gap, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.split(": ", 1) for line in lines[1:] if ": " in line)
    status = int(lines[0].split()[1]) if lines[0].startswith("HTTP/") else 0
    return Answer(request, status, {name.lower(): value for name, value in pairs}, clock() - began, clock(), body)


@dataclass
class Standstill:
    """Says when people may give up: after `patience` seconds in which no one at all got a settled answer.

    So a slow machine makes people wait longer, and only a product that stands still makes them give up.
    """

    patience: float
    since: float = 0.0

    def is_over(self, now: float) -> bool:
        return now >= self.since + self.patience


async def _insist(host: str, port: int, request: Request, standstill: Standstill) -> list[Answer]:
    """All answers to one request. It is sent again, unchanged, until an answer is settled or nothing moves any more."""
    clock = asyncio.get_running_loop().time
    answers: list[Answer] = []
    while True:
        began = clock()
        try:
            answers.append(await _ask(host, port, request))
        except OSError:
            if not standstill.patience:
                raise
            answers.append(Answer(request, 0, {}, clock() - began, clock(), b""))
        if answers[-1].settled:
            standstill.since = clock()
        if answers[-1].settled or standstill.is_over(clock()):
            return answers
        await asyncio.sleep(0.1)


async def _send(
    base_url: str, people: list[list[Request]], together: int, at_once: bool, patience: float
) -> list[Answer]:
    parts = urlsplit(base_url)
    gate = asyncio.Semaphore(together)
    answers: list[Answer] = []
    standstill = Standstill(patience, since=asyncio.get_running_loop().time())

    async def one(request: Request) -> None:
        answers.extend(await _insist(parts.hostname or "", parts.port or 80, request, standstill))

    async def person(requests: list[Request]) -> None:
        async with gate:
            if at_once:
                await asyncio.gather(*map(one, requests))
            else:
                for request in requests:
                    await one(request)

    await asyncio.gather(*map(person, people))
    return answers


def send(
    base_url: str, people: list[list[Request]], *, together: int, at_once: bool = False, patience: float = 0
) -> list[Answer]:
    """Sends each person's requests in order, or `at_once`; `together` people at a time. Returns all answers as they came.

    With `patience`, people insist: a request without an answer, or with the answer to come back, is sent again. They give up when
    no one got a settled answer for so many seconds.
    """
    # The browser's driver keeps an event loop in the thread of the tests, so this runs in another thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _send(base_url, people, together, at_once, patience)).result()


def registering(given: dict[str, Any], session: str, *, request_id: str | None = None) -> Request:
    """The POST with which a person registers for the slot."""
    return Request(
        f"/events/{given['event']}/registration/",
        session,
        {"slot": given["slot"], "request_id": request_id or str(uuid.uuid4())},
    )


if __name__ == "__main__":
    import django

    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seats", type=int, required=True)
    parser.add_argument("--lottery", action="store_true")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
    django.setup()
    json.dump(prepare(people=arguments.people, seats=arguments.seats, lottery=arguments.lottery), sys.stdout)
