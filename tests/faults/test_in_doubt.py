"""The answer to a registration is lost after COMMIT. A second request gets the same answer, and nothing happens twice."""

from pathlib import Path

from tests.concurrency.rush import crowd, outcome
from tests.faults.scene import blows_at, standing
from tests.support.load import registering, send


def test_a_registration_whose_answer_was_lost_is_answered_the_same_again(tmp_path: Path) -> None:
    """The first time the web worker is killed; the second time its connection to the database breaks."""
    point, folder = "register:after COMMIT", tmp_path / "blows"
    with standing(tmp_path, application="tests.faults.struck", more=blows_at(point, folder)) as site:
        given = crowd(site, people=2, seats=2)
        for number, (how, status) in enumerate({"kill": 0, "cut": 503}.items()):
            blows_at(point, folder, how)
            click = registering(given, given["sessions"][number])
            first, *more = send(site.base_url, [[click, click]], together=1, patience=10)
            assert first.status == status
            assert [answer.status for answer in more] == [302, 302]
            assert more[0].location == more[1].location
            assert outcome(site, given) == {"confirmed": number + 1}
        assert "invariants hold" in site.manage("check_invariants")
