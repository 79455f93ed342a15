"""`manage.py backup FILE`: the database and the uploads in one file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meetups.core.backups.backup import BackupFailed, write_backup
from meetups.core.backups.programs import ProgramMissing


class Command(BaseCommand):
    help = (
        "Write the database and all uploaded files to FILE (a tar archive), while the site runs. Keep SECRET_KEY as well: links in mails "
        "are signed with it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the file."""
        parser.add_argument("file", help="where to; - is standard output")

    def handle(self, *_args: Any, file: str, **_options: Any) -> None:
        """Says what the backup has. A half-written file is removed."""
        half = Path(f"{file}.part")
        try:
            if file == "-":
                done = write_backup(sys.stdout.buffer, at=timezone.now())
                sys.stdout.flush()
            else:
                with half.open("wb") as target:
                    done = write_backup(target, at=timezone.now())
                half.replace(file)
        except (BackupFailed, ProgramMissing, OSError) as error:
            half.unlink(missing_ok=True)
            raise CommandError(f"There is no backup. {error}") from error
        self.stderr.write(f"{done.rows} rows of {len(done.tables)} tables and {done.files} uploaded files.")
        for name in done.missing:
            self.stderr.write(f"Missing: {name}, which a row refers to.")
