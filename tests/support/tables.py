"""The product's tables, made once for each state of the migrations: these take four seconds of CPU, and a run needs the tables ten times.

`python -m tests.support.tables FOLDER PG_DUMP` makes them in DATABASE_URL, from which the tests' own databases are cloned, and writes them as SQL
for other servers. It runs beside the start of the tests; `made` waits for it. The SQL is kept beside the packages, where the next run finds it.
"""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg

from meetups.demo.stack import CHECKOUT

# The name of the variable with the folder; there is none where each makes its own tables.
FOLDER = "TESTS_TABLES"
SQL, DONE = "tables.sql", "tables-done"
# What tables come from: our migrations, those of the packages, and what is made beside them.
SOURCES = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "settings.py", "demo/prepare.py")


def kept() -> Path:
    """Where the tables of this state of the sources are, or would be, from one run to the next."""
    sources = sorted({file for pattern in SOURCES for file in (CHECKOUT / "meetups").glob(pattern)})
    digest = hashlib.sha256()
    for file in [CHECKOUT / "requirements-dev.lock", Path(__file__), *sources]:
        digest.update(f"{file.relative_to(CHECKOUT)}\n".encode() + file.read_bytes())
    return Path(sys.prefix) / "tables" / f"{digest.hexdigest()[:32]}.sql"


def take(url: str, folder: Path) -> bool:
    """Makes the tables in the empty database at `url` as an earlier run left them. False where there are none of this state."""
    if not kept().exists():
        return False
    tables = kept().read_text()
    fill(url, tables)
    (folder / SQL).write_text(tables)
    (folder / DONE).touch()
    return True


def keep(tables: str) -> None:
    """For the next run, in place of those of earlier states. Where nothing can be written, each run makes its own."""
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
        tables = "\n".join(line for line in dump.splitlines() if not line.startswith("\\"))
        (folder / SQL).write_text(tables)
        keep(tables)
    finally:
        (folder / DONE).touch()


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
