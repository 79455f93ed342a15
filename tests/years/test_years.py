"""A small version of `make years`: no page asks more statements than there may be, or takes longer in the database.

The suite counts the statements of each page for one of its readers; the stories ask for all of them, and measure the time.
"""

import logging

import pytest
import time_machine
from django.db import connection

from tests.support import cast
from tests.years import __main__, memory
from tests.years.fill import Size, fill
from tests.years.pages import MOST_MILLISECONDS, MOST_STATEMENTS, Asked, asking, measured

pytestmark = [pytest.mark.django_db]
SMALL = Size(events=4_000, people=20_000, communities=200, crowd=200)
# Beside other tests a statement takes up to twice its time; `make years`, alone, allows none of it.
ROOM = 2
FEW = Size(events=200, people=200, communities=5, crowd=20)


@pytest.mark.story
def test_no_page_asks_more_statements_than_there_may_be(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    with time_machine.travel(cast.NOW, tick=False):
        pages = measured(fill(FEW), rounds=1, in_turn=True, only=lambda name: name != "event, years ago")
    assert {page.name: page.asked.number for page in pages if page.asked.number > MOST_STATEMENTS} == {}


@pytest.mark.parametrize(("arguments", "measures"), [([], ["pages", "memory"]), (["--only", "desk_"], ["pages"])])
def test_make_years_also_says_what_a_web_worker_takes(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], measures: list[str]
) -> None:
    called: list[str] = []

    def pages(_arguments: list[str]) -> int:
        called.append("pages")
        return 3

    monkeypatch.setattr(__main__, "measure_pages", pages)
    monkeypatch.setattr(memory, "main", lambda: called.append("memory"))
    assert __main__.main(arguments) == 3
    assert called == measures


def is_too_much(asked: Asked) -> bool:
    return asked.number > MOST_STATEMENTS or asked.milliseconds > ROOM * MOST_MILLISECONDS


@pytest.mark.story
def test_no_page_asks_more_after_years(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    with time_machine.travel(cast.NOW, tick=False):
        world = fill(SMALL)
        often = {page.name for page in measured(world, rounds=1) if is_too_much(page.asked)}
        # Once may have been the first time, or a moment at which the machine did something else.
        again = [page for page in measured(world, rounds=5, only=often.__contains__) if is_too_much(page.asked)]
    found = {f"{page.name} for {page.reader}": (page.asked.number, round(page.asked.milliseconds)) for page in again}
    assert not found


@pytest.mark.story
def test_too_many_statements_and_a_long_one_would_be_found() -> None:
    with connection.cursor() as cursor:
        with asking() as many:
            for _turn in range(MOST_STATEMENTS + 1):
                cursor.execute("SELECT 1")
        with asking() as long:
            cursor.execute("SELECT count(*) FROM generate_series(1, 5000000)")
    assert many.number > MOST_STATEMENTS
    assert many.milliseconds < MOST_MILLISECONDS
    assert is_too_much(many)
    assert is_too_much(long)
