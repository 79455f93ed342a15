"""The rush of PROMISES.md, with the lock and without it."""

import statistics
import time
from pathlib import Path

import psycopg

from tests.concurrency.rush import crowd, outcome, registered, rush, told_to_be_registered
from tests.conftest import Site
from tests.faults.figures import Figures
from tests.faults.scene import standing

PEOPLE, SEATS, TOGETHER = 1000, 100, 200


def test_a_thousand_people_want_a_hundred_seats(tmp_path: Path, figures: Figures) -> None:
    with standing(tmp_path) as site:
        given = crowd(site, people=PEOPLE, seats=SEATS)
        began = time.monotonic()
        answers = rush(site, given, together=TOGETHER)
        took = time.monotonic() - began
        stored, states = registered(site, given), outcome(site, given)
        worst = sorted(answer.took for answer in answers)[-len(answers) // 100]
        assert "invariants hold" in site.manage("check_invariants")
    failed = sum(answer.status >= 500 or not answer.status for answer in answers)
    doubled = len(stored) - len(set(stored)) + sum(states.values()) - PEOPLE
    figures.add("rush of 1,000 for 100 seats: oversold", str(max(states["confirmed"] - SEATS, 0)))
    figures.add("rush: doubled", str(doubled))
    figures.add("rush: sold", f"{states['confirmed']} of {SEATS}")
    figures.add("rush: answers of 5xx, or none", f"{failed} of {len(answers)}")
    median = statistics.median(answer.took for answer in answers)
    figures.add("rush: all answered in", f"{took:.1f} s (median {median:.2f} s, 99 % in {worst:.2f} s)")
    assert states == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
    assert {answer.status for answer in answers} == {302}
    assert len(answers) == PEOPLE * 6 // 5
    assert sorted(stored) == sorted(told_to_be_registered(answers))


def test_a_rush_without_lock_and_constraint_oversells(tmp_path: Path, figures: Figures) -> None:
    with standing(tmp_path, application="tests.support.unlocked", workers=6) as site:
        with psycopg.connect(site.settings["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("ALTER TABLE registrations_slot DROP CONSTRAINT slot_is_never_oversold")
        # The workers may serve one after the other by chance. In one of several smaller rushes they do run together.
        oversold = next(filter(None, (_oversold(site) for _rush in range(10))), 0)
    figures.add("control, lock and constraint off: oversold", f"{oversold} (must be more than 0)")
    assert oversold > 0


def _oversold(site: Site) -> int:
    given = crowd(site, people=60, seats=20)
    rush(site, given)
    return outcome(site, given)["confirmed"] - 20


def test_the_same_rush_without_the_lock_alone_is_stopped_by_the_constraint(tmp_path: Path, figures: Figures) -> None:
    with standing(tmp_path, application="tests.support.unlocked", workers=6) as site:
        given = crowd(site, people=PEOPLE, seats=SEATS)
        answers = rush(site, given, together=TOGETHER)
        oversold = outcome(site, given)["confirmed"] - SEATS
    failed = sum(answer.status >= 500 for answer in answers)
    figures.add("control, lock alone off: oversold", f"{oversold}, for {failed} answers of 5xx (must be more than 0)")
    assert (oversold, failed > 0) == (0, True)
