"""A separate product for each fault: servers that tests strike, people who insist, and checks afterwards."""

import atexit
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psycopg

from meetups.demo.processes import Process, free_port, stop
from meetups.demo.servers import PostgreSQL
from meetups.demo.stack import CHECKOUT
from tests.concurrency.rush import crowd, outcome, registered, rush, told_to_be_registered
from tests.conftest import Site
from tests.support.load import Answer

PATIENCE = 60.0


def blows_at(point: str, folder: Path, *blows: str) -> dict[str, str]:
    """Prepares blows for `tests.faults.struck`, each "kill" or "cut", in this order. Returns the settings that name them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, how in enumerate(blows):
        (folder / f"{number:03}.{how}").touch()
    return {"STRIKE": point, "STRIKES": str(folder)}


@cache
def with_tables() -> Path:
    """The home of a server that has all tables and no rows, and was stopped cleanly. It is made once, and deleted at the end of
    the run: making the tables takes longer than most of the tests."""
    folder = Path(tempfile.mkdtemp(prefix="meetups-tables-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = PostgreSQL(folder / "postgres", logs=folder / "logs")
    if server.home != server.folder:
        atexit.register(shutil.rmtree, server.home, ignore_errors=True)
    process = server.start()
    given = {"REDIS_URL": os.environ["REDIS_URL"], "EMAIL_URL": "memory://", "DATABASE_URL": server.url}
    stack = Site(folder / "site", free_port(), given=given)
    try:
        stack.start_servers()
        stack.logs.mkdir(parents=True, exist_ok=True)
        stack.prepare(sample=False)
    finally:
        stop([process])
    assert process.popen.returncode == 0, process.last_words()
    return server.home


def start_with_tables(server: PostgreSQL) -> Process:
    """Starts a new server, with all tables in it and no rows."""
    home = with_tables()
    # `cp -a` keeps the owner of the files.
    subprocess.run(["cp", "-a", str(home / "data"), str(server.data)], check=True)
    shutil.copy(home / "ready", server.home / "ready")
    return server.start()


@contextmanager
def standing(
    folder: Path,
    *,
    application: str = "meetups.wsgi",
    workers: int = 2,
    server: PostgreSQL | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Site]:
    """The product on its own PostgreSQL server, with the durability of production. `more` are additional settings.

    There is no worker for mails: they would only take time from the rush. Without `workers` there is no web server either.
    `server` is a server that runs already; it may be empty.
    """
    given = {"REDIS_URL": os.environ["REDIS_URL"], "EMAIL_URL": "memory://"}
    started = Site(folder, free_port(), given=given)
    own = server or PostgreSQL(folder / "postgres", logs=started.logs)
    process = None if server else start_with_tables(own)
    started.given = given | {"DATABASE_URL": own.url}
    try:
        started.start_servers()
        started.settings |= more
        started.logs.mkdir(parents=True, exist_ok=True)
        if server:
            started.prepare(sample=False)
        if workers:
            started.start_web(workers=workers, application=application)
            started.await_web()
        yield started
    finally:
        started.stop()
        if process:
            stop([process])
            own.remove()


class Rush(threading.Thread):
    """Everyone registers and retries while the test strikes. `answers` is complete after `finished`."""

    def __init__(self, site: Site, *, people: int, seats: int, together: int = 100) -> None:
        super().__init__()
        self.site, self.together = site, together
        self.people, self.seats = people, seats
        self.given: dict[str, Any] = crowd(site, people=people, seats=seats)
        self.answers: list[Answer] = []

    def run(self) -> None:
        self.answers = rush(self.site, self.given, together=self.together, patience=PATIENCE)

    def finished(self) -> list[Answer]:
        self.join()
        return self.answers

    def stored(self) -> int:
        """The number of people registered so far."""
        return len(registered(self.site, self.given))

    def await_share(self, share: float, *, patience: float = 30) -> None:
        """Waits until this share of the people is registered."""
        deadline = time.monotonic() + patience
        while self.stored() < share * self.people and time.monotonic() < deadline:
            time.sleep(0.02)

    def await_more(self, before: int) -> int:
        """Waits until more people than `before` are registered, or the rush is over. Returns their number.

        The time that a new worker needs before its first answer depends on the machine, so no pause of a fixed length would do.
        """
        while (now := self.stored()) <= before and self.is_alive():
            time.sleep(0.05)
        return now

    def wrong(self) -> list[str]:
        """The differences between the answers and the stored state; it has to be empty."""
        told, stored = told_to_be_registered(self.answers), registered(self.site, self.given)
        states = outcome(self.site, self.given)
        asked = {(answer.request.form or {})["request_id"] for answer in self.answers}
        strange = {answer.status for answer in self.answers} - {0, 302, 503}
        found: dict[str, set[Any]] = {
            "told to be registered, and not stored": told - set(stored),
            "stored, and never told": set(stored) - told,
            "never answered": asked - told,
            "registered twice": {one for one in stored if stored.count(one) > 1},
            "answers that are neither a registration nor “come back”": strange,
            "seats": set() if states["confirmed"] == min(self.seats, self.people) else {states["confirmed"]},
            "people": set() if sum(states.values()) == self.people else {sum(states.values())},
        }
        return [f"{what}: {len(which)}, such as {next(iter(which))}" for what, which in found.items() if which]


def web_workers(site: Site) -> list[int]:
    """The process ids of gunicorn's workers."""
    master = next(process for process in site.processes if process.name == "web").popen.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text()
    return [int(pid) for pid in children.split()]


def kill_a_worker(site: Site, chance: random.Random) -> bool:
    """`kill -9` of one web worker, if one runs at this moment."""
    workers = web_workers(site)
    if workers:
        os.kill(chance.choice(workers), signal.SIGKILL)
    return bool(workers)


def stop_immediately(server: PostgreSQL, process: Process) -> None:
    """The same as `pg_ctl stop -m immediate`: every connection breaks, and the server writes nothing more to disk."""
    process.popen.send_signal(signal.SIGQUIT)
    process.popen.wait()


def struck_tick(site: Site, at: str, *, strike: str, strikes: Path) -> int:
    """Runs the clock once, with a blow waiting at a named point. Returns its exit status: -9 if it was killed."""
    environment = site.environment | blows_at(strike, strikes, "kill")
    command = [sys.executable, "-m", "tests.faults.struck", "tick", "--at", at]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True).returncode


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """The rows that the query returns."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()
