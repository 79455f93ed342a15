"""The usual breaks between the talks: one button for each."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import override, pgettext_lazy

from meetups.events.models import Event
from meetups.speakers.programme.items import ProgrammeItem


class Spot(StrEnum):
    """The place of a usual break in the programme."""

    FIRST = "first"
    MIDDLE = "middle"
    LAST = "last"


@dataclass(frozen=True)
class UsualBreak:
    name: str
    label: Promise
    minutes: int
    spot: Spot

    def title(self, event: Event) -> str:
        """The title on the programme, in the language of the event."""
        with override(event.language):
            return str(self.label)

    def place(self, items: list[ProgrammeItem]) -> int:
        """The position in the list before which the line goes. MIDDLE means after half of the talks."""
        if self.spot == Spot.FIRST:
            return 0
        talks = [number for number, item in enumerate(items, start=1) if item.talk]
        if self.spot == Spot.LAST or len(talks) < 2:
            return len(items)
        return talks[(len(talks) + 1) // 2 - 1]


USUAL = [
    UsualBreak("opening", pgettext_lazy("programme", "Opening"), 10, Spot.FIRST),
    UsualBreak("break", pgettext_lazy("programme", "Break"), 10, Spot.MIDDLE),
    UsualBreak("questions", pgettext_lazy("programme", "Questions and answers"), 10, Spot.LAST),
    UsualBreak("networking", pgettext_lazy("programme", "Networking"), 30, Spot.LAST),
    UsualBreak("closing", pgettext_lazy("programme", "Closing"), 5, Spot.LAST),
]
