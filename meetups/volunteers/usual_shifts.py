"""The shifts that most meetups have. Pure: pages ask for them, and an action makes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import override, pgettext_lazy

from meetups.events.models import Event
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan

Phase, Role = Shift.Phase, Shift.Role
PEOPLE_COME = frozenset({Event.Format.ON_SITE, Event.Format.HYBRID})
IT_IS_STREAMED = frozenset({Event.Format.ONLINE, Event.Format.HYBRID})
ANY = PEOPLE_COME | IT_IS_STREAMED


@dataclass(frozen=True)
class Blueprint:
    """A usual shift. `begins` and `ends` are minutes after the start of the event.

    With `begins_after_end` or `ends_after_end` they are minutes after its end. With `needs_presence` its volunteers must be in
    the room, so it guarantees a seat where people come. `usual` ones are wanted more often than not.
    """

    role: Shift.Role
    phase: Shift.Phase
    title: Promise
    instructions: Promise
    formats: frozenset[Event.Format]
    begins: int
    ends: int
    minimum: int
    maximum: int
    begins_after_end: bool = False
    ends_after_end: bool = False
    needs_presence: bool = True
    usual: bool = True

    def times(self, event: Event) -> tuple[datetime, datetime]:
        """Start and end of the shift at `event` (UTC)."""
        begins = event.ends_at if self.begins_after_end else event.starts_at
        ends = event.ends_at if self.ends_after_end else event.starts_at
        return begins + timedelta(minutes=self.begins), ends + timedelta(minutes=self.ends)

    def gives_seat(self, event: Event) -> bool:
        return self.needs_presence and event.has_place

    def plan(self, event: Event) -> ShiftPlan:
        """The plan of the shift at `event`, in the event's language."""
        starts_at, ends_at = self.times(event)
        with override(event.language):
            return ShiftPlan(
                phase=self.phase,
                role=self.role,
                title=str(self.title),
                starts_at=starts_at,
                ends_at=ends_at,
                minimum=self.minimum,
                maximum=self.maximum,
                instructions=str(self.instructions),
            )


BLUEPRINTS = (
    Blueprint(
        Role.SETUP,
        Phase.SETUP,
        pgettext_lazy("phase", "Setup"),
        pgettext_lazy("shift", "Set up desks and chairs, the screen, power and signs."),
        PEOPLE_COME,
        *(-90, -15, 2, 4),
    ),
    Blueprint(
        Role.RECEPTION,
        Phase.EVENT,
        pgettext_lazy("shift", "Check-in"),
        pgettext_lazy("shift", "Welcome people, check them in, and show them the way."),
        PEOPLE_COME,
        *(-45, 30, 2, 3),
    ),
    Blueprint(
        Role.STREAM,
        Phase.EVENT,
        pgettext_lazy("shift", "Stream"),
        pgettext_lazy("shift", "Start the stream, watch picture and sound, switch the slides, record."),
        IT_IS_STREAMED,
        *(-60, 15, 1, 2),
        ends_after_end=True,
    ),
    Blueprint(
        Role.MC,
        Phase.EVENT,
        pgettext_lazy("shift", "MC"),
        pgettext_lazy("shift", "Open and close the event, introduce the speakers, keep time."),
        ANY,
        *(-15, 0, 1, 1),
        ends_after_end=True,
    ),
    Blueprint(
        Role.LIVE_POSTS,
        Phase.EVENT,
        pgettext_lazy("shift", "Live posts"),
        pgettext_lazy("shift", "Post what’s said with the hashtag, and pass questions on."),
        ANY,
        *(0, 0, 1, 2),
        ends_after_end=True,
        needs_presence=False,
        usual=False,
    ),
    Blueprint(
        Role.TEARDOWN,
        Phase.TEARDOWN,
        pgettext_lazy("shift", "Teardown"),
        pgettext_lazy("shift", "Put tables and chairs back and sort the trash."),
        PEOPLE_COME,
        *(0, 60, 2, 4),
        begins_after_end=True,
        ends_after_end=True,
    ),
)


def blueprints_for(event: Event, shifts: Iterable[Shift], *, at: datetime) -> list[Blueprint]:
    """The blueprints that fit `event` and have a role that none of its open `shifts` has, whatever their titles.

    Shifts that would have begun already are left out. A canceled event has none.
    """
    if event.is_cancelled:
        return []
    there = {shift.role for shift in shifts}
    return [
        blueprint
        for blueprint in BLUEPRINTS
        if event.format in blueprint.formats and blueprint.role not in there and blueprint.times(event)[0] > at
    ]
