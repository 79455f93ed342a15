"""Writes the backup of one moment."""

import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

import psycopg
from django.core.files.storage import default_storage

from meetups.core.backups.checksums import checksums
from meetups.core.backups.programs import database_of, direct_parameters, program
from meetups.core.files.unused_files import files_below, referred_to

PART_OCTETS = 8 * 1024 * 1024
FORMAT = 1


class BackupFailed(Exception):
    """The backup is not complete. The text says why."""


@dataclass
class Backup:
    """What a backup has. `missing` are files that a row refers to and that were not there."""

    tables: dict[str, list[str]]
    members: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(int(number) for number, _sum in self.tables.values())

    @property
    def files(self) -> int:
        return sum(name.startswith("uploads/") for name in self.members)


def write_backup(target: IO[bytes], *, at: datetime) -> Backup:
    """Writes the database and the uploads to `target`, while people go on. Raises BackupFailed, ProgramMissing.

    Dump and checksums are of one snapshot. A file is stored before the row that refers to it, so the files are copied after the
    snapshot is taken. A file that comes later has no row in the dump; in time it is cleared like any other that nothing needs.
    """
    parameters = direct_parameters()
    with (
        psycopg.connect(**parameters) as connection,
        tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as archive,
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        [snapshot] = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
        done = Backup(tables=checksums(connection))
        wanted = referred_to()
        _add_database(archive, done, snapshot)
        _add_uploads(archive, done)
        done.missing = sorted(name for name in wanted if f"uploads/{name}" not in done.members)
        manifest = {"format": FORMAT, "made_at": at.isoformat(), "tables": done.tables, "members": done.members}
        manifest |= {"missing": done.missing}
        _add(archive, Backup(tables={}), "manifest.json", json.dumps(manifest, indent=1).encode())
    return done


def _add_database(archive: tarfile.TarFile, done: Backup, snapshot: str) -> None:
    """The dump in parts, because a member of an archive says its length first and the dump may not fit in memory."""
    where, environment = database_of(direct_parameters())
    command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *where]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=complaints) as dump,
    ):
        assert dump.stdout
        number = 0
        while part := dump.stdout.read(PART_OCTETS):
            _add(archive, done, f"database/{number:06}", part)
            number += 1
        if dump.wait():
            complaints.seek(0)
            raise BackupFailed(f"pg_dump failed: {complaints.read().decode(errors='replace').strip()}")


def _add_uploads(archive: tarfile.TarFile, done: Backup) -> None:
    for name in files_below(default_storage):
        try:
            with default_storage.open(name) as file:
                # One file at a time is in memory: the largest has 30 MB.
                _add(archive, done, f"uploads/{name}", file.read())
        except FileNotFoundError:
            # It was cleared in the meantime. If a row of the dump refers to it, the manifest says so.
            continue


def _add(archive: tarfile.TarFile, done: Backup, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))
    done.members[name] = hashlib.sha256(content).hexdigest()
