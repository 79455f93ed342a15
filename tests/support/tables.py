"""The product's tables, made once a run: migrations take four seconds of CPU, and a run needs the tables ten times.

`python -m tests.support.tables FOLDER PG_DUMP` makes them in DATABASE_URL, from which the tests' own databases are cloned, and writes them as SQL
for other servers. It runs beside the start of the tests; `made` waits for it.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

# The name of the variable with the folder; there is none where each makes its own tables.
FOLDER = "TESTS_TABLES"
SQL, DONE = "tables.sql", "tables-done"


def made(*, patience: float = 120) -> str:
    """The tables as SQL. Empty where nobody made them: then migrations do, and say what is wrong."""
    if FOLDER not in os.environ:
        return ""
    folder = Path(os.environ[FOLDER])
    deadline = time.monotonic() + patience
    while not (folder / DONE).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return (folder / SQL).read_text() if (folder / SQL).exists() else ""


def fill(url: str, tables: str) -> None:
    """Makes the tables in an empty database."""
    with psycopg.connect(url) as connection:
        connection.execute(tables.encode())


def make(folder: Path, pg_dump: str) -> None:
    """Makes them in DATABASE_URL, and writes them down."""
    import django  # noqa: PLC0415 - only the process that makes them needs it
    from django.db import connections  # noqa: PLC0415

    from meetups.demo.prepare import prepare  # noqa: PLC0415

    try:
        django.setup()
        prepare(sample_notes=None)
        connections.close_all()
        command = [pg_dump, "--inserts", "--no-owner", os.environ["DATABASE_URL"]]
        dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        # Lines with a backslash are for psql.
        (folder / SQL).write_text("\n".join(line for line in dump.splitlines() if not line.startswith("\\")))
    finally:
        (folder / DONE).touch()


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
