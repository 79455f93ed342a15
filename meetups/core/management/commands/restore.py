"""`manage.py restore FILE`: brings a backup back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from meetups.core.backups.programs import ProgramMissing
from meetups.core.backups.restore import RestoreFailed, restore_backup


class Command(BaseCommand):
    help = (
        "Restore FILE, which `manage.py backup` wrote, into an empty database, and the uploads. Stop web, workers and clock first. Mails "
        "that were due are held by the first sender: `manage.py release_mail`."
    )
    # There may be no tables yet.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the file and the word that tables may go."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="drop the tables that are in the database now")

    def handle(self, *_args: Any, file: Path, replace: bool, **_options: Any) -> None:
        """Says what was restored."""
        try:
            done = restore_backup(file, replace=replace)
        except (RestoreFailed, ProgramMissing) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done.rows} rows of {len(done.tables)} tables are as they were, and {done.files} uploaded files are back."
        )
        for name in done.missing:
            self.stdout.write(f"Missing, as it was: {name}")
