"""A seat lock that another process holds: how long others wait, and which answer they get."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from meetups.core.postgresql.role import SETTINGS
from meetups.registrations.pen.seats import SEAT_LOCK
from tests.concurrency.rush import crowd, outcome
from tests.conftest import Site
from tests.faults.figures import Figures
from tests.support.load import registering, send

# What the product sets for the role of its database.
OPTIONS = "-c client_connection_check_interval=" + SETTINGS["client_connection_check_interval"]
HOLDER = """
import sys, psycopg
url, options, event, seconds = sys.argv[1:]
with psycopg.connect(url, options=options) as connection:
    connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(event.split()[0]), int(event.split()[1])])
    print("held", flush=True)
    connection.execute("SELECT pg_sleep(%s)", [float(seconds)])
"""


@contextmanager
def holder(url: str, event: int, *, seconds: float, options: str = OPTIONS) -> Iterator["subprocess.Popen[str]"]:
    """Another process that takes the seat lock of `event` and is then busy in the database for `seconds`."""
    command = [sys.executable, "-c", HOLDER, url, options, f"{SEAT_LOCK} {event}", str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        await_sleep(url)
        yield process
        process.kill()


def await_sleep(url: str) -> None:
    """Waits until the holder is in the middle of a statement: between statements a server sees at once that a client is gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        busy = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
        while connection.execute(busy).fetchone() == (0,):
            time.sleep(0.01)


def seconds_until_free(url: str, event: int) -> float:
    began = time.monotonic()
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEAT_LOCK, event])
    return time.monotonic() - began


def freed_after_kill(url: str, *, options: str) -> float:
    """How many seconds others wait when the holder is killed in the middle of a statement that takes three seconds."""
    with holder(url, 1, seconds=3, options=options) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return seconds_until_free(url, 1)


def test_the_lock_of_a_killed_client_is_free_at_once(site: Site, figures: Figures) -> None:
    seconds = freed_after_kill(site.settings["DATABASE_URL"], options=OPTIONS)
    figures.add("a killed client's seat lock is free after", f"{seconds:.2f} s")
    assert seconds < 2, "the statement of the dead would hold it for three"


def test_without_the_check_interval_everybody_waits_for_the_dead(site: Site, figures: Figures) -> None:
    """The control: this shows the purpose of the setting."""
    off = "-c client_connection_check_interval=0"
    seconds = freed_after_kill(site.settings["DATABASE_URL"], options=off)
    figures.add("control, check interval off: free after", f"{seconds:.2f} s (the statement takes 3 s)")
    assert seconds > 2


def test_who_waits_too_long_is_told_that_nothing_was_changed_and_when_to_come_back(
    site: Site, figures: Figures
) -> None:
    url = site.settings["DATABASE_URL"]
    given = crowd(site, people=1, seats=1)
    click = registering(given, given["sessions"][0])
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT id FROM events_event WHERE public_id = %s", [given["event"]]).fetchone()
    assert row
    with holder(url, row[0], seconds=20):
        [answer] = send(site.base_url, [[click]], together=1)
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "何も変更していません" in answer.body.decode()
    assert answer.took > 2.5
    figures.add("a seat lock held for long: answered 503, nothing changed, after", f"{answer.took:.1f} s")
    assert outcome(site, given) == {}
    # The form on that page still has its request id, so it is enough to send it again.
    assert (click.form or {})["request_id"] in answer.body.decode()
    [answer] = send(site.base_url, [[click]], together=1)
    assert (answer.status, outcome(site, given)) == (302, {"confirmed": 1})
