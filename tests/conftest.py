"""What all tests share: servers, a browser, a place for mails, and the product as a whole."""

import gc
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # it has no types

from meetups.demo.processes import free_port
from meetups.demo.stack import Stack
from tests.support import choice, tables
from tests.support.commands import Commands
from tests.support.servers import MailSink, TestServers, missing

# The name of the variable in which `tests.support.travelling` finds the file with its clock.
CLOCK = "TESTS_CLOCK"

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
servers = TestServers()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once a run, before settings are read; workers of pytest-xdist inherit their addresses, and the order."""
    _keep_bytecode()
    choice.settle_order(config)
    os.environ |= {
        "ENVIRONMENT": "test",
        "SITE_URL": "http://testserver",
        "EMAIL_URL": "memory://",
        "DJANGO_SETTINGS_MODULE": "meetups.settings",
        # Playwright keeps an event loop in the thread of the tests; they use the database from there all the same.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        servers.start(fast=config.option.fast)
    # Imported here: settings need the addresses.
    from django.conf import settings  # noqa: PLC0415 - settings need the addresses

    from meetups.core.catalogues import compile_catalogues  # noqa: PLC0415

    assert settings.TESTING
    compile_catalogues()
    # Known to every journey; it reads settings, too.
    config.pluginmanager.import_plugin("tests.journeys.fixtures")


def _keep_bytecode() -> None:
    """Where Python was told to write no bytecode, keep it beside the packages: a run starts forty programs that would each compile all."""
    if sys.dont_write_bytecode:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(Path(sys.prefix) / "bytecode")
        sys.dont_write_bytecode = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which tests run, and in which order."""
    choice.add_options(parser)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What was asked for, in the order that was asked for; over several workers long tests begin first."""
    choice.choose(config, items)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say by which number a random order can be had again."""
    choice.say_order(session.config)


def pytest_unconfigure() -> None:
    """Stop the servers with the run."""
    servers.stop()


class Together(LoadGroupScheduling):  # type: ignore[misc]  # its base has no types
    """Tests of the product as a whole stay together, so that it is started once for each language that stories are told in, and begin first.

    By their names: groups of pytest-xdist 3.8 are without effect in pytest 9.2, silently.
    """

    def _split_scope(self, nodeid: str) -> str:
        if re.search(r"test_journey|_browser\.py|test_rush\.py::test_a_rush", nodeid):
            return "site-ja" if "[ja" in nodeid else "site-en"
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """How tests are spread over the workers."""
    return Together(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The tests' database is cloned from one that has its tables."""
    from django.conf import settings  # noqa: PLC0415 - settings need the addresses

    if tables.made():
        default = settings.DATABASES["default"]
        default.setdefault("TEST", {})["TEMPLATE"] = default["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tests' database, which gets empty again cheaply."""
    from tests.support.emptying import empty_cheaply  # noqa: PLC0415 - models need settings

    with django_db_blocker.unblock():
        empty_cheaply()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """The garbage collector leaves alone what is loaded, and comes less often: it took a seventh of the time of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture
def mail_sink(settings: Any) -> Iterator[MailSink]:
    """A real SMTP server; Django sends to it for the length of a test."""
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    options = {"host": "127.0.0.1", "port": sink.port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    yield sink
    controller.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium", "Install the package chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield started
        # With the browser's event loop in the thread Django has a connection of its own there; only here it can be closed.
        connections.close_all()
        started.close()


class Site(Stack):
    """The product as a whole, without the clock: tests move time with `tick`, and that of the pages with `travel`."""

    _commands: Commands | None = None

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {CLOCK: str(self.folder / "clock-of-pages")}

    def travel(self, at: datetime | None) -> None:
        """From now on pages answer as if it were `at` (aware), and their clock goes on; None: as it is."""
        file = Path(self.environment[CLOCK])
        if at is None:
            file.unlink(missing_ok=True)
        else:
            waiting = file.with_suffix(".new")
            waiting.write_text(str((at - datetime.now(UTC)).total_seconds()))
            waiting.replace(file)

    def prepare(self, *, sample: bool, say: Callable[[str], None] = lambda line: None) -> None:
        """Make the tables, in a database that has none."""
        made = "" if sample else tables.made()
        if made:
            tables.fill(self.settings["DATABASE_URL"], made)
        else:
            super().prepare(sample=sample, say=say)

    def manage(self, *arguments: str) -> str:
        """Run a `manage.py` command and give what it printed. Raises Trouble where it fails."""
        if self._commands is None:
            self._commands = Commands(self.environment)
        return self._commands.run(*arguments)

    def stop(self) -> None:
        """Stop every part."""
        if self._commands:
            self._commands.stop()
            self._commands = None
        super().stop()

    def tick(self, at: datetime) -> str:
        """Run every recurring job once as if it were `at` (aware), and give what was printed."""
        return self.manage("tick", "--at", at.isoformat())


@contextmanager
def running(folder: Path, name: str, *, application: str = "meetups.wsgi", workers: int = 2) -> Iterator[Site]:
    """The product on a database of its own called `name`, empty but for its tables, with `application` as its web server."""
    database_url = os.environ["DATABASE_URL"]
    server = _database_of(database_url, "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    number = _redis_number()
    given = {
        "DATABASE_URL": _database_of(database_url, name),
        "REDIS_URL": f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number}",
    }
    started = Site(folder, free_port(), given=given)
    try:
        started.start_servers()
        started.prepare(sample=False)
        started.start_web(workers=workers, application=application)
        started.start_worker()
        started.await_web()
        yield started
    finally:
        started.stop()
        numbers_taken.discard(number)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product on a database of its own, empty but for its tables: `base_url`, `mails_url`, `tick`, `manage`."""
    name = f"site_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(Path(tmp_path_factory.mktemp("site")), name, application="tests.support.travelling") as started:
        yield started


numbers_taken: set[int] = set()


def _redis_number() -> int:
    """A Redis database of its own: two products on one queue would take each other's alarms, and one would oversleep.

    There are sixteen, of which tests without a product use the first; workers share the others.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = 15 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first = 1 + worker * share
    number = next(number for number in range(first, first + share) if number not in numbers_taken)
    numbers_taken.add(number)
    return number


def _database_of(url: str, name: str) -> str:
    """The URL of another database in the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()
