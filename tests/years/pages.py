"""What each page asks of the database: how many statements, and how long they take there."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.urls import reverse

from meetups.accounts.models import User
from tests.house.test_permissions import DESK, VISITORS, World, client_with, cookies_of

# The readers with most to see, and a stranger.
READERS = ("anonymous", "attendee", "speaker", "volunteer", "reception", "owner")
MOST_STATEMENTS = 12
MOST_MILLISECONDS = 25.0
# Over the usual number by one: the numbers beside the pages of an event are a statement of their own.
MORE_STATEMENTS = {"desk_event": 13, "desk_person": 13, "desk_shift": 13}


@dataclass
class Asked:
    """The statements of one request with the milliseconds that each took.

    On Linux this is processor time of PostgreSQL's process, so other work on the machine does not count. Everything is in memory, and
    no second process helps, so on a quiet machine it is also what a clock shows. Elsewhere it is the time on the clock.
    """

    statements: list[tuple[float, str]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.statements)

    @property
    def milliseconds(self) -> float:
        return sum(took for took, _sql in self.statements)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        began = spent()
        try:
            return execute(sql, params, many, context)
        finally:
            self.statements.append((spent() - began, sql))


def spent() -> float:
    """Milliseconds of PostgreSQL's process for this connection."""
    try:
        [running, _waiting, _turns] = (
            Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()
        )
        return int(running) / 1_000_000
    except OSError:
        return time.perf_counter() * 1000


@dataclass(frozen=True)
class Page:
    """A page for the reader for whom it asks most."""

    name: str
    reader: str
    asked: Asked

    @property
    def is_too_much(self) -> bool:
        return (
            self.asked.number > MORE_STATEMENTS.get(self.name, MOST_STATEMENTS)
            or self.asked.milliseconds > MOST_MILLISECONDS
        )


@contextmanager
def asking() -> Iterator[Asked]:
    """What is asked of the database meanwhile."""
    asked = Asked()
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    with connection.execute_wrapper(asked):
        yield asked


def addresses(world: World) -> dict[str, str]:
    """The address of every page that somebody can see, and the long lists with their later pages."""
    found = {
        name: reverse(name, kwargs=world.parameters[name])
        for table in (VISITORS, DESK)
        for name, (get, _post) in table.items()
        if "o" in get and not name.startswith("healthz")
    }
    community = reverse("community", kwargs=world.parameters["community"])
    desk = reverse("desk_attendees", kwargs=world.parameters["desk_attendees"])
    log = reverse("desk_deliveries", kwargs=world.parameters["desk_deliveries"])
    archive = reverse("archive", kwargs=world.parameters["archive"])
    return found | {
        "home, past": "/?when=past",
        "home, past, far back": "/?when=past&page=900",
        "home, page 2": "/?page=2",
        "community, far back": f"{community}?page=100",
        "archive, a word": f"{archive}?q=12",
        "archive, a tag": f"{archive}?theme=tag7",
        "archive, far back": f"{archive}?page=200",
        "desk_attendees, page 5": f"{desk}?page=5",
        "desk_attendees, a word": f"{desk}?q=12",
        "desk_deliveries, page 20": f"{log}?page=20",
        "event of years ago": "/events/e3000/",
    }


def measured(world: World, *, rounds: int = 3, only: str = "") -> list[Page]:
    """Each page, for the reader for whom the database has most to do; the shortest time of `rounds`."""
    readers = {name: world.people[name] for name in READERS}
    pages = []
    for name, address in addresses(world).items():
        if only and only not in name:
            continue
        seen = [
            Page(name, reader, asked)
            for reader, person in readers.items()
            if (asked := _least(person, address, rounds)) is not None
        ]
        assert seen, f"Nobody sees {name}."
        pages.append(max(seen, key=lambda page: (page.asked.number > MOST_STATEMENTS, page.asked.milliseconds)))
    return pages


def _least(person: User | None, address: str, rounds: int) -> Asked | None:
    """The request that took the least time in the database; None if this reader does not get the page."""
    cookies = cookies_of(person)
    found = []
    for _round in range(rounds):
        client = client_with(cookies)
        with asking() as asked:
            answer = client.get(address)
        if answer.status_code != 200:
            return None
        found.append(asked)
    return min(found, key=lambda one: one.milliseconds)
