"""The answer to a registration is lost after COMMIT: asking again gives the same answer, and nothing happens twice."""

from pathlib import Path

import pytest

from tests.concurrency.rush import crowd, outcome
from tests.faults.scene import put_blows, standing
from tests.load import registering, send


@pytest.mark.parametrize("how", ["kill", "cut"])
def test_a_registration_whose_answer_was_lost_is_answered_the_same_again(tmp_path: Path, how: str) -> None:
    blow = {"STRIKE": "register:after COMMIT", "STRIKE_HOW": how, **put_blows(tmp_path / "blows", 1)}
    with standing(tmp_path, application="tests.faults.struck", more=blow) as site:
        given = crowd(site, people=1, seats=1)
        click = registering(given, given["sessions"][0])
        first, *more = send(site.base_url, [[click, click]], together=1, patience=10)
        assert first.status == {"kill": 0, "cut": 503}[how]
        assert [answer.status for answer in more] == [302, 302]
        assert more[0].location == more[1].location
        assert outcome(site, given) == {"confirmed": 1}
        assert "invariants hold" in site.manage("check_invariants")
