"""A backup is restored into another database. No mail leaves again, new mails do, and an operator releases the rest."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from meetups.demo.processes import as_account
from meetups.demo.servers import PostgreSQL
from tests.faults.figures import FULL, Figures
from tests.faults.scene import standing
from tests.mail_faults.scene import await_mails, kill, make_crowd, sender, states
from tests.support.servers import MailSink

MAILS = 300 if FULL else 60


def test_what_was_due_before_the_restore_waits_for_an_operator(tmp_path: Path, figures: Figures) -> None:
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    process = server.start()
    try:
        with standing(tmp_path / "site", server=server, workers=0, more={"EMAIL_URL": sink.url}) as site:
            make_crowd(site, people=MAILS)
            half = sender(site)
            await_mails(sink, MAILS // 2, half)
            kill(half)
            # The backup is made while mails are sent. The old server sends the rest and is lost.
            restore(server, "meetups", "restored")
            after_backup = len(sink.messages)
            site.settings["DATABASE_URL"] = server.url_of("restored")
            said = site.manage("deliver")
            held = states(site)["waiting"] + states(site)["sending"]
            sent_again = len(sink.messages) - after_backup
            shown = site.manage("release_mail")
            released = site.manage("release_mail", "--sent-until", datetime.now(UTC).isoformat())
            site.manage("deliver")
    finally:
        controller.stop()
        process.popen.terminate()
        process.popen.wait()
        server.remove()
    figures.add("backup restored: mails sent again", f"{sent_again} of {held} that it thinks are due")
    assert sent_again == 0
    assert held > 0
    assert "wait for `manage.py release_mail`" in said
    assert "seat_confirmed" in shown
    assert released == f"0 messages may leave now, {held} were dropped.\n"
    assert len(sink.messages) == after_backup


def restore(server: PostgreSQL, old: str, new: str) -> None:
    """Restores a dump of `old` into a new database called `new`."""
    programs, host = server.programs, str(server.data)
    account = as_account(server.account)
    environment = os.environ | {"PGHOST": host, "PGUSER": "postgres"}
    run = {"cwd": server.data, "env": environment, "check": True}
    dump = subprocess.run([str(programs / "pg_dump"), old], capture_output=True, **run, **account)  # type: ignore[call-overload]
    create = [str(programs / "createdb"), "--template", "template0", "--encoding", "UTF8", "--locale", "C.utf8", new]
    subprocess.run(create, capture_output=True, **run, **account)  # type: ignore[call-overload]
    fill = [str(programs / "psql"), "--quiet", "--set", "ON_ERROR_STOP=1", new]
    subprocess.run(fill, input=dump.stdout, capture_output=True, **run, **account)  # type: ignore[call-overload]
