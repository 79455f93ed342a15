"""A small version of `make years`: no page asks more statements than there may be, or takes longer in the database."""

import logging

import pytest
import time_machine
from django.db import connection

from tests.support import cast
from tests.years.fill import Size, fill
from tests.years.pages import MOST_MILLISECONDS, MOST_STATEMENTS, asking, measured

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
SMALL = Size(events=4_000, people=20_000, communities=200, crowd=200)


def test_no_page_asks_more_after_years(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, logger="django.request")
    with time_machine.travel(cast.NOW, tick=False):
        world = fill(SMALL)
        often = [page.name for page in measured(world, rounds=1) if page.is_too_much]
        # Once may have been the first time, or a moment at which the machine did something else.
        again = [page for name in often for page in measured(world, rounds=5, only=name) if page.is_too_much]
    found = {f"{page.name} for {page.reader}": (page.asked.number, round(page.asked.milliseconds)) for page in again}
    assert not found


def test_too_many_statements_and_a_long_one_would_be_found() -> None:
    with connection.cursor() as cursor:
        with asking() as many:
            for _turn in range(MOST_STATEMENTS + 1):
                cursor.execute("SELECT 1")
        with asking() as long:
            cursor.execute("SELECT count(*) FROM generate_series(1, 1000000)")
    assert many.number > MOST_STATEMENTS
    assert long.milliseconds > MOST_MILLISECONDS
