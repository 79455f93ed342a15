"""The whole product running on this machine: servers, web, workers, clock and a page for its mails.

The demo starts all of it. Browser tests and benchmarks start it with their own servers and without the clock.
"""

import contextlib
import os
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from meetups.demo.processes import Process, Trouble, free_port, start, stop
from meetups.demo.servers import PostgreSQL, Valkey

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# Settings that name external servers, which are then used instead of ours.
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")

# A part that ends more often than this, within so many seconds, is not started again.
MOST_RESTARTS, RESTARTS_WITHIN = 3, 60


def read_environment(file: Path) -> dict[str, str]:
    """The settings in a file of NAME=value lines. Empty if there is no file."""
    lines = file.read_text().splitlines() if file.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line)


@dataclass
class Stack:
    """The product's processes. `folder` holds data, logs and mails. `given` names external servers.

    Begin with `start_servers` and end with `stop`. Ports are on the loopback interface.
    """

    folder: Path
    port: int
    given: Mapping[str, str] = field(default_factory=dict)
    throw_away: bool = False
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    mails_port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    restarts: dict[str, list[float]] = field(default_factory=dict)

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mails_url(self) -> str:
        """The page with the caught mails. Empty if mail goes elsewhere."""
        return self.settings["MAILS_URL"]

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every part: our own, with the settings of this stack."""
        own = {"DJANGO_SETTINGS_MODULE": "meetups.settings", "PYTHONUNBUFFERED": "1"}
        return os.environ | self.settings | own

    # Servers

    def start_servers(self) -> None:
        """Starts the servers that `given` does not name: mail catcher, Redis and PostgreSQL. Fills `settings`. Raises Trouble."""
        self.settings = {
            "ENVIRONMENT": "development",
            "SECRET_KEY": self.secret_key,
            "SITE_URL": self.base_url,
            "MAILS_URL": "",
            "UPLOADS_DIR": str(self.folder / "uploads"),
            **{name: self.given[name] for name in OWN_SERVERS if self.given.get(name)},
        }
        if "EMAIL_URL" not in self.settings:
            self._start_mails()
        if "REDIS_URL" not in self.settings:
            valkey = Valkey(logs=self.logs, avoid_port=self.port)
            self.settings["REDIS_URL"] = valkey.url
            self.processes.append(valkey.start())
        if "DATABASE_URL" not in self.settings:
            postgres = PostgreSQL(self.folder / "postgres", logs=self.logs, throw_away=self.throw_away)
            self.settings["DATABASE_URL"] = postgres.url
            self.processes.append(postgres.start())

    def _start_mails(self) -> None:
        # If possible, the page keeps its address from one start to the next, because people keep it open.
        http = free_port(preferred=self.mails_port, avoid=[self.port])
        smtp = free_port(avoid=[self.port, http])
        self.settings |= {"EMAIL_URL": f"smtp://127.0.0.1:{smtp}", "MAILS_URL": f"http://127.0.0.1:{http}"}
        command = ["-m", "meetups.demo.mailbox.catcher", "--smtp", str(smtp), "--http", str(http), "--folder"]
        self._start("mails", *command, str(self.folder / "mails"))

    # The product

    def prepare(self, *, sample: bool, say: Callable[[str], None] = lambda line: None) -> None:
        """Makes the tables and, with `sample`, the sample community if there is none. `say` gets each line of progress."""
        command = [sys.executable, "-m", "meetups.demo.prepare"]
        if sample:
            command += ["--sample", str(self.folder)]
        log = self.logs / "prepare.log"
        with (
            log.open("w+") as errors,
            subprocess.Popen(
                command, cwd=CHECKOUT, env=self.environment, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as preparing,
        ):
            try:
                assert preparing.stdout
                for line in preparing.stdout:
                    say(line.rstrip())
            except BaseException:
                preparing.kill()
                raise
        if preparing.returncode:
            lines = log.read_text().strip().splitlines() or ["It ended without a word."]
            raise Trouble(f"The database could not be prepared. {lines[-1]}\nThe whole message is in {log}.")

    def start_web(self, *, workers: int = 2, application: str = "meetups.wsgi") -> None:
        """Starts the web server with `workers` processes. `await_web` waits until it answers."""
        self.settings["WEB_CONCURRENCY"] = str(workers)
        self._start("web", "-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}", "--config", "python:meetups.gunicorn",
                    application)  # fmt: skip

    def start_worker(self, *, processes: int = 1) -> None:
        """Starts a Celery worker for the clock's work."""
        self._start_celery("worker", "clock", processes)

    def start_sender(self, *, processes: int = 1) -> None:
        """Starts a Celery worker for mails."""
        self._start_celery("sender", "mail", processes)

    def _start_celery(self, name: str, queue: str, processes: int) -> None:
        options = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        command = ["-m", "celery", "-A", "meetups", "worker", "--queues", queue, "--hostname", f"{name}@%h"]
        self._start(name, *command, "--concurrency", str(processes), *options)

    def start_clock(self) -> None:
        """Starts the clock, which sends recurring tasks to the workers."""
        schedule = self.folder / "clock"
        self._start(
            "clock", "-m", "celery", "-A", "meetups", "beat", "--loglevel", "WARNING", "--pidfile=", "-s", str(schedule)
        )

    def await_web(self, *, patience: float = 30) -> None:
        """Waits until the product answers `/healthz`. Raises Trouble if it does not answer within `patience` seconds."""
        straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            self.check()
            with contextlib.suppress(OSError):
                straight.open(f"{self.base_url}/healthz", timeout=5).close()
                return
            time.sleep(0.05)
        raise Trouble(f"The web server does not answer. Its log is {self.logs / 'web.log'}.")

    def _start(self, name: str, *command: str) -> None:
        log = self.logs / f"{name}.log"
        self.processes.append(
            start(name, [sys.executable, *command], log=log, environment=self.environment, folder=CHECKOUT)
        )

    # Afterwards

    def check(self) -> None:
        """Raises Trouble if a part has ended by itself."""
        for process in self.processes:
            if not process.running:
                raise Trouble(f"{process.name} stopped by itself. The end of {process.log}:\n{process.last_words()}")

    def keep_running(self, say: Callable[[str], None]) -> None:
        """Starts each part again that has ended by itself, and says so. Raises Trouble for a part that ends again and again."""
        for number, process in enumerate(self.processes):
            if process.running:
                continue
            now = time.monotonic()
            lately = [then for then in self.restarts.get(process.name, []) if now - then < RESTARTS_WITHIN]
            if len(lately) >= MOST_RESTARTS:
                self.check()
            self.restarts[process.name] = [*lately, now]
            self.processes[number] = process.again()
            say(f"{process.name} stopped by itself and was started again. Its log is {process.log}.")

    def manage(self, *arguments: str) -> str:
        """Runs a `manage.py` command on this stack and returns its output. Raises Trouble if it fails."""
        run = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise Trouble(f"manage.py {' '.join(arguments)} failed:\n{run.stdout}{run.stderr}")
        return run.stdout

    def stop(self) -> None:
        """Stops every part: first the processes that use the servers, then the servers."""
        servers = [process for process in self.processes if process.name in {"PostgreSQL", "Valkey", "mails"}]
        stop([process for process in self.processes if process not in servers])
        stop(servers)
        self.processes.clear()
