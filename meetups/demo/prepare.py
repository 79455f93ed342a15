"""Prepares a database for the product: catalogues, tables and, if asked for, the sample community.

It is one process, because loading Django takes longer than most of its steps.
"""

import argparse
import os
import sys
import time
from io import StringIO
from pathlib import Path

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import OperationalError, connection

from meetups.core.translations import compile_catalogues


def wait_for_database(*, patience: float = 10) -> None:
    """Waits until the database answers. After `patience` seconds it ends the program with a message."""
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.ensure_connection()
            return
        except OperationalError as error:
            if time.monotonic() > deadline:
                sys.exit(f"The database in DATABASE_URL does not answer: {' '.join(str(error).split())}")
        time.sleep(0.2)


def prepare(*, sample_notes: Path | None) -> None:
    """Prepares the database. With `sample_notes`, a folder, it also makes the sample community if there are no accounts.

    The folder then has `sign-in`, the accounts for signing in. `sample-unfinished` exists while the sample is being made."""
    compile_catalogues()
    wait_for_database()
    print("Making the tables", flush=True)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if sample_notes is None or get_user_model().objects.exists():
        return
    print("Adding the sample community", flush=True)
    unfinished = sample_notes / "sample-unfinished"
    unfinished.touch()
    people = StringIO()
    call_command("sample", stdout=people)
    (sample_notes / "sign-in").write_text(people.getvalue())
    unfinished.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make a database ready for the product.")
    parser.add_argument("--sample", type=Path, metavar="FOLDER", help="add the sample community; keep notes in FOLDER")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
    django.setup()
    prepare(sample_notes=parser.parse_args().sample)
