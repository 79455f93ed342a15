"""`kill -9` of web workers in a rush, at random and at named points. People without an answer ask again; every answer holds."""

import random
import time
from pathlib import Path

import pytest

from tests.faults.figures import FULL, Figures
from tests.faults.scene import Rush, blows_at, kill_a_worker, standing

POINTS = ["before rows", "rows written", "before COMMIT", "after COMMIT"] if FULL else ["before COMMIT"]
BLOWS, PEOPLE = (10, 150) if FULL else (2, 60)
CROWD, SEATS, TOGETHER, KILLS = (1000, 100, 200, 5) if FULL else (100, 20, 20, 1)


def test_workers_are_killed_at_random(tmp_path: Path, figures: Figures) -> None:
    chance, kills, stored = random.Random(5347), 0, 0
    with standing(tmp_path) as site:
        rush = Rush(site, people=CROWD, seats=SEATS, together=TOGETHER)
        rush.start()
        while rush.is_alive():
            # Someone gets an answer between two kills, otherwise no one ever would.
            stored = rush.await_more(stored)
            time.sleep(chance.uniform(0.1, 0.9))
            kills += kill_a_worker(site, chance)
        answers = rush.finished()
        assert rush.wrong() == []
        assert "invariants hold" in site.manage("check_invariants")
    lost = sum(not answer.status for answer in answers)
    figures.add(
        f"web workers killed at random in a rush of {CROWD:,}", f"{kills} kills, {lost} answers lost and asked again"
    )
    figures.add("… answers that are not as stored", "0")
    assert kills >= KILLS
    assert not FULL or lost > 0


@pytest.mark.parametrize(("point", "how"), [*((point, "kill") for point in POINTS), ("after COMMIT", "cut")])
def test_workers_are_struck_at_a_named_point(tmp_path: Path, point: str, how: str, figures: Figures) -> None:
    blows = blows_at(f"register:{point}", tmp_path / "blows", *[how] * BLOWS)
    with standing(tmp_path, application="tests.faults.struck", more=blows) as site:
        rush = Rush(site, people=PEOPLE, seats=30)
        rush.start()
        answers = rush.finished()
        assert not list((tmp_path / "blows").iterdir()), "Not every blow was struck."
        assert rush.wrong() == []
        assert "invariants hold" in site.manage("check_invariants")
    lost = sum(not answer.settled for answer in answers)
    assert lost >= BLOWS
    figures.add(f"web worker {'killed' if how == 'kill' else 'cut off from PostgreSQL'} {point}", f"{BLOWS} ×, 0 wrong")
