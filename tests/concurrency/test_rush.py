"""Many people want the same seats at the same moment: real HTTP, real gunicorn, real PostgreSQL."""

import os
from pathlib import Path

import psycopg

from tests.concurrency.rush import crowd, outcome, registered, rush, told_to_be_registered
from tests.conftest import Site, running

PEOPLE, SEATS = 200, 20


def test_a_rush_sells_each_seat_once_and_everybody_gets_an_answer(site: Site) -> None:
    given = crowd(site, people=PEOPLE, seats=SEATS)
    answers = rush(site, given)
    # A double click is sent to the same place twice.
    assert {answer.status for answer in answers} == {302}
    assert len(answers) == PEOPLE * 6 // 5
    assert outcome(site, given) == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
    assert sorted(registered(site, given)) == sorted(told_to_be_registered(answers))
    assert "invariants hold" in site.manage("check_invariants")


def test_without_the_lock_the_constraint_stands_and_without_both_it_oversells(tmp_path: Path) -> None:
    """The controls: if the last rush did not oversell, the rush above could not find an error."""
    name = f"unlocked_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path, name, application="tests.support.unlocked", workers=6) as started:
        given = crowd(started, people=60, seats=SEATS)
        rush(started, given)
        assert outcome(started, given)["confirmed"] == SEATS
        with psycopg.connect(started.settings["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("ALTER TABLE registrations_slot DROP CONSTRAINT slot_is_never_oversold")
        # A busy machine may serve one worker after the other by chance. In one of the rushes the workers do run together.
        assert any(_oversells(started) for _crowd in range(5))


def _oversells(site: Site) -> bool:
    given = crowd(site, people=60, seats=SEATS)
    rush(site, given)
    return outcome(site, given)["confirmed"] > SEATS
