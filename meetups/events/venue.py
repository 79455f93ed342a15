"""The venue of an event in one language. Each part that no one wrote in the other language is shown as it is (RULES 251)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meetups.events.event_words import other_than

if TYPE_CHECKING:
    from meetups.events.models import Event

# The columns of the other language have the same names behind `other_`.
PARTS = ("venue_name", "venue_address", "venue_directions")
WORDS = (*PARTS, "venue_conduct")


@dataclass(frozen=True)
class Venue:
    """Name, address, how one gets in, and the code of conduct there. For an online event all are empty."""

    name: str = ""
    address: str = ""
    directions: str = ""
    conduct: str = ""

    @property
    def lines(self) -> str:
        """Name and address, a line each."""
        return "\n".join(filter(None, (self.name, self.address)))

    @property
    def line(self) -> str:
        """Name and address in one line."""
        return " ".join(filter(None, (self.name, self.address)))

    @property
    def steps(self) -> list[str]:
        """The way in, step by step."""
        return [step for line in self.directions.splitlines() if (step := line.strip())]


def venue_of(event: "Event", language: str) -> Venue:
    """The venue for a reader of `language`."""
    if not event.has_place:
        return Venue()
    own = [getattr(event, part) for part in WORDS]
    if language != other_than(event.language):
        return Venue(*own)
    return Venue(*(getattr(event, f"other_{part}") or words for part, words in zip(WORDS, own, strict=True)))


def on_a_map(event: "Event") -> str:
    """What a map is asked for, in both languages: it knows the place best as its organizers write it."""
    return str(event.venue_address or event.venue_name)
