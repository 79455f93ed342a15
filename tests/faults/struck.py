"""The product, struck at a named point: killed, or cut off from its database.

`STRIKE=register:after COMMIT` names the point. `STRIKES` is a folder with one file for each blow that is left. A blow removes one
file, so that a later attempt gets through. A blow of type `.kill` kills the process. A blow of type `.cut` cuts its connection to
PostgreSQL after COMMIT has reached the server, so that the answer never comes.

As a web server: `gunicorn tests.faults.struck`. As a command: `python -m tests.faults.struck tick --at …`.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import execute_from_command_line
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import DatabaseWrapper

from meetups.wsgi import application  # isort: skip - loads the apps, which the next lines need
from meetups.notifications.notify import notify_all
from meetups.pages.registration import registration
from meetups.registrations import tasks
from meetups.registrations.pen import ledger, lottery_seats
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.new_registration import insert_registration

__all__ = ["application"]

# The place where each step begins. Its points are: before rows, rows written, before messages, before COMMIT, after COMMIT.
STEPS: dict[str, tuple[Any, str]] = {
    "register": (registration, "register"),
    "freeze": (tasks, "freeze_lottery"),
    "fetch": (tasks, "fetch_randomness"),
    "draw": (tasks, "draw_lottery"),
}
running: list[str] = []


def kill() -> None:
    """Ends this process at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def strike(point: str, cut: Callable[[], None] = kill) -> None:
    """Strikes if this is the named point and a blow is left."""
    if not running or os.environ.get("STRIKE") != f"{running[-1]}:{point}":
        return
    for blow in sorted(Path(os.environ["STRIKES"]).iterdir()):
        try:
            blow.unlink()
        except FileNotFoundError:
            continue
        return cut() if blow.suffix == ".cut" else kill()


def during(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
    """The step, which is known by its name while it runs."""

    def known(*arguments: Any, **named: Any) -> Any:
        running.append(name)
        try:
            return step(*arguments, **named)
        finally:
            running.pop()

    return known


def around(function: Callable[..., Any], *, before: str = "", after: str = "") -> Callable[..., Any]:
    """The function, with a point before or after it."""

    def pointed(*arguments: Any, **named: Any) -> Any:
        if before:
            strike(before)
        given = function(*arguments, **named)
        if after:
            strike(after)
        return given

    return pointed


def commit(wrapper: Any) -> None:
    """COMMIT, with a point on either side."""

    def cut() -> None:
        with socket.socket(fileno=os.dup(wrapper.connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)
        # The error of a COMMIT whose answer is lost; Django translates it as in real use.
        with wrapper.wrap_database_errors:
            wrapper.connection.execute("SELECT 1")

    strike("before COMMIT")
    real_commit(wrapper)
    strike("after COMMIT", cut)


real_commit: Callable[[Any], None] = vars(BaseDatabaseWrapper)["_commit"]
POINTED: list[tuple[Any, str, Callable[..., Any]]] = [
    *((module, function, during(name, getattr(module, function))) for name, (module, function) in STEPS.items()),
    *((module, "notify_all", around(notify_all, before="before messages")) for module in (ledger, lottery_seats)),
    (Ledger, "_write_rows", around(Ledger._write_rows, after="rows written")),
    (ledger, "insert_registration", around(insert_registration, before="before rows", after="rows written")),
    (DatabaseWrapper, "_commit", commit),
]
for owner, name, pointed in POINTED:
    setattr(owner, name, pointed)

if __name__ == "__main__":
    execute_from_command_line(["manage.py", *sys.argv[1:]])
