"""A backup that copies PostgreSQL's files, or fills the old tables again, is restored: no mail leaves again, and new mails do.

A restart holds nothing, and neither does a Redis that has lost its mark: then an operator says that a copy was restored.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from meetups.demo.processes import Process, as_account, stop
from meetups.demo.servers import PostgreSQL, Valkey
from meetups.demo.stack import CHECKOUT
from tests.conftest import Site
from tests.faults.figures import Figures
from tests.faults.scene import standing, stop_immediately
from tests.mail_faults.scene import make_crowd, states
from tests.support.servers import MailSink

MAILS = 30


class Post:
    """A product that sends mails, and its PostgreSQL, which is lost and comes back from a backup."""

    def __init__(self, folder: Path, sink: MailSink) -> None:
        self.folder, self.sink = folder, sink
        self.server = PostgreSQL(folder / "postgres", logs=folder / "logs")
        self.servers = [self.server]
        self.process = self.server.start()
        self.site: Site

    def manage(self, *arguments: str) -> str:
        """A `manage.py` command, in a process of its own."""
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(command, cwd=CHECKOUT, env=self.site.environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def deliver(self) -> int:
        """The number of mails that leave now."""
        before = len(self.sink.messages)
        self.manage("deliver")
        return len(self.sink.messages) - before

    def tell(self, people: int) -> None:
        """A new message to so many people, which is due now."""
        copied = "kind, recipient_id, address, language, thread, subject, urgent, attempts, message_id, error"
        with psycopg.connect(self.site.settings["DATABASE_URL"]) as connection:
            connection.execute(
                f"INSERT INTO notifications_notification (key, created_at, due_at, state, {copied})"
                f" SELECT key || clock_timestamp(), now(), now(), 'waiting', {copied} FROM notifications_notification"
                f" WHERE state = 'sent' OR due_at < now() ORDER BY id LIMIT {people}".encode()
            )

    def program(self, name: str, *arguments: str) -> None:
        """Runs a program of PostgreSQL on the server."""
        environment = os.environ | {"PGHOST": str(self.server.data), "PGUSER": "postgres"}
        command = [str(self.server.programs / name), *arguments]
        account = as_account(self.server.account)
        subprocess.run(command, cwd=self.server.data, env=environment, check=True, capture_output=True, **account)

    def become(self, copy: PostgreSQL) -> None:
        """The old server is lost, and the copy takes its place."""
        stop([self.process])
        shutil.copy(self.server.home / "ready", copy.home / "ready")
        self.server = copy
        self.process = copy.start()
        self.site.settings["DATABASE_URL"] = copy.url

    def place_for_a_copy(self) -> PostgreSQL:
        copy = PostgreSQL(self.folder / f"copy{len(self.servers)}", logs=self.folder / "logs")
        self.servers.append(copy)
        return copy

    def restart(self) -> None:
        """PostgreSQL is killed and starts again."""
        stop_immediately(self.server, self.process)
        self.process = self.server.start()

    def remove(self) -> None:
        stop([self.process])
        for server in self.servers:
            server.remove()


Restore = Callable[[], None]


def base_backup(post: Post) -> Restore:
    """`pg_basebackup`, while the server runs."""
    copy = post.place_for_a_copy()
    copy.data.mkdir(mode=0o700)
    if copy.account is not None:
        os.chown(copy.data, copy.account.uid, copy.account.gid)
    post.program("pg_basebackup", "--pgdata", str(copy.data), "--checkpoint", "fast", "--no-sync")
    return lambda: post.become(copy)


def snapshot(post: Post) -> Restore:
    """A copy of the volume: the server is stopped for it, so that the copy is of one moment."""
    copy = post.place_for_a_copy()
    stop([post.process])
    subprocess.run(["cp", "-a", str(post.server.data), str(copy.data)], check=True)
    post.process = post.server.start()
    return lambda: post.become(copy)


def data_only(post: Post) -> Restore:
    """`pg_restore --data-only` into the tables that are there."""
    dump = f"{post.server.data}/backup"
    post.program("pg_dump", "--format", "custom", "--data-only", "--file", dump, "meetups")

    def restore() -> None:
        with psycopg.connect(post.server.url, autocommit=True) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            connection.execute(f"TRUNCATE {', '.join(name for (name,) in tables)}".encode())
        post.program("pg_restore", "--data-only", "--disable-triggers", "--dbname", "meetups", dump)

    return restore


BACKUPS = [base_backup, snapshot, data_only]


@contextmanager
def running(folder: Path) -> Iterator[tuple[Post, Valkey, Process]]:
    """The post with a Redis of its own, a sender that has looked once, and a due message for each person."""
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    valkey = Valkey(logs=folder)
    redis = valkey.start()
    post = Post(folder, sink)
    try:
        more = {"EMAIL_URL": sink.url, "REDIS_URL": valkey.url}
        with standing(folder / "site", server=post.server, workers=0, more=more) as post.site:
            assert post.deliver() == 0
            make_crowd(post.site, people=MAILS)
            yield post, valkey, redis
    finally:
        controller.stop()
        stop([redis])
        post.remove()


@pytest.mark.parametrize("backup", BACKUPS, ids=[backup.__name__ for backup in BACKUPS])
def test_no_mail_leaves_again(backup: Callable[[Post], Restore], tmp_path: Path, figures: Figures) -> None:
    with running(tmp_path) as (post, _valkey, redis):
        restore = backup(post)
        post.restart()
        assert post.deliver() == MAILS, "a restart after the backup, which is not restored, holds nothing"
        restore()
        sent_again = post.deliver()
        held = states(post.site)["waiting"]
        post.tell(2)
        new = post.deliver()
        # The same backup once more, as after a first try that went wrong. Redis still knows.
        said = post.manage("release_mail", "--all")
        # The control: with a Redis that knows nothing, all of them leave a second time.
        stop([redis])
        post.restart()
        after_release = post.deliver()
    name = backup.__name__.replace("_", " ")
    figures.add(f"copy of the database restored ({name}): sent again", f"{sent_again} of {held}")
    assert (sent_again, held, new) == (0, MAILS, 2)
    assert said.startswith(f"{MAILS} messages may leave now")
    assert after_release == MAILS


def test_with_a_lost_mark_an_operator_says_that_a_copy_was_restored(tmp_path: Path) -> None:
    with running(tmp_path) as (post, valkey, redis):
        restore = base_backup(post)
        assert post.deliver() == MAILS
        stop([redis])
        redis = valkey.start()
        post.tell(1)
        assert post.deliver() == 1, "the lost mark holds nothing"
        post.tell(1)
        assert post.deliver() == 1
        # Redis is lost together with the database, as with a snapshot of the whole machine.
        stop([redis])
        redis = valkey.start()
        restore()
        said = post.manage("hold_mail")
        assert said.startswith(f"{MAILS} messages wait")
        assert post.deliver() == 0
        post.tell(1)
        assert post.deliver() == 1
        assert "0 messages may leave now" in post.manage("release_mail", "--sent-until", "2099-01-01T00:00+00:00")
        stop([redis])


def test_without_the_command_a_copy_that_nothing_recognises_sends_all_again(tmp_path: Path) -> None:
    """The control of the test above, and what OPERATING.md warns of."""
    with running(tmp_path) as (post, _valkey, redis):
        restore = base_backup(post)
        assert post.deliver() == MAILS
        stop([redis])
        restore()
        assert post.deliver() == MAILS
