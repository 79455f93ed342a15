"""What an event waits for, by owner: what an organizer has to do, and what others or time will do."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language

from meetups.core import dates
from organizers.event.dashboard_facts import Overview


@dataclass(frozen=True)
class NextThing:
    """What to do, why, and the button for it.

    `due` is its deadline, which is a whole day with `by_day`; `late` says that it is past. `calm` means that nothing is due. With `post` the button sends a form. With
    `share` the organizer should pass on the address of the event page.
    """

    title: str
    more: str = ""
    label: str = ""
    url: str = ""
    due: datetime | None = None
    by_day: bool = False
    late: bool = False
    calm: bool = False
    post: bool = False
    share: bool = False


@dataclass(frozen=True)
class AwaitedThing:
    """What others will do: `who` (empty: it happens by itself), until when, whether that is past, and what the product does
    about it.
    """

    who: str
    title: str
    due: datetime | None = None
    note: str = ""
    url: str = ""
    late: bool = False


@dataclass(frozen=True)
class Turns:
    """`mine`, the most pressing first; `waiting`, the soonest first; `calm` is what is said where nothing is mine."""

    calm: NextThing
    mine: list[NextThing] = field(default_factory=list)
    waiting: list[AwaitedThing] = field(default_factory=list)

    @property
    def next(self) -> NextThing:
        return self.mine[0] if self.mine else self.calm

    @property
    def late(self) -> list[NextThing]:
        return [one for one in self.mine if one.late]


def moment(view: Overview, at: datetime) -> str:
    return dates.moment(at, view.event.time_zone, get_language() or "en")


def address(view: Overview, name: str, *more: object) -> str:
    return reverse(name, args=[view.event.public_id, *more])
