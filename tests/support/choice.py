"""Which tests run, and in which order: `--fast`, `--order`, and long ones first where several workers share them."""

import random
import re

import pytest

# What a fast run leaves out: a browser, the product as a whole, servers that are stopped and killed, ten thousand steps at random.
SERVERS = {"browser", "site"}
ROOMS = re.compile(
    r"tests/(browser|journeys|faults|mail_faults)/|/demo/test_demo\.py|/concurrency/test_(rush|machine)\.py"
)
# Whoever took one of these last would keep all others waiting for it.
LONG = re.compile(
    r"/test_machine\.py|test_the_demo_starts|/test_permissions\.py|/test_rush\.py|/test_reminder_times\.py|/mail_faults/|/faults/|/test_locks\.py"
)


def add_options(parser: pytest.Parser) -> None:
    """What can be asked for."""
    group = parser.getgroup("meetups")
    group.addoption("--fast", action="store_true", help="no browser and no server but PostgreSQL")
    group.addoption("--order", default="", help="'random', or the number of a random order that was")


def settle_order(config: pytest.Config) -> None:
    """A random order gets its number, which all workers are given."""
    if config.option.order == "random":
        config.option.order = str(random.SystemRandom().randrange(10**6))


def say_order(config: pytest.Config) -> None:
    """The number of a random order, once a run."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if config.option.order and reporter and not hasattr(config, "workerinput"):
        reporter.write_line(f"The order is random; --order={config.option.order} gives it again.")


def choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves in `items` what was asked for, in order."""
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
