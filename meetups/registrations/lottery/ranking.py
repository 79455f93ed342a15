"""`meetup-lottery/1`: the manifest and the order that follows from it. Pure functions; LOTTERY.md is the specification."""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ALGORITHM = "meetup-lottery/1"


@dataclass(frozen=True)
class Entry:
    """One line of the manifest: 26 base32 characters, the number of people (1 or 2), and the number of chances."""

    entry_id: str
    size: int = 1
    weight: int = 1

    def line(self) -> str:
        return f"{self.entry_id} {self.size} {self.weight}\n"


@dataclass(frozen=True)
class Manifest:
    """The list that is drawn from. `nominated` come first, in the organizers' order; `others` are in byte order."""

    event: str
    slot: str
    seats: int
    nominated: tuple[Entry, ...]
    others: tuple[Entry, ...]

    def text(self) -> str:
        """The manifest as text: ASCII, LF, one space between fields, a newline at the end."""
        head = (
            f"{ALGORITHM}\nevent {self.event}\nslot {self.slot}\nseats {self.seats}\nnominated {len(self.nominated)}\n"
        )
        return head + "".join(entry.line() for entry in (*self.nominated, *self.others))


def manifest(
    *, event: str, slot: str, seats: int, others: Iterable[Entry], nominated: Sequence[Entry] = ()
) -> Manifest:
    """The manifest of these entries, in its only canonical order."""
    return Manifest(
        event, slot, seats, tuple(nominated), tuple(sorted(others, key=lambda entry: entry.entry_id.encode()))
    )


def read_manifest(text: str) -> Manifest:
    """The inverse of `manifest(…).text`. Raises ValueError for any other text."""
    head, *rest = text.split("\n")
    if head != ALGORITHM or len(rest) < 5 or rest[-1]:
        raise ValueError("This is not a manifest of meetup-lottery/1.")
    fields = dict(line.split(" ", 1) for line in rest[:4])
    seats, nominated = int(fields.get("seats", "")), int(fields.get("nominated", ""))
    entries = []
    for line in rest[4:-1]:
        entry_id, size, weight = line.split(" ")
        entries.append(Entry(entry_id, int(size), int(weight)))
    read = manifest(
        event=fields.get("event", ""),
        slot=fields.get("slot", ""),
        seats=seats,
        nominated=entries[:nominated],
        others=entries[nominated:],
    )
    sound = seats >= 0 and nominated >= 0 and all(entry.size in {1, 2} and entry.weight >= 1 for entry in entries)
    if read.text() != text or not sound or len({entry.entry_id for entry in entries}) < len(entries):
        raise ValueError("This manifest is not in its canonical form.")
    return read


def sha256_hex(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of `text`, as 64 lower-case hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Place:
    """The result of one entry: `rank` counts from 1; `seat` says whether the entry gets its seats."""

    rank: int
    entry: Entry
    seat: bool


def draw(drawn_from: Manifest, value: str) -> list[Place]:
    """The whole order, from the first rank. `value` is the random value as text. The same input always gives the same order."""
    seed = hashlib.sha256(f"{ALGORITHM}|{sha256_hex(drawn_from.text())}|{value}".encode()).digest()

    def score(entry: Entry) -> tuple[str, str]:
        chances = (
            hmac.digest(seed, f"{entry.entry_id}/{chance}".encode(), "sha256").hex()
            for chance in range(1, entry.weight + 1)
        )
        return min(chances), entry.entry_id

    left = drawn_from.seats
    places = []
    for rank, entry in enumerate((*drawn_from.nominated, *sorted(drawn_from.others, key=score)), start=1):
        seat = entry.size <= left
        left -= entry.size if seat else 0
        places.append(Place(rank, entry, seat))
    return places
