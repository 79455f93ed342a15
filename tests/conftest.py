"""What all tests share: servers, a browser, an SMTP server, and the product as a whole."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import time_machine
from _pytest import runner
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # it has no types

from meetups.demo.processes import free_port
from meetups.demo.stack import Stack
from tests.support import choice, tables
from tests.support.commands import Commands
from tests.support.room import with_room
from tests.support.servers import MailSink, TestServers, missing

# The name of the variable with the path of the file from which `tests.support.travelling` reads its clock.
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
# Noon in Tokyo, when the event of the cast is announced and has not begun. On the real day it would be over sooner or later.
TODAY = datetime(2026, 11, 30, 3, tzinfo=UTC)
servers = TestServers()


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once a run, before settings are read. Workers of pytest-xdist inherit their addresses and the order."""
    choice.settle_order(config)
    # How fast cases are made says how busy the machine is, not whether the product is right.
    hypothesis_settings.register_profile("meetups", suppress_health_check=[HealthCheck.too_slow], deadline=None)
    hypothesis_settings.load_profile("meetups")
    os.environ |= {
        "ENVIRONMENT": "test",
        "SITE_URL": "http://testserver",
        "EMAIL_URL": "memory://",
        "DJANGO_SETTINGS_MODULE": "meetups.settings",
        # Playwright keeps an event loop in the thread of the tests, but they use the database from that thread.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    if not hasattr(config, "workerinput") and not config.option.collectonly:
        servers.start()
    # Imported here: settings need the addresses.
    from django.conf import settings  # noqa: PLC0415 - settings need the addresses

    from meetups.core.translations import compile_catalogues  # noqa: PLC0415 - settings need the addresses

    assert settings.TESTING
    compile_catalogues()
    # Every journey needs this plugin. It reads settings, too.
    config.pluginmanager.import_plugin("tests.journeys.fixtures")
    config.pluginmanager.import_plugin("tests.faults.figures")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options that choose which tests run, and in which order."""
    choice.add_options(parser)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose the requested tests and their order. With several workers, long tests begin first."""
    choice.choose(config, items)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Print the number with which this random order can be repeated, and bring in the shared fixtures."""
    choice.say_order(session.config)
    # These fixtures need models, which are there from now on.
    session.config.pluginmanager.import_plugin("tests.support.fixtures")


def pytest_unconfigure() -> None:
    """Stop the servers with the run."""
    servers.stop()


class Together(LoadGroupScheduling):  # type: ignore[misc]  # its base has no types
    """Tests of the product as a whole stay together and begin first. It then starts once for each language of the stories.

    In the suite, the tests of a module stay together: what they share is made once. In another order each test goes its own way.
    The names of the tests decide: in pytest 9.2, groups of pytest-xdist 3.8 silently have no effect.
    """

    def _split_scope(self, nodeid: str) -> str:
        if self.config.option.part in choice.BY_MODULE and not self.config.option.order:
            return nodeid.partition("::")[0]
        if choice.BROWSER.search(nodeid):
            return "site-ja" if "[ja" in nodeid else "site-en"
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """How tests are spread over the workers: in the order of `choice`."""
    config.option.loadscopereorder = False
    return Together(config, log)


@pytest.fixture(scope="session", autouse=True)
def only_pages_are_remembered(django_test_environment: None) -> None:
    """`answer.context` has the values of a page, of its form fields and of mails, and not those of each included template.

    Django's test client copies the values for every template, and a page includes eighty of them.
    """
    from django.template import Template  # noqa: PLC0415 - settings need the addresses

    remembered = Template._render  # type: ignore[attr-defined]  # private to Django

    def render(template: Any, context: Any) -> Any:
        if context.template is template:
            return remembered(template, context)
        return template.nodelist.render(context)

    Template._render = render  # type: ignore[attr-defined]  # private to Django


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Clone the tests' database from a database that has the tables."""
    from django.conf import settings  # noqa: PLC0415 - settings need the addresses

    if tables.made():
        default = settings.DATABASES["default"]
        default.setdefault("TEST", {})["TEMPLATE"] = default["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The tests' database, which is emptied cheaply after a test."""
    from tests.support.emptying import empty_cheaply  # noqa: PLC0415 - models need settings

    with django_db_blocker.unblock():
        empty_cheaply()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run a test as pytest does, with room for its frames, and on the day of the tests if no other process takes part."""
    with nullcontext() if choice.is_whole(item) else time_machine.travel(TODAY, tick=True):
        return with_room(runner.pytest_runtest_protocol, item, nextitem)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """The garbage collector skips objects that are loaded now, and runs less often: it took a seventh of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


@pytest.fixture
def mail_sink(settings: Any) -> Iterator[MailSink]:
    """A real SMTP server. Django sends to it during the test."""
    sink = MailSink()
    controller = sink.controller()
    controller.start()
    options = {"host": "127.0.0.1", "port": sink.port, "timeout": 5}
    settings.MAILERS = {"default": {"BACKEND": "meetups.notifications.smtp_deadline.EmailBackend", "OPTIONS": options}}
    yield sink
    controller.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        missing("Chromium", "Install the package chromium.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield started
        # The browser's event loop gives Django its own connection in this thread, which can be closed only here.
        connections.close_all()
        started.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as started:
        yield started


class Site(Stack):
    """The product as a whole, without the clock. Tests move time with `tick`, and the time of the pages with `travel`."""

    _commands: Commands | None = None

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {CLOCK: str(self.folder / "clock-of-pages")}

    def travel(self, at: datetime | None) -> None:
        """From now on pages answer as if it were `at` (aware), and their clock runs on from there. None: the real time again."""
        file = Path(self.environment[CLOCK])
        if at is None:
            file.unlink(missing_ok=True)
        else:
            waiting = file.with_suffix(".new")
            waiting.write_text(str((at - datetime.now(UTC)).total_seconds()))
            waiting.replace(file)

    def prepare(self, *, sample: bool, say: Callable[[str], None] = lambda line: None) -> None:
        """Make the tables in a database that has none."""
        made = "" if sample else tables.made()
        if made:
            tables.fill(self.settings["DATABASE_URL"], made)
        else:
            super().prepare(sample=sample, say=say)

    def manage(self, *arguments: str) -> str:
        """Run a `manage.py` command and return its output. Raises Trouble if it fails."""
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
        """Run every recurring job once as if it were `at` (aware), and return the output."""
        return self.manage("tick", "--at", at.isoformat())


@contextmanager
def running(folder: Path, name: str, *, application: str = "meetups.wsgi", workers: int = 2) -> Iterator[Site]:
    """The product on its own database called `name`, empty except for its tables, with `application` as its web server."""
    database_url = os.environ["DATABASE_URL"]
    server = _database_of(database_url, "postgres")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    with redis_of_its_own() as redis_url:
        given = {"DATABASE_URL": _database_of(database_url, name), "REDIS_URL": redis_url}
        started = Site(folder, free_port(), given=given)
        try:
            started.start_servers()
            started.prepare(sample=False)
            started.start_web(workers=workers, application=application)
            started.start_sender()
            started.await_web()
            yield started
        finally:
            started.stop()
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product on its own database, empty except for its tables: `base_url`, `mails_url`, `tick`, `manage`."""
    name = f"site_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(Path(tmp_path_factory.mktemp("site")), name, application="tests.support.travelling") as started:
        yield started


numbers_taken: set[int] = set()


@contextmanager
def redis_of_its_own() -> Iterator[str]:
    """The URL of a Redis database that no other product uses."""
    number = _redis_number()
    yield f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number}"
    numbers_taken.discard(number)


def _redis_number() -> int:
    """The number of a free Redis database. Two products on one queue would take each other's alarms, and one would not wake up.

    There are sixteen. Tests without a product use the first one; the workers share the others.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = 15 // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    first = 1 + worker * share
    number = next(number for number in range(first, first + share) if number not in numbers_taken)
    numbers_taken.add(number)
    return number


def _database_of(url: str, name: str) -> str:
    """The URL of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()
