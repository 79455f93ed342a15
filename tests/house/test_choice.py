"""The suite and the stories share all tests between them: none is lost, and none is asked twice."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.conftest import TODAY
from tests.support import cast
from tests.support.choice import choose, is_whole


class Case:
    """A test as `choose` sees it."""

    def __init__(self, name: str, *marks: pytest.MarkDecorator) -> None:
        self.nodeid = f"tests/pages/test_any.py::{name}"
        self.fixturenames: list[str] = []
        self.marks = {one.name: one.mark for one in marks}

    def get_closest_marker(self, name: str) -> Any:
        return self.marks.get(name)


def chosen(part: str, cases: list[Case]) -> list[str]:
    """The names that a run of this part asks, in order."""
    hook = SimpleNamespace(pytest_deselected=lambda items: None)
    items: Any = list(cases)
    choose(SimpleNamespace(option=SimpleNamespace(part=part, order=""), hook=hook), items)  # type: ignore[arg-type]
    return [one.nodeid.partition("::")[2] for one in items]


@pytest.mark.parametrize(("rows", "short"), [(1, 3), (3, 3), (7, 3), (22, 5), (112, 10)])
def test_of_a_table_the_suite_asks_as_many_rows_as_it_says_and_the_stories_the_others(rows: int, short: int) -> None:
    table = [Case(f"test_table[{number}]", pytest.mark.in_short(short)) for number in range(rows)]
    suite, stories = chosen("suite", table), chosen("stories", table)
    assert len(suite) == min(rows, short)
    assert sorted(suite + stories) == sorted(chosen("all", table))
    assert suite[0] == "test_table[0]"


def test_a_quick_look_asks_one_in_five_of_the_suite() -> None:
    cases = [Case("test_long", pytest.mark.story), *(Case(f"test_{number}") for number in range(9))]
    assert chosen("fast", cases) == ["test_0", "test_5"]


def test_a_story_is_none_of_the_suite_and_nothing_is_asked_twice() -> None:
    cases = [
        Case("test_plain"),
        Case("test_long", pytest.mark.story),
        # A row that is a story by itself stays one, also where the suite would have asked it.
        Case("test_table[0]", pytest.mark.in_short(1), pytest.mark.story),
        Case("test_table[1]", pytest.mark.in_short(1)),
    ]
    assert chosen("suite", cases) == ["test_plain"]
    assert chosen("stories", cases) == ["test_long", "test_table[0]", "test_table[1]"]


def test_the_day_of_the_tests_is_before_the_event_of_the_cast() -> None:
    assert timezone.now() - TODAY < timedelta(hours=1)
    assert cast.NOW < TODAY < cast.STARTS_AT


def test_where_other_processes_take_part_the_clock_is_the_machines() -> None:
    plain, with_site = Case("test_plain"), Case("test_site")
    with_site.fixturenames = ["site", "browser"]
    in_folder = Case("test_part")
    in_folder.nodeid = "tests/machines/test_any.py::test_part"
    assert [is_whole(one) for one in (plain, with_site, in_folder)] == [False, True, True]  # type: ignore[arg-type]
