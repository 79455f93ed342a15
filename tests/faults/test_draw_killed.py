"""The clock is killed in the middle of a lottery. The next clock gives the result that anyone could compute beforehand.

In `make stories` it is killed at one point of the draw, in `make faults` at every point of every step.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from meetups.registrations.lottery.ranking import Entry, draw, manifest
from tests.concurrency.rush import crowd
from tests.conftest import Site
from tests.faults.figures import FULL, Figures
from tests.faults.scene import rows, standing, struck_tick

ENTRANTS, SEATS = (200, 60) if FULL else (12, 4)
STEPS = {
    "freeze": ["before messages", "before COMMIT", "after COMMIT"],
    "fetch": ["before COMMIT", "after COMMIT"],
    "draw": ["rows written", "before messages", "before COMMIT", "after COMMIT"],
}
KILLED_AT = [f"{step}:{point}" for step, points in STEPS.items() for point in points]
SHORT = ["draw:before COMMIT"]


@pytest.fixture(scope="module")
def clockwork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product without a web server: only the clock's command runs."""
    with standing(tmp_path_factory.mktemp("clockwork"), workers=0) as site:
        yield site


@pytest.mark.parametrize("point", KILLED_AT if FULL else SHORT)
def test_a_draw_that_was_killed_goes_on_to_the_same_result(
    clockwork: Site, tmp_path: Path, point: str, figures: Figures
) -> None:
    site = clockwork
    given = crowd(site, people=ENTRANTS, seats=SEATS, lottery=True)
    url = site.settings["DATABASE_URL"]
    mine = f"e.public_id = '{given['event']}'"
    of_event = f"FROM registrations_registration r JOIN events_event e ON e.id = r.event_id WHERE {mine}"
    entries = [Entry(entry_id) for (entry_id,) in rows(url, f"SELECT r.entry_id {of_event}")]
    [(secret,)] = rows(
        url,
        "SELECT l.secret FROM registrations_lottery l JOIN registrations_slot s ON s.id = l.slot_id "
        f"JOIN events_event e ON e.id = s.event_id WHERE {mine}",
    )
    drawn_from = manifest(event=given["event"], slot=given["slot"], seats=SEATS, others=entries)
    expected = [(place.entry.entry_id, place.rank, place.seat) for place in draw(drawn_from, secret)]

    closes_at, draws_at = (datetime.fromisoformat(given[name]) for name in ("closes_at", "draws_at"))
    # As the clock does, the freeze runs at T and the rest at D.
    at = closes_at if point.startswith("freeze") else draws_at
    assert struck_tick(site, at.isoformat(), strike=point, strikes=tmp_path / "blows") == -9
    site.tick(draws_at + timedelta(minutes=1))
    site.tick(draws_at + timedelta(minutes=2))

    drawn = rows(url, f"SELECT r.entry_id, r.drawn_rank, r.state = 'confirmed' {of_event} ORDER BY r.drawn_rank")
    assert drawn == expected
    told = rows(
        url,
        "SELECT n.kind, count(*), count(DISTINCT n.recipient_id) FROM notifications_notification n JOIN events_event e "
        f"ON n.thread = 'event:' || e.public_id WHERE {mine} AND n.kind LIKE 'drawn%' GROUP BY n.kind ORDER BY n.kind",
    )
    assert told == [("drawn_in", SEATS, SEATS), ("drawn_out", ENTRANTS - SEATS, ENTRANTS - SEATS)]
    steps = rows(
        url,
        "SELECT h.verb FROM history_historyentry h JOIN events_event e ON h.thread = 'event:' || e.public_id "
        f"WHERE {mine} AND h.subject LIKE 'lottery:%' ORDER BY h.id",
    )
    assert [verb for (verb,) in steps] == ["freeze", "fetch_randomness", "draw"]
    assert "invariants hold" in site.manage("check_invariants")
    figures.add(f"draw killed at {point}", "resumed to the same result")
