"""`python -m tests.bench.lateness`: how late mails arrive in normal operation, with Celery's worker and clock as in production.

Messages fall due at random moments within two minutes. Nothing wakes the sender, so the clock has to find them. The lateness is
the time from that moment to the last octet of the mail at a real SMTP server. `--people` and `--seconds` change the size. The
memory is that of the worker after the run.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session

from meetups.demo.processes import free_port
from meetups.demo.stack import CHECKOUT, Stack
from tests.support.servers import MailSink, keep_bytecode

# All mails have to be there this many seconds after the last one is due.
PATIENCE = 300.0
START_SECONDS = 15.0
DUE = """
    UPDATE notifications_notification n SET due_at = now() + random() * make_interval(secs => %s) FROM accounts_user p
    WHERE p.id = n.recipient_id RETURNING p.email, extract(epoch FROM n.due_at)::float8
"""


@dataclass
class Noting(MailSink):
    """An SMTP server that notes when it took the first mail for each address, in seconds since 1970."""

    arrived: dict[str, float] = field(default_factory=dict)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        for address in envelope.rcpt_tos:
            self.arrived.setdefault(address, time.time())
        return await super().handle_DATA(server, session, envelope)


def share(late: Sequence[float], percent: int) -> float:
    """The lateness that this percentage of the mails does not exceed."""
    ordered = sorted(late)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def memory(process: int) -> dict[int, tuple[float, float]]:
    """Resident and proportional memory in MB of a process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    found = {}
    for pid in (process, *map(int, children)):
        sizes = dict(re.findall(r"^(Rss|Pss):\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE))
        found[pid] = (int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024)
    return found


def measure(stack: Stack, sink: Noting, *, people: int, seconds: float) -> list[float]:
    """The lateness of each mail, in seconds. Raises AssertionError if some mails never come."""
    made = ["-m", "tests.mail_faults.crowd", "--people", str(people), "--kind", "seat_confirmed"]
    subprocess.run([sys.executable, *made], cwd=CHECKOUT, env=stack.environment, check=True)
    with psycopg.connect(stack.settings["DATABASE_URL"], autocommit=True) as connection:
        # Nothing is due while worker and clock start, nor a reminder of the event, which would join these mails (RULES 30).
        connection.execute("UPDATE notifications_notification SET due_at = due_at + interval '1 hour'")
        connection.execute(
            "UPDATE events_event SET starts_at = starts_at + interval '9 days', ends_at = ends_at + interval '9 days'"
        )
        connection.execute("DELETE FROM speakers_rehearsal")
        stack.start_worker()
        stack.start_sender()
        stack.start_clock()
        time.sleep(START_SECONDS)
        due: dict[str, float] = dict(connection.execute(DUE, [seconds]).fetchall())
    deadline = time.time() + seconds + PATIENCE
    while time.time() < deadline and len(sink.arrived) < people:
        time.sleep(0.1)
        stack.check()
    assert sink.arrived.keys() == due.keys(), f"{len(due.keys() - sink.arrived.keys())} mails never came"
    return [sink.arrived[address] - at for address, at in due.items()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="meetups-bench-"))
    folder.chmod(0o755)
    keep_bytecode()
    sink = Noting()
    controller = sink.controller()
    controller.start()
    stack = Stack(folder, free_port(), given={"EMAIL_URL": sink.url})
    try:
        stack.start_servers()
        stack.prepare(sample=False)
        late = measure(stack, sink, people=options.people, seconds=options.seconds)
        [worker] = [process.popen.pid for process in stack.processes if process.name == "sender"]
        print(
            f"{len(late)} mails due at random moments of {options.seconds:.0f} s: late by {share(late, 50):.1f} s (half of them), "
            f"{share(late, 99):.1f} s (99 %), {max(late):.1f} s (the last); earliest {min(late):.1f} s (to reach: 99 % within 90 s)"
        )
        for pid, (resident, own) in memory(worker).items():
            print(f"memory of the sender's process {pid}: {resident:.0f} MB resident, {own:.0f} MB its share of it")
    finally:
        controller.stop()
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
