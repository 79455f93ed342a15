"""Brings a backup back: into an empty database, or in place of what is there."""

import contextlib
import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connections
from psycopg.sql import SQL, Identifier

from meetups.core.backups.backup import FORMAT, Backup
from meetups.core.backups.checksums import checksums
from meetups.core.backups.programs import database_of, direct_parameters, program
from meetups.core.postgresql.role import set_up_role

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
# A trigger goes with its table, but not its function. Functions of extensions stay.
_DROP_FUNCTIONS = """
    DO $$
    DECLARE signature text;
    BEGIN
        FOR signature IN
            SELECT oid::regprocedure FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace
                AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
        LOOP
            EXECUTE 'DROP FUNCTION ' || signature;
        END LOOP;
    END $$
"""


class RestoreFailed(Exception):
    """Nothing was restored, or not all of it. The text says which."""


def read_backup(file: Path) -> Backup:
    """Reads the whole backup and compares each part with its checksum. Raises RestoreFailed."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] = {}
    try:
        for name, content in _members(file):
            if name == "manifest.json":
                manifest = json.loads(content)
            else:
                found[name] = hashlib.sha256(content).hexdigest()
    except (OSError, EOFError, tarfile.TarError, ValueError) as error:
        raise RestoreFailed(f"{file} cannot be read: {error}. Nothing was changed.") from error
    if manifest.get("format") != FORMAT:
        raise RestoreFailed(f"{file} is not a complete backup of this product. Nothing was changed.")
    if found != manifest["members"]:
        raise RestoreFailed(f"{file} is damaged: its parts are not what its manifest says. Nothing was changed.")
    return Backup(manifest["tables"], manifest["members"], manifest["missing"])


def restore_backup(file: Path, *, replace: bool) -> Backup:
    """Restores the database and the uploads, and compares all tables with the checksums of the backup.

    Raises RestoreFailed: also where the database has tables and `replace` does not say that they may go.
    """
    backup = read_backup(file)
    parameters = direct_parameters()
    with psycopg.connect(**parameters, autocommit=True) as connection:
        tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
        if tables and not replace:
            raise RestoreFailed(
                "The database has tables already. With --replace they are dropped. Nothing was changed."
            )
        connections["default"].close()
        for name in tables:
            connection.execute(SQL("DROP TABLE IF EXISTS {} CASCADE").format(Identifier(name)))
        connection.execute(_DROP_FUNCTIONS)
    _fill_database(file)
    for name, content in _members(file):
        if name.startswith("uploads/"):
            _store(name.removeprefix("uploads/"), content)
    with psycopg.connect(**parameters) as connection:
        set_up_role(connection.cursor())
        now = checksums(connection)
    wrong = sorted(name for name in backup.tables.keys() | now.keys() if backup.tables.get(name) != now.get(name))
    if wrong:
        raise RestoreFailed(f"These tables are not as they were in the backup: {', '.join(wrong)}.")
    return backup


def _members(file: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(file, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member)
            assert content
            yield member.name, content.read()


def _fill_database(file: Path) -> None:
    where, environment = database_of(direct_parameters())
    command = [
        program("pg_restore"),
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        *where,
    ]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stderr=complaints) as restore,
    ):
        assert restore.stdin
        # If it ends early, its own words say why.
        with contextlib.suppress(BrokenPipeError):
            for name, content in _members(file):
                if name.startswith("database/"):
                    restore.stdin.write(content)
            restore.stdin.close()
        if restore.wait():
            complaints.seek(0)
            raise RestoreFailed(f"pg_restore failed: {complaints.read().decode(errors='replace').strip()}")


def _store(name: str, content: bytes) -> None:
    """Under its own name: a file of that name is replaced."""
    if default_storage.exists(name):
        default_storage.delete(name)
    if default_storage.save(name, ContentFile(content)) != name:
        raise RestoreFailed(f"The file {name} could not be stored under its name.")
