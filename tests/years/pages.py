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
from tests.house.access.browsers import client_with, cookies_of
from tests.house.access.dashboard import DESK
from tests.house.access.roles import ROLES
from tests.house.access.visitors import VISITORS
from tests.house.access.world import World

# The readers with most to see, and a stranger.
READERS = ("anonymous", "attendee", "speaker", "volunteer", "reception", "owner")
MOST_STATEMENTS = 12
MOST_MILLISECONDS = 25.0


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
        return self.asked.number > MOST_STATEMENTS or self.asked.milliseconds > MOST_MILLISECONDS


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
        "event, years ago": "/events/e3000/",
    }


def measured(world: World, *, rounds: int = 3, only: Callable[[str], bool] = bool, in_turn: bool = False) -> list[Page]:
    """Each page whose name is wanted, for the reader for whom the database has most to do; the shortest time of `rounds`.

    `in_turn`: one reader opens the page, another one from page to page.
    """
    pages = []
    for place, (name, address) in enumerate(addresses(world).items()):
        if not only(name):
            continue
        readers = [reader for reader in READERS if _is_shown(name, reader)]
        if in_turn:
            readers = [readers[place % len(readers)]]
        seen = [
            Page(name, reader, asked)
            for reader in readers
            if (asked := _least(world.people[reader], address, rounds)) is not None
        ]
        assert seen, f"Nobody sees {name}."
        pages.append(max(seen, key=lambda page: (page.asked.number > MOST_STATEMENTS, page.asked.milliseconds)))
    return pages


def _is_shown(name: str, reader: str) -> bool:
    """Whether the table of permissions shows the page to this reader. Others get a refusal, which is not measured."""
    get, _post = {**VISITORS, **DESK}[name.split(",")[0]]
    return get[ROLES.index(reader)] == "o"


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
