"""The three sources of the random value, tested with recorded answers of the beacon."""

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from meetups.core.http_client import NoAnswer
from meetups.registrations.lottery import randomness
from meetups.registrations.lottery.randomness import (
    FIRST_ROUND_AT,
    LONGEST_VALUE,
    NotAValue,
    SourceSilent,
    agreed_value,
    as_entered,
    round_at,
    round_urls,
    value_of,
)
from meetups.registrations.models import Lottery

# Round 1000 of quicknet, as both mirrors answer it.
ROUND = 1000
RECORDED: dict[str, Any] = {
    "round": ROUND,
    "randomness": "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    "signature": "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
}
ROUND_AT = datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
# A wrong signature with the matching hash: a false beacon that is consistent.
FORGED = {
    "round": ROUND,
    "randomness": "17b0761f87b081d5cf10757ccc89f12be355c70e2e29df288b65b30710dcbcd1",
    "signature": "00" * 48,
}


@pytest.mark.parametrize(
    ("instant", "number"),
    [
        (FIRST_ROUND_AT, 1),
        (FIRST_ROUND_AT + timedelta(microseconds=1), 2),
        (FIRST_ROUND_AT + timedelta(seconds=2), 2),
        (FIRST_ROUND_AT + timedelta(seconds=3), 2),
        (FIRST_ROUND_AT + timedelta(seconds=4), 3),
        (ROUND_AT, ROUND),
        (datetime(2026, 4, 20, tzinfo=UTC), 27_946_612),
        (datetime(2026, 12, 1, 3, tzinfo=UTC), 34_430_212),
    ],
)
def test_the_first_round_at_or_after_an_instant(instant: datetime, number: int) -> None:
    assert round_at(instant) == number
    comes_at = FIRST_ROUND_AT + (number - 1) * timedelta(seconds=3)
    assert instant <= comes_at < instant + timedelta(seconds=3)


def test_anybody_can_read_the_round_at_two_mirrors() -> None:
    chain = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
    assert round_urls(7) == [
        f"https://api.drand.sh/{chain}/public/7",
        f"https://drand.cloudflare.com/{chain}/public/7",
    ]


class TestTwoMirrors:
    def test_what_both_say_is_the_value(self) -> None:
        assert agreed_value(ROUND, [RECORDED, {**RECORDED, "previous_signature": ""}]) == RECORDED["randomness"]

    @pytest.mark.parametrize(
        "other",
        [
            FORGED,
            {**RECORDED, "round": ROUND + 1},
            {**RECORDED, "round": str(ROUND)},
            {**RECORDED, "randomness": "0" * 64},
            {**RECORDED, "randomness": RECORDED["randomness"].upper()},
            {**RECORDED, "randomness": 7},
            {**RECORDED, "signature": RECORDED["signature"][:-2]},
            {**RECORDED, "signature": "zz" + RECORDED["signature"][2:]},
            {**RECORDED, "signature": None},
            {"error": "not found"},
            {},
            [],
            None,
            "a string",
        ],
    )
    def test_where_one_of_them_differs_there_is_no_value(self, other: object) -> None:
        assert agreed_value(ROUND, [RECORDED, other]) is None
        assert agreed_value(ROUND, [other, RECORDED]) is None

    def test_two_that_are_wrong_in_the_same_way_do_not_agree(self) -> None:
        broken = {**RECORDED, "randomness": "0" * 64}
        assert agreed_value(ROUND, [broken, broken]) is None


def lottery(source: Lottery.Source, **fields: Any) -> Lottery:
    return Lottery(source=source, draws_at=ROUND_AT, secret="5e" * 32, **fields)


@pytest.fixture
def mirrors(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The answer of each host; an exception is raised. The requested addresses are under "asked"."""
    answers: dict[str, Any] = {mirror: copy.deepcopy(RECORDED) for mirror in randomness.MIRRORS}
    answers["asked"] = []

    def get_json(url: str) -> object:
        answers["asked"].append(url)
        answer = answers[url.split("/")[2]]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(randomness, "get_json", get_json)
    return answers


class TestDrand:
    def test_the_value_is_that_of_the_round_that_was_announced(self, mirrors: dict[str, object]) -> None:
        assert value_of(lottery(Lottery.Source.DRAND)) == RECORDED["randomness"]
        assert mirrors["asked"] == round_urls(ROUND)

    @pytest.mark.parametrize("answer", [NoAnswer("It is silent."), FORGED, {"round": ROUND}])
    @pytest.mark.parametrize("mirror", randomness.MIRRORS)
    def test_one_mirror_alone_is_no_proof(self, mirrors: dict[str, object], mirror: str, answer: object) -> None:
        mirrors[mirror] = answer
        with pytest.raises(SourceSilent):
            value_of(lottery(Lottery.Source.DRAND))

    def test_when_it_speaks_again_it_is_still_the_same_round(self, mirrors: dict[str, object]) -> None:
        """No other value replaces it, however late, and no later round does either."""
        mirrors["api.drand.sh"] = NoAnswer("It is silent.")
        for _try in range(3):
            with pytest.raises(SourceSilent):
                value_of(lottery(Lottery.Source.DRAND))
        mirrors["api.drand.sh"] = RECORDED
        assert value_of(lottery(Lottery.Source.DRAND)) == RECORDED["randomness"]
        assert {str(url).rsplit("/", 1)[1] for url in mirrors["asked"]} == {str(ROUND)}  # type: ignore[attr-defined]


class TestTheOthers:
    def test_what_is_entered_cannot_be_fetched(self) -> None:
        with pytest.raises(SourceSilent):
            value_of(lottery(Lottery.Source.ENTERED))
        assert value_of(lottery(Lottery.Source.ENTERED, value="07 11 19")) == "07 11 19"

    def test_the_secret_is_the_one_that_was_committed_to(self, mirrors: dict[str, object]) -> None:
        assert value_of(lottery(Lottery.Source.SECRET)) == "5e" * 32
        assert mirrors["asked"] == []

    def test_every_source_has_its_part(self) -> None:
        assert set(randomness.SOURCES) == set(Lottery.Source.values)


class TestWhatIsTyped:
    @pytest.mark.parametrize(
        ("typed", "value"),
        [
            ("07 11 19 23 31 42", "07 11 19 23 31 42"),
            ("  07 11　19  23\u00a031 42\n", "07 11 19 23 31 42"),
            ("０７－１１", "07-11"),
            ("３８，５００．１２", "38,500.12"),
            ("AbC", "AbC"),
            ("ﾆｯｹｲ", "ニッケイ"),
            ("e\u0301", "é"),
        ],
    )
    def test_it_has_one_form(self, typed: str, value: str) -> None:
        assert as_entered(typed) == value
        assert as_entered(value) == value

    @pytest.mark.parametrize(
        "typed", ["", "  ", "07\n11", "07\t11", "07\x0011", "07\u200b11", "07\u202e11", "7" * (LONGEST_VALUE + 1)]
    )
    def test_what_cannot_be_read_aloud_is_refused(self, typed: str) -> None:
        with pytest.raises(NotAValue):
            as_entered(typed)

    def test_the_longest_fits_into_its_field(self) -> None:
        assert Lottery._meta.get_field("value").max_length == LONGEST_VALUE
        assert as_entered("7" * LONGEST_VALUE) == "7" * LONGEST_VALUE
