"""A product with an outbox, a real SMTP server that keeps what it receives, and senders that tests kill."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import psycopg

from meetups.demo.processes import Process, start
from meetups.demo.stack import CHECKOUT
from tests.conftest import Site
from tests.faults.scene import standing
from tests.support.servers import MailSink


@contextmanager
def sending(
    folder: Path, *, people: int, kind: str = "seat_confirmed", more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[Site, MailSink]]:
    """A product without a web server, with one due message for each of `people`, and the sink that receives the mails."""
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    try:
        with standing(folder, workers=0, more={"EMAIL_URL": sink.url, **more}) as site:
            make_crowd(site, people=people, kind=kind)
            yield site, sink
    finally:
        controller.stop()


def make_crowd(site: Site, *, people: int, kind: str = "seat_confirmed") -> None:
    """`people` people with a due message each."""
    command = [sys.executable, "-m", "tests.mail_faults.crowd", "--people", str(people), "--kind", kind]
    subprocess.run(command, cwd=CHECKOUT, env=site.environment, check=True, capture_output=True)


def sender(site: Site, *arguments: str) -> Process:
    """`manage.py deliver` in the background."""
    command = [sys.executable, "manage.py", "deliver", *arguments]
    return start("sender", command, log=site.logs / "sender.log", environment=site.environment, folder=CHECKOUT)


def kill(process: Process) -> None:
    """`kill -9`, if the process has not ended by itself."""
    process.popen.kill()
    process.popen.wait()


def await_mails(sink: MailSink, number: int, process: Process | None = None, *, patience: float = 60) -> bool:
    """Waits until the sink has taken `number` mails in all, or the sender has ended. False if time ran out."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if len(sink.messages) >= number or (process and not process.running):
            return True
        time.sleep(0.002)
    return False


def five_minutes_pass(site: Site) -> None:
    """The leases of killed senders run out. The rows are changed instead of waiting."""
    with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            "UPDATE notifications_notification SET lease_until = now() - interval '1 second' WHERE state = 'sending'"
        )


def states(site: Site) -> Counter[str]:
    """The number of messages in each state."""
    with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
        return Counter(
            dict(connection.execute("SELECT state, count(*) FROM notifications_notification GROUP BY state").fetchall())
        )


def copies(sink: MailSink) -> dict[str, list[str]]:
    """The Message-IDs of the mails that each address got."""
    got: dict[str, list[str]] = {}
    for message, recipients in zip(sink.messages, sink.recipients, strict=True):
        for recipient in recipients:
            got.setdefault(recipient, []).append(str(message["Message-ID"]))
    return got
