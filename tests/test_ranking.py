"""The lottery's arithmetic: a golden vector, and an implementation of its own to compare with."""

import hashlib
import hmac
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from meetups.core.ids import entry_id
from meetups.registrations.ranking import Entry, draw, manifest, read_manifest, sha256_hex

GOLDEN = manifest(
    event="ml-14",
    slot="general",
    seats=4,
    nominated=[Entry("i67l2z7fluposa2xuxhcfmtqge")],
    others=[
        Entry("uzphbc7tdedfu3r6ey22vybfsy"),
        Entry("6s5wltthcjbtew7bojng5gtiqq"),
        Entry("brkeflyzfxlngfc6c72qkrzuei", size=2),
        Entry("njsrcrlp5w2pf2kzw3rttuhvl4"),
        Entry("c66wh77kh2bsqofjzowcrgdwqq", weight=2),
    ],
)


def test_the_published_example_comes_out_as_published() -> None:
    assert sha256_hex(GOLDEN.text()) == "4f57b0a2329e611893407accce3d385382649afbd844270490ead55124c6a5f8"
    places = draw(GOLDEN, "9f2c41d06be3a7855410c2f7d8e9ab10")
    assert [(place.entry.entry_id[:4], place.seat) for place in places] == [
        ("i67l", True),
        ("uzph", True),
        ("njsr", True),
        ("brke", False),
        ("c66w", True),
        ("6s5w", False),
    ]


def ten_lines(text: str, value: str) -> list[tuple[str, bool]]:
    """The check as a stranger would write it from the description alone."""
    lines = text.splitlines()
    seats, nominated = int(lines[3].split()[1]), int(lines[4].split()[1])
    seed = hashlib.sha256(f"meetup-lottery/1|{hashlib.sha256(text.encode()).hexdigest()}|{value}".encode()).digest()
    entries = [line.split() for line in lines[5:]]

    def key(entry: list[str]) -> tuple[str, str]:
        tries = [hmac.digest(seed, f"{entry[0]}/{j}".encode(), "sha256").hex() for j in range(1, int(entry[2]) + 1)]
        return min(tries), entry[0]

    result = []
    for name, size, _weight in entries[:nominated] + sorted(entries[nominated:], key=key):
        result.append((name, int(size) <= seats))
        seats -= int(size) if int(size) <= seats else 0
    return result


entries = st.builds(lambda size, weight: Entry(entry_id(), size, weight), st.integers(1, 2), st.integers(1, 3))


@given(
    st.lists(entries, max_size=30),
    st.lists(entries, max_size=3),
    st.integers(0, 20),
    st.text("0123456789abcdef", min_size=32),
)
def test_a_stranger_who_computes_it_again_gets_the_same_order(
    others: list[Entry], nominated: list[Entry], seats: int, value: str
) -> None:
    drawn_from = manifest(event="e", slot="s", seats=seats, others=others, nominated=nominated)
    ours = [(place.entry.entry_id, place.seat) for place in draw(drawn_from, value)]
    assert ours == ten_lines(drawn_from.text(), value)
    assert read_manifest(drawn_from.text()) == drawn_from


def test_every_place_is_as_likely_for_the_first_to_enter_as_for_the_last() -> None:
    """χ² over 2,000 draws of 8 entries: the critical value for 7 degrees of freedom at p = 0.0001 is 29.9."""
    names = [entry_id() for _ in range(8)]
    drawn_from = manifest(event="e", slot="s", seats=1, others=[Entry(name) for name in names])
    wins = Counter(draw(drawn_from, f"{number:032x}")[0].entry.entry_id for number in range(2000))
    assert sum((wins[name] - 250) ** 2 / 250 for name in names) < 29.9


def test_a_weight_of_two_is_two_chances() -> None:
    light, heavy = Entry(entry_id()), Entry(entry_id(), weight=2)
    drawn_from = manifest(event="e", slot="s", seats=1, others=[light, heavy])
    wins = sum(draw(drawn_from, f"{number:032x}")[0].entry == heavy for number in range(3000))
    # Two thirds of 3,000, give or take five standard deviations.
    assert 2000 - 129 < wins < 2000 + 129
