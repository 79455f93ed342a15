"""`python -m tests.bench.mail`: senders send many due notifications, compared with a plain loop over `smtplib` in the same run.

There are two loops. Compare with the one that *writes each mail*. It has the subject, the text, the HTML and the calendar file
at hand, makes a message of them with `email`, and sends it. It asks no database, renders no template, knows one language, and
does not note which mails left. If it is killed, all mails are sent again or lost. The other loop sends *finished mails*, the same
octets again and again: the most that `smtplib` and the server can do. No program that writes a mail for each person comes near
it: writing one with `email` alone takes twenty times as long.

Both talk to a server in its own process that counts mails. `--people` and `--kind` choose the messages, `--senders` the number of
processes that send them.
"""

import argparse
import asyncio
import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

import psycopg

from meetups.demo.processes import free_port
from meetups.demo.stack import CHECKOUT, Stack
from tests.mail_faults.crowd import KINDS
from tests.support.servers import keep_bytecode

SAMPLE = 200


class Counting(asyncio.Protocol):
    """A minimal SMTP server: it takes everything and counts."""

    def __init__(self, count: "Synchronized[int]", sample: Path) -> None:
        self.count, self.sample = count, sample
        self.in_data = False
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 here\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while self.rest:
            if self.in_data:
                mail, end, after = self.rest.partition(b"\r\n.\r\n")
                if not end:
                    return
                self.rest, self.in_data = after, False
                with self.count.get_lock():
                    self.count.value += 1
                    number = self.count.value
                if number <= SAMPLE:
                    (self.sample / f"{number}.eml").write_bytes(mail)
                self.transport.write(b"250 taken\r\n")
                continue
            line, end, after = self.rest.partition(b"\r\n")
            if not end:
                return
            self.rest = after
            word = line[:4].upper()
            if word == b"DATA":
                self.in_data = True
                self.transport.write(b"354 go on\r\n")
            elif word == b"QUIT":
                self.transport.write(b"221 bye\r\n")
                self.transport.close()
            elif word == b"EHLO":
                self.transport.write(b"250-here\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n")
            else:
                self.transport.write(b"250 fine\r\n")


def serve(port: int, count: "Synchronized[int]", sample: Path) -> None:
    """Runs the server in its own process."""

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: Counting(count, sample), "127.0.0.1", port)
        await server.serve_forever()

    asyncio.run(forever())


@dataclass(frozen=True)
class Speed:
    """Mails per second, and processor time per mail in milliseconds, which does not depend on what else runs on the machine."""

    rate: float
    processor: float

    @classmethod
    def since(cls, began: float, used: float, number: int) -> "Speed":
        return cls(number / (time.perf_counter() - began), (time.process_time() - used) / number * 1000)


def plain_loop(port: int, mails: list[bytes], number: int) -> Speed:
    """A loop that sends finished mails over one connection."""
    began, used = time.perf_counter(), time.process_time()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for turn in range(number):
            server.sendmail("from@example.org", [f"person-{turn}@example.org"], mails[turn % len(mails)])
    return Speed.since(began, used, number)


def loop_that_writes(port: int, mails: list[bytes], number: int) -> Speed:
    """The same loop, which also writes each mail from its text, its HTML and its calendar file, with `email` alone."""
    contents = [message_from_bytes(mail, policy=policy.default) for mail in mails]
    bodies = [
        [(part.get_content_subtype(), part.get_content()) for part in mail.walk() if not part.is_multipart()]
        for mail in contents
    ]
    began, used = time.perf_counter(), time.process_time()
    with smtplib.SMTP("127.0.0.1", port) as server:
        for turn in range(number):
            (_plain, text), (_html, html), *files = bodies[turn % len(bodies)]
            mail = EmailMessage(policy=policy.SMTP)
            mail["Subject"], mail["From"] = str(contents[turn % len(contents)]["Subject"]), "Meetups <from@example.org>"
            mail["To"] = f"person-{turn}@example.org"
            mail["Date"], mail["Message-ID"] = datetime.now(UTC), f"<{turn}@example.org>"
            mail.set_content(text)
            mail.add_alternative(html, subtype="html")
            for _calendar, file in files:
                mail.add_attachment(str(file), subtype="calendar", filename="event.ics")
            server.send_message(mail)
    return Speed.since(began, used, number)


