"""The choice of tests and their order: `--part`, `--order`, and long tests first when several workers share them.

A test or a case that carries `@pytest.mark.story` belongs to the stories. Of a table that carries `@pytest.mark.in_short(5)` the
suite asks five rows, evenly spread, and the stories ask the others.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator

import pytest

ORDER = "TESTS_ORDER"
# Stories run the product as a whole: in a browser, over several machines, with servers that are killed and restored, through ten
# thousands of random steps. They take longer than all other tests together, so they have their own command.
WHOLE = {"browser", "site"}
STORIES = re.compile(
    r"tests/(backups|browser|demo|faults|journeys|machines|mail_faults)/"
    r"|/concurrency/test_(locks|machine|orders_of_a_shift|rush)\.py|/house/test_migrations\.py"
    r"|/test_compose\.py::test_a_role_without_rights"
)
# They share one product a language, so that one worker has all of them.
BROWSER = re.compile(r"test_journey|_browser\.py|test_rush\.py::test_a_rush")
# The parts in which a worker asks all tests of a module in a row.
BY_MODULE = {"suite", "fast"}
# If a worker takes one of these last, all others wait for it.
LONG = re.compile(
    r"/test_machine\.py|test_the_demo_starts|/test_permissions\.py|/test_migrations\.py|/test_hostile_forms\.py|/test_years\.py|/test_may_see\.py|/test_clock_queries\.py|/test_rush\.py|/test_reminder_times\.py|/mail_faults/|/faults/|/test_locks\.py|/test_orders_of_a_shift\.py|test_newcomers_in_one_room"
)


def add_options(parser: pytest.Parser) -> None:
    """The options of a run."""
    group = parser.getgroup("meetups")
    group.addoption(
        "--part",
        choices=["fast", "suite", "stories", "all"],
        default="all",
        help="the stories, or all that are none; fast: one in five of these",
    )
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
    if config.option.part != "all":
        long = set(_rows_left_out(items))
        chosen = [item for item in items if (item in long or _is_story(item)) == (config.option.part == "stories")]
        if config.option.part == "fast":
            chosen = list(_one_in_five(chosen))
        config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
        items[:] = chosen
    if config.option.order:
        random.Random(config.option.order).shuffle(items)
    elif hasattr(config, "workerinput"):
        tests = Counter(item.path for item in items)
        items.sort(
            key=lambda item: (
                not LONG.search(item.nodeid),
                config.option.part in BY_MODULE and -tests[item.path],
            )
        )


def _one_in_five(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Some tests of each module: the first, the sixth, the eleventh."""
    seen: Counter[str] = Counter()
    for item in items:
        module = item.nodeid.partition("::")[0]
        if seen[module] % 5 == 0:
            yield item
        seen[module] += 1


def _rows_left_out(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The rows of long tables that the suite leaves to the stories."""
    tables: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("in_short"):
            tables.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for rows in tables.values():
        [short] = rows[0].get_closest_marker("in_short").args  # type: ignore[union-attr]  # it is there
        asked = {number * len(rows) // short for number in range(short)}
        yield from (row for number, row in enumerate(rows) if number not in asked)


def is_whole(item: pytest.Item) -> bool:
    """Whether the test asks the product as a whole, whose processes have the machine's clock."""
    return bool(WHOLE & set(getattr(item, "fixturenames", ())) or STORIES.search(item.nodeid))


def _is_story(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("story") or is_whole(item))
