"""The choice of tests and their order: `--fast`, `--order`, and long tests first when several workers share them."""

import os
import random
import re

import pytest

ORDER = "TESTS_ORDER"
# A fast run leaves out the browser, the product as a whole, mail servers, servers that are stopped and killed, races of threads,
# random steps, the pages of every role, tables that are taken back, and all mails of the sample.
SERVERS = {"browser", "site", "mail_sink"}
ROOMS = re.compile(
    r"tests/(browser|journeys|faults|mail_faults|concurrency|demo)/|/house/test_migrations\.py|/test_permissions\.py::test_who_may"
)
# If a worker takes one of these last, all others wait for it.
LONG = re.compile(
    r"/test_machine\.py|test_the_demo_starts|/test_permissions\.py|/test_migrations\.py|/test_rush\.py|/test_reminder_times\.py|/mail_faults/|/faults/|/test_locks\.py"
)


def add_options(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("meetups")
    group.addoption("--fast", action="store_true", help="no browser and no server but PostgreSQL")
    group.addoption("--order", default="", help="'random', or the number of a random order that was")


def settle_order(config: pytest.Config) -> None:
    """Gives a random order its number, in an environment variable that workers read."""
    if config.option.order == "random":
        config.option.order = os.environ.setdefault(ORDER, str(random.SystemRandom().randrange(10**6)))


def say_order(config: pytest.Config) -> None:
    """Prints the number of a random order, once a run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if config.option.order and reporter and not hasattr(config, "workerinput"):
        reporter.write_line(f"The order is random; --order={config.option.order} gives it again.")


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the requested tests in `items`, in order."""
    if config.option.fast:
        chosen = [item for item in items if _is_fast(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
    if config.option.order:
        random.Random(config.option.order).shuffle(items)
    elif hasattr(config, "workerinput"):
        items.sort(key=lambda item: not LONG.search(item.nodeid))


def _is_fast(item: pytest.Item) -> bool:
    return not SERVERS & set(getattr(item, "fixturenames", ())) and not ROOMS.search(item.nodeid)