def statistics_of(url: str) -> dict[str, Any]:
    """What the database has done so far, and how much processor time its processes took."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT xact_commit, tup_fetched, (SELECT wal_bytes FROM pg_stat_wal) FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    return dict(zip(("transactions", "rows read", "bytes of WAL"), map(int, row or ()), strict=True))


def processor_seconds(server: int) -> float:
    """User and system time of PostgreSQL: of the process `server`, its children, and the children that have ended."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    ticks = 0
    for process in (str(server), *children):
        try:
            ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]))
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--kind", choices=KINDS, default="reminder_day")
    parser.add_argument("--senders", type=int, default=2)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="meetups-bench-"))
    folder.chmod(0o755)
    keep_bytecode()
    sample = folder / "sample"
    sample.mkdir()
    port = free_port()
    context = get_context("fork")
    count: Synchronized[int] = context.Value("i", 0)
    sink = context.Process(target=serve, args=(port, count, sample), daemon=True)
    sink.start()
    stack = Stack(
        folder, free_port(), given={"EMAIL_URL": f"smtp://127.0.0.1:{port}", "REDIS_URL": "redis://127.0.0.1:1/0"}
    )
    try:
        stack.start_servers()
        stack.prepare(sample=False)
        made = ["-m", "tests.mail_faults.crowd", "--people", str(options.people), "--kind", options.kind]
        subprocess.run([sys.executable, *made], cwd=CHECKOUT, env=stack.environment, check=True)
        url = stack.settings["DATABASE_URL"]
        [server] = [process.popen.pid for process in stack.processes if process.name == "PostgreSQL"]
        before, postgres = statistics_of(url), processor_seconds(server)
        began = time.perf_counter()
        command = [sys.executable, "manage.py", "deliver"]
        senders = [subprocess.Popen(command, cwd=CHECKOUT, env=stack.environment) for _ in range(options.senders)]
        ended = [os.wait4(process.pid, 0)[2] for process in senders]
        took = time.perf_counter() - began
        after, busy = statistics_of(url), processor_seconds(server) - postgres
        mails = count.value
        samples = [path.read_bytes() for path in sorted(sample.iterdir())]
        floors = {
            "that writes each mail": loop_that_writes(port, samples, options.people // 5),
            "with finished mails": plain_loop(port, samples, options.people),
        }
        mine = sum(one.ru_utime + one.ru_stime for one in ended) / mails * 1000
        print(
            f"{mails} mails of the kind {options.kind} by {options.senders} senders: {took:.1f} s, {mails / took:.0f}/s"
        )
        print(
            f"processor a mail: senders {mine:.2f} ms (their start included), PostgreSQL {busy / mails * 1000:.2f} ms"
        )
        for what, floor in floors.items():
            print(
                f"plain loop over smtplib {what}: {floor.rate:.0f}/s, {floor.processor:.2f} ms; "
                f"ratio {mails / took / floor.rate:.2f} by time, {floor.processor / mine:.2f} by processor"
            )
        print("(to reach: 10,000 in 60 s on two cores of one's own; ratio 0.25)")
        print(f"memory of a sender: {max(one.ru_maxrss for one in ended) / 1024:.0f} MB (to reach: 110 MB)")
        print(f"size of a mail: {sum(map(len, samples)) // len(samples)} bytes")
        for name, value in after.items():
            print(f"{name}: {(value - before[name]) / mails:.1f} a mail")
    finally:
        stack.stop()
        sink.terminate()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
