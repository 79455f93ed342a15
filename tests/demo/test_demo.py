"""The demo: its servers, its mail page, and how it ends when something goes wrong."""

import json
import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from http.server import ThreadingHTTPServer
from pathlib import Path

import psycopg
import pytest

from meetups.demo.folder import DemoFolder
from meetups.demo.mailbox import views
from meetups.demo.mailbox.mailbox import RECIPIENTS_HEADER, Mailbox
from meetups.demo.mailbox.page import MailPage
from meetups.demo.processes import Trouble, command_line, free_port, start, stop
from meetups.demo.servers import DATABASE, PostgreSQL
from meetups.demo.stack import CHECKOUT, MOST_RESTARTS, Stack, read_environment
from tests.support.waiting import wait_until

# The servers


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Callable[[], PostgreSQL]]:
    """Makes PostgreSQL servers that share one data folder, like one demo started after another."""
    made: list[PostgreSQL] = []

    def make() -> PostgreSQL:
        made.append(PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs", throw_away=True))
        return made[-1]

    yield make
    made[-1].remove()


def value(server: PostgreSQL, query: str) -> object:
    """The single value that a query returns."""
    with psycopg.connect(server.url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_the_database_knows_japanese_letters(postgres: Callable[[], PostgreSQL]) -> None:
    server = postgres()
    process = server.start()
    assert value(server, "SELECT datctype FROM pg_database WHERE datname = current_database()") == "C.utf8"
    assert value(server, "SELECT current_database()") == DATABASE
    assert value(server, "SELECT '勉強会' ~ '^[[:alpha:]]+$'") is True
    assert value(server, "SHOW listen_addresses") == ""
    assert int(str(value(server, "SHOW max_connections"))) >= 200
    stop([process])


def test_a_half_made_data_folder_is_made_again(postgres: Callable[[], PostgreSQL]) -> None:
    server = postgres()
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("18\n")
    process = server.start()
    assert value(server, "SELECT 1") == 1
    stop([process])


def test_data_survive_a_server_that_was_killed(postgres: Callable[[], PostgreSQL]) -> None:
    server = postgres()
    process = server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 14 AS number")
    process.popen.kill()
    process.popen.wait()
    again = postgres()
    process = again.start()
    assert value(again, "SELECT number FROM kept") == 14
    stop([process])


def test_a_server_left_running_is_stopped_first(postgres: Callable[[], PostgreSQL]) -> None:
    left = postgres().start()
    # It is our child process, and stays in the list of processes until its exit status is read.
    threading.Thread(target=left.popen.wait, daemon=True).start()
    server = postgres()
    process = server.start()
    assert not left.running
    assert value(server, "SELECT 1") == 1
    stop([process])


def test_a_lock_file_with_a_number_that_somebody_else_has_now(postgres: Callable[[], PostgreSQL]) -> None:
    stop([postgres().start()])
    server = postgres()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    process = server.start()
    assert value(server, "SELECT 1") == 1
    stop([process])


def test_data_of_another_major_version_are_not_touched(postgres: Callable[[], PostgreSQL]) -> None:
    server = postgres()
    (server.home / "ready").write_text("17")
    with pytest.raises(Trouble, match=r"PostgreSQL 17.*make demo-fresh"):
        server.start()


# Parts that end by themselves


def test_a_part_that_ends_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    stack, said = Stack(tmp_path, free_port()), list[str]()
    # Like a web server whose master is killed: its child stays, in the same group.
    command = ["sh", "-c", "echo started; sleep 600 & echo $!; wait"]
    stack.processes.append(start("web", command, log=tmp_path / "web.log"))
    try:
        stack.keep_running(said.append)
        assert said == []
        [first] = stack.processes
        assert wait_until(lambda: first.log.read_text().count("\n") == 2)
        child = int(first.log.read_text().split()[1])
        first.popen.kill()
        first.popen.wait()
        stack.keep_running(said.append)
        [second] = stack.processes
        assert second.running
        assert second.popen.pid != first.popen.pid
        assert [line.split(".")[0] for line in said] == ["web stopped by itself and was started again"]
        assert "sleep" not in command_line(child), "what was left of the first has ended"
        assert first.log.read_text().startswith("started"), "its log goes on"
    finally:
        stack.stop()


def test_a_part_that_ends_again_and_again_ends_the_demo(tmp_path: Path) -> None:
    stack, said = Stack(tmp_path, free_port()), list[str]()
    stack.processes.append(start("worker", ["sh", "-c", "echo broken"], log=tmp_path / "worker.log"))
    for _turn in range(MOST_RESTARTS):
        stack.processes[0].popen.wait()
        stack.keep_running(said.append)
    stack.processes[0].popen.wait()
    with pytest.raises(Trouble, match=r"(?s)worker stopped by itself.*broken"):
        stack.keep_running(said.append)
    assert len(said) == MOST_RESTARTS


# The folder


@pytest.fixture
def place(tmp_path: Path) -> DemoFolder:
    return DemoFolder(tmp_path / "local")


def test_a_port_that_is_taken_is_said_with_the_way_out(place: DemoFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {port} is taken.*make demo PORT={port + 1}"):
            place.take(port=port, say=print)


def test_two_demos_do_not_share_a_checkout(place: DemoFolder) -> None:
    place.take(port=free_port(), say=print)
    with pytest.raises(Trouble, match="already runs from this checkout"):
        DemoFolder(place.folder).take(port=free_port(), say=print)
    place.leave()
    DemoFolder(place.folder).take(port=free_port(), say=print)


@pytest.mark.parametrize("obstacle", ["a file", "a folder without room"])
def test_a_folder_that_cannot_be_written_to(place: DemoFolder, obstacle: str) -> None:
    if obstacle == "a file":
        place.folder.write_text("in the way")
    else:
        place.folder.symlink_to("/proc/self")
    with pytest.raises(Trouble, match="cannot be written to"):
        place.take(port=free_port(), say=print)


# The mails


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mails")


@pytest.fixture
def page(mailbox: Mailbox) -> Iterator[str]:
    """The address of a mail page in a running server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Page", (MailPage,), {"mailbox": mailbox}))
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def mail(subject: str = "参加が確定しました", *, html: str = "<p>確定</p>") -> bytes:
    message = EmailMessage()
    message["From"] = "ML勉強会 <no-reply@example.org>"
    message["Subject"] = subject
    message.set_content("確定しました：https://example.org/events/ml-14/。当日お待ちしています。")
    message.add_alternative(html, subtype="html")
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="予定.ics")
    return message.as_bytes(policy=policy.SMTP)


def read(address: str, **headers: str) -> tuple[str, dict[str, str]]:
    with urllib.request.urlopen(urllib.request.Request(address, headers=headers)) as response:
        return response.read().decode(), dict(response.headers)


def test_mails_are_listed_newest_first_and_by_recipient(mailbox: Mailbox, page: str) -> None:
    mailbox.keep(mail("first"), ["dan@example.com"])
    mailbox.keep(mail("second"), ["emi@example.com"])
    everything = json.loads(read(f"{page}/api/mails")[0])
    assert [found["subject"] for found in everything] == ["second", "first"]
    (one,) = json.loads(read(f"{page}/api/mails?to=Dan@example.com")[0])
    assert one["to"] == ["dan@example.com"]
    assert one["text"].startswith("確定しました")
    assert one["attachments"] == ["予定.ics"]
    listing = read(f"{page}/?to=dan")[0]
    assert "first" in listing
    assert "second" not in listing


@pytest.mark.parametrize(("zone", "shown"), [("UTC", "18:30:00 JST"), ("Europe/Berlin", "10:30:00 CET")])
def test_a_mail_came_at_a_time_of_the_reader(mailbox: Mailbox, zone: str, shown: str) -> None:
    """A container's clock runs in UTC, but no reader lives by that time."""
    at = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    file = mailbox.folder / f"{int(at.timestamp()) * 1_000_000_000:020d}-0.eml"
    file.write_bytes(f"{RECIPIENTS_HEADER}: dan@example.com\r\n".encode() + mail())
    with pytest.MonkeyPatch.context() as here:
        here.setenv("TZ", zone)
        time.tzset()
        listing = views.listing(mailbox.mails(), to="", _=str)
    time.tzset()
    assert f"2026-11-25 {shown}" in listing


def test_mails_are_still_there_after_a_restart(mailbox: Mailbox) -> None:
    mailbox.keep(mail(), ["dan@example.com"])
    assert [found.subject for found in Mailbox(mailbox.folder).mails()] == ["参加が確定しました"]


def test_a_mail_shows_its_parts(mailbox: Mailbox, page: str) -> None:
    mailbox.keep(mail(), ["dan+meetups@example.com"])
    (found,) = mailbox.mails()
    shown = read(f"{page}/mails/{found.key}")[0]
    assert '<a href="https://example.org/events/ml-14/" target="_blank" rel="noopener">' in shown
    assert '<a href="/?to=dan%2Bmeetups%40example.com">' in shown
    assert read(f"{page}/mails/{found.key}/attachments/0")[0].strip() == "BEGIN:VCALENDAR"
    raw, headers = read(f"{page}/mails/{found.key}/raw")
    assert "Subject: " in raw
    assert headers["Content-Disposition"].startswith("attachment")


def test_a_hostile_mail_does_nothing(mailbox: Mailbox, page: str) -> None:
    mailbox.keep(mail("<script>alert(1)</script>", html="<script>alert(1)</script>"), ["dan@example.com"])
    (found,) = mailbox.mails()
    for address in (page, f"{page}/mails/{found.key}"):
        shown, headers = read(address)
        assert "<script>" not in shown
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    framed, headers = read(f"{page}/mails/{found.key}/html")
    assert framed.startswith('<base target="_blank">')
    assert headers["Content-Security-Policy"].startswith("sandbox allow-popups")
    assert "script" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/mails/1", "/mails/..%2F..%2Fenv", "/mails/../env", "/nowhere"])
def test_what_is_not_there_is_not_found(page: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(page + path)


def test_the_page_answers_to_this_machine_only(page: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="421"):
        read(page, Host="evil.example")


def test_the_page_is_in_the_language_of_the_browser(page: str) -> None:
    english = read(page)[0]
    japanese = read(page, **{"Accept-Language": "ja,en;q=0.5"})[0]
    assert '<html lang="en">' in english
    assert '<html lang="ja">' in japanese
    assert re.search("[ぁ-ん]", japanese)


# The command


class Demo:
    """`make demo` in its own folder and on its own ports, without the servers that the tests use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder.parent / "output"
        self.mark = f"DEMO_UNDER_TEST={folder}"

    def start(self, *options: str) -> None:
        """Start it and wait until it says how to stop."""
        ours = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "ENVIRONMENT", "SITE_URL"}
        command = [
            sys.executable,
            "-m",
            "meetups.demo",
            "--port",
            str(self.port),
            "--folder",
            str(self.folder),
            *options,
        ]
        with self.output.open("w") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={name: text for name, text in os.environ.items() if name not in ours}
                | dict([self.mark.split("=")]),
                start_new_session=True,
            )
        self.waits_until("Ctrl-C")

    def waits_until(self, words: str) -> None:
        wait_until(lambda: words in self.said() or self.popen.poll() is not None, 300)
        assert words in self.said(), self.said()

    def said(self) -> str:
        return self.output.read_text()

    def number_of(self, part: str) -> int:
        """The number of the oldest process of this demo whose command line contains `part`: a server's master."""
        mark = self.mark.encode()
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return min(one for one in numbers if mark in environment_of(one) and part in command_line(one))

    def parts(self) -> list[str]:
        """The command lines of everything that this demo started, found by an environment or a folder that only it has.

        A search by name would find the processes of others, and Valkey overwrites its environment with its title.
        """
        numbers = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        mark = self.mark.encode()
        ours = [
            number for number in numbers if mark in environment_of(number) or self.folder in place_of(number).parents
        ]
        return [line for number in ours if (line := command_line(number))]

    def settings(self) -> dict[str, str]:
        """The settings that the demo wrote down for manage.py."""
        return read_environment(self.folder / "env")

    def has_ended(self, *, patience: float) -> bool:
        return wait_until(lambda: not self.parts(), patience, every=0.1)


def answers_again(address: str) -> bool:
    def answers() -> bool:
        try:
            return bool(read(address))
        except OSError:
            return False

    return wait_until(answers, 120)


def environment_of(process: int) -> bytes:
    """The environment that a process was started with; empty if the process is gone or belongs to another user."""
    try:
        return Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return b""


def place_of(process: int) -> Path:
    """The working folder of a process; the root if the process is gone or belongs to another user."""
    try:
        return Path(f"/proc/{process}/cwd").readlink()
    except OSError:
        return Path("/")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path / "local")
    yield demo
    if demo.popen.poll() is None:
        demo.popen.terminate()
        demo.popen.wait(30)
    DemoFolder(demo.folder).clear()


@pytest.mark.story
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_the_demo_starts_stops_and_recovers(demo: Demo) -> None:
    demo.start()
    said = demo.said()
    # Address, people, mails and the way to stop, in this order.
    order = [said.index(word) for word in ("Address ", "Sign in ", "Mails ", "Stop ")]
    assert order == sorted(order)
    assert read(f"http://127.0.0.1:{demo.port}/healthz")
    settings = demo.settings()
    with smtplib.SMTP(settings["EMAIL_URL"].removeprefix("smtp://")) as smtp:
        smtp.sendmail("no-reply@example.org", ["dan@example.com"], mail("kept over a restart"))
    running = "\n".join(demo.parts())
    assert all(part in running for part in ("postgres", "valkey", "gunicorn", "worker", "beat", "mailbox.catcher")), (
        running
    )

    # The web server's master is killed: the demo goes on with a new one.
    os.kill(demo.number_of("gunicorn"), signal.SIGKILL)
    demo.waits_until("web stopped by itself and was started again")
    assert answers_again(f"http://127.0.0.1:{demo.port}/healthz")

    # Ctrl-C reaches the foreground process group.
    os.killpg(demo.popen.pid, signal.SIGINT)
    assert demo.popen.wait(20) == 0
    assert "Traceback" not in demo.said()
    assert demo.has_ended(patience=1), demo.parts()

    demo.start()
    again = demo.settings()
    assert again["SECRET_KEY"] == settings["SECRET_KEY"]
    assert "Adding the sample" not in demo.said()
    assert "kept over a restart" in read(f"{again['MAILS_URL']}/api/mails?to=dan")[0]

    demo.popen.kill()
    demo.popen.wait()
    assert demo.has_ended(patience=15), demo.parts()
    demo.start()
    assert "The last demo was killed" in demo.said()

    demo.popen.terminate()
    assert demo.popen.wait(20) == 0
    assert demo.has_ended(patience=1), demo.parts()
