"""The product's tables, made once for each state of the migrations: it takes four seconds of CPU, and a run needs them ten times.

`python -m tests.support.tables FOLDER PG_DUMP` makes them in DATABASE_URL, from which the tests' own databases are cloned, and
writes them as SQL for other servers. It runs while the tests start; `made` waits for it. The SQL is kept beside the packages,
where the next run finds it.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from meetups.demo.stack import CHECKOUT
from tests.support.waiting import wait_until

# The name of the variable with the folder. It is not set if each worker makes its own tables.
FOLDER = "TESTS_TABLES"
SQL, DONE = "tables.sql", "tables-done"
# The sources of the tables: our migrations, those of the packages, and the objects made beside them.
SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "settings.py", "demo/prepare.py")


def kept() -> Path:
    """The path of the tables for this state of the sources, from one run to the next. The file may not exist yet."""
    sources = sorted({file for pattern in SOURCES for file in (CHECKOUT / "meetups").glob(pattern)})
    digest = hashlib.sha256()
    for file in [CHECKOUT / "requirements-dev.lock", Path(__file__), *sources]:
        digest.update(f"{file.relative_to(CHECKOUT)}\n".encode() + file.read_bytes())
    return Path(sys.prefix) / "tables" / f"{digest.hexdigest()[:32]}.sql"


def take(url: str, folder: Path) -> bool:
    """Makes the tables in the empty database at `url` from an earlier run. False if there are none for this state."""
    if not kept().exists():
        return False
    tables = kept().read_text()
    fill(url, tables)
    (folder / SQL).write_text(tables)
    (folder / DONE).touch()
    return True


def keep(tables: str) -> None:
    """Keeps the tables for the next run, in place of those of earlier states. If that fails, each run makes its own."""
    try:
        kept().parent.mkdir(exist_ok=True)
        for old in kept().parent.iterdir():
            old.unlink(missing_ok=True)
        half = kept().with_suffix(f".{os.getpid()}")
        half.write_text(tables)
        half.replace(kept())
    except OSError:
        return


def made(*, patience: float = 120) -> str:
    """The tables as SQL. Empty if there are none: then migrations make them, and report what is wrong."""
    if FOLDER not in os.environ:
        return ""
    folder = Path(os.environ[FOLDER])
    wait_until((folder / DONE).exists, patience)
    return (folder / SQL).read_text() if (folder / SQL).exists() else ""


def fill(url: str, tables: str) -> None:
    """Makes the tables in an empty database."""
    with psycopg.connect(url) as connection:
        connection.execute(tables.encode())


def make(folder: Path, pg_dump: str) -> None:
    """Makes the tables in DATABASE_URL, and writes them down."""
    import django  # noqa: PLC0415 - only the process that makes them needs it
    from django.db import connections  # noqa: PLC0415 - only the process that makes them needs it

    from meetups.demo.prepare import prepare  # noqa: PLC0415 - only the process that makes them needs it

    try:
        django.setup()
        prepare(sample_notes=None)
        connections.close_all()
        command = [pg_dump, "--inserts", "--no-owner", os.environ["DATABASE_URL"]]
        dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        # Lines that begin with a backslash are for psql.
        tables = "\n".join(line for line in dump.splitlines() if not line.startswith("\\"))
        (folder / SQL).write_text(tables)
        keep(tables)
    finally:
        (folder / DONE).touch()


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
