"""Two clocks and two planners run as processes in the same minute. Each key has one row, and each message leaves once."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from meetups.demo.stack import CHECKOUT
from tests.faults.figures import FULL, Figures
from tests.faults.scene import standing
from tests.mail_faults.scene import copies, make_crowd, states
from tests.support.servers import MailSink

PEOPLE, CLOCKS = (300, 3) if FULL else (20, 2)


def test_rows_are_keys(tmp_path: Path, figures: Figures) -> None:
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    try:
        with standing(tmp_path, workers=0, more={"EMAIL_URL": sink.url}) as site:
            make_crowd(site, people=PEOPLE)
            with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
                connection.execute("DELETE FROM notifications_notification")
                connection.execute("UPDATE events_event SET schedule_since = now() - interval '20 days'")
                connection.execute(
                    "UPDATE events_event SET starts_at = now() + interval '9 days', ends_at = now() + interval '10 days'"
                )
                connection.execute("DELETE FROM speakers_rehearsal")
                [starts_at] = connection.execute("SELECT starts_at FROM events_event").fetchone() or ()
            moments = [starts_at - timedelta(days=2, hours=12), starts_at - timedelta(hours=4)]
            for moment in moments:
                run_together(site.environment, moment)
            with psycopg.connect(site.settings["DATABASE_URL"]) as connection:
                [row_count, keys] = connection.execute(
                    "SELECT count(*), count(DISTINCT key) FROM notifications_notification"
                ).fetchone() or (0, 0)
            stored = states(site)
            found = copies(sink)
    finally:
        controller.stop()
    figures.add(f"{CLOCKS} clocks at once, {PEOPLE} people: rows = keys", f"{row_count} = {keys}")
    expected = stored["sent"] + stored["void"]
    assert row_count == keys == expected
    assert stored["sent"] >= PEOPLE
    assert sum(map(len, found.values())) == len({one for ids in found.values() for one in ids})


def run_together(environment: dict[str, str], at: datetime) -> None:
    """Runs `manage.py tick` in several processes at the same time."""
    command = [sys.executable, "manage.py", "tick", "--at", at.astimezone(UTC).isoformat()]
    running = [
        subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL) for _ in range(CLOCKS)
    ]
    assert [process.wait(timeout=120) for process in running] == [0] * CLOCKS
