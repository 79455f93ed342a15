"""`manage.py backup` and `restore`: what people had is back, row for row and file for file, and no mail leaves twice."""

import hashlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from meetups.accounts.models import User
from meetups.core.backups.checksums import checksums
from meetups.demo.processes import free_port
from meetups.demo.servers import PostgreSQL
from meetups.demo.stack import CHECKOUT
from tests.conftest import Site
from tests.faults.scene import Rush, standing
from tests.mail_faults.scene import states
from tests.support.cast import person
from tests.support.servers import MailSink

PEOPLE = 800


def manage(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A `manage.py` command, in a process of its own."""
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, env=site.environment, capture_output=True, text=True)


def restored(site: Site, folder: Path, server: PostgreSQL) -> Site:
    """A new product with an empty database on the same server, and an empty folder for uploads."""
    with psycopg.connect(server.url_of("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE restored TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8'")
    new = Site(folder / "new", free_port())
    new.settings = site.settings | {
        "DATABASE_URL": server.url_of("restored"),
        "UPLOADS_DIR": str(folder / "new/uploads"),
    }
    return new


def files(folder: Path) -> dict[str, str]:
    """The checksum of each file below `folder`."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def rows(url: str) -> dict[str, list[str]]:
    with psycopg.connect(url) as reader:
        return checksums(reader)


def test_a_backup_made_in_a_rush_comes_back_whole(tmp_path: Path) -> None:
    server = PostgreSQL(tmp_path / "postgres", logs=tmp_path / "logs")
    process = server.start()
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    try:
        with standing(tmp_path / "site", server=server, more={"EMAIL_URL": sink.url}) as site:
            # The clock has run before.
            assert manage(site, "deliver").returncode == 0
            uploads = Path(site.settings["UPLOADS_DIR"])
            slides = uploads / "talk/slides.pdf"
            slides.parent.mkdir(parents=True)
            slides.write_bytes(b"%PDF-1.7" + bytes(9_000_000))
            rush = Rush(site, people=PEOPLE, seats=40, together=20)
            rush.start()
            rush.await_share(0.02)
            before = rush.stored()
            made = manage(site, "backup", str(tmp_path / "backup.tar"))
            after = rush.stored()
            assert rush.finished()
            assert made.returncode == 0, made.stderr
            # Everything that the crowd does afterwards is lost with the old machine. So are the mails that leave now.
            assert manage(site, "deliver").returncode == 0
            sent = len(sink.messages)
            assert sent >= PEOPLE
            new = restored(site, tmp_path, server)
            came_back = manage(new, "restore", str(tmp_path / "backup.tar"))
            assert came_back.returncode == 0, came_back.stdout + came_back.stderr
            assert files(tmp_path / "new/uploads") == files(uploads)
            registered = sum(rows_of_registrations(server.url_of("restored")))
            assert before <= registered <= after
            assert registered < PEOPLE, "the backup is of a moment in the rush"
            assert "invariants hold" in manage(new, "check_invariants").stdout
            held = manage(new, "deliver").stdout
            assert "wait for `manage.py release_mail`" in held
            assert len(sink.messages) == sent
            assert states(new)["waiting"] >= registered > 0

            # A second time in place of what is there: refused without a word, and the same again with it.
            first = rows(server.url_of("restored"))
            refused = manage(new, "restore", str(tmp_path / "backup.tar"))
            assert refused.returncode == 1
            assert "--replace" in refused.stderr
            assert rows(server.url_of("restored")) == first
            assert manage(new, "restore", "--replace", str(tmp_path / "backup.tar")).returncode == 0
            assert manage(new, "deliver").stdout == held
            assert len(sink.messages) == sent

            # Without people there is one moment only: two backups of two databases have the same rows.
            assert manage(site, "backup", str(tmp_path / "quiet.tar")).returncode == 0
            assert manage(new, "restore", "--replace", str(tmp_path / "quiet.tar")).returncode == 0
            assert rows(server.url_of("restored")) == rows(server.url)
    finally:
        controller.stop()
        process.popen.terminate()
        process.popen.wait()
        server.remove()


def rows_of_registrations(url: str) -> list[int]:
    with psycopg.connect(url) as reader:
        return [number for (number,) in reader.execute("SELECT count(*) FROM registrations_registration").fetchall()]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small archive that looks like a backup and is none."""
    file = tmp_path / "backup.tar"
    with tarfile.open(file, "w") as made:
        member = tarfile.TarInfo("database/000000")
        member.size = 3
        made.addfile(member, io.BytesIO(b"abc"))
        manifest = b'{"format": 1, "members": {"database/000000": "?"}, "tables": {}, "missing": []}'
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        made.addfile(member, io.BytesIO(manifest))
    return file


@pytest.mark.parametrize("damage", ["changed", "cut", "no archive"])
def test_a_damaged_backup_changes_nothing(archive: Path, damage: str) -> None:
    """The control of the checksums."""
    if damage == "cut":
        archive.write_bytes(archive.read_bytes()[:600])
    if damage == "no archive":
        archive.write_text("backup")
    command = [sys.executable, "manage.py", "restore", "--replace", str(archive)]
    run = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert run.returncode == 1
    assert "Nothing was changed." in run.stderr


@pytest.mark.django_db
def test_checksums_see_one_changed_letter() -> None:
    """The control: equal numbers mean equal rows."""
    connection.ensure_connection()
    before = checksums(connection.connection)
    person("dan")
    with_dan = checksums(connection.connection)
    User.objects.update(name="Dam")
    changed = checksums(connection.connection)
    assert {name for name in before if before[name] != with_dan[name]} == {"accounts_user", "account_emailaddress"}
    assert {name for name in before if with_dan[name] != changed[name]} == {"accounts_user"}
