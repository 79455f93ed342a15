"""To whom an organizer writes: a part of an event's people, and who that is at a moment."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup


@dataclass(frozen=True)
class Audience:
    """A part of an event's people; it may be several things at once, and each person counts once.

    Of those with a place: `states`, in `slots` (public ids; none means all), `checked_in` or not (None: either). Beside them
    `speakers` of talks that are to be held and `volunteers` in a shift. `chosen` are registrations picked by hand, in place of all that.
    """

    states: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    speakers: bool = False
    volunteers: bool = False
    checked_in: bool | None = None
    chosen: tuple[int, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Audience":
        """As it is kept in a message: the way back from `as_json`."""
        return cls(
            states=tuple(kept.get("states", ())),
            slots=tuple(kept.get("slots", ())),
            speakers=bool(kept.get("speakers")),
            volunteers=bool(kept.get("volunteers")),
            checked_in=kept.get("checked_in"),
            chosen=tuple(kept.get("chosen", ())),
        )

    def as_json(self) -> dict[str, Any]:
        """To be kept in a message."""
        return {
            "states": list(self.states),
            "slots": list(self.slots),
            "speakers": self.speakers,
            "volunteers": self.volunteers,
            "checked_in": self.checked_in,
            "chosen": list(self.chosen),
        }


@dataclass
class Reached:
    """Who that is now: `people` by primary key; how many have a place, by state and name of the slot; speakers, volunteers."""

    people: set[int] = field(default_factory=set)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    speakers: int = 0
    volunteers: int = 0


def reached(audience: Audience, event: Event) -> Reached:
    """Those of `event` who belong to `audience` and have an account. Four queries at most, any size."""
    found = Reached()
    for person, state, slot in _places(audience, event):
        found.people.add(person)
        found.places[state, slot] += 1
    if audience.chosen:
        return found
    if audience.speakers:
        talks = Talk.objects.coming().filter(event=event).with_speakers()
        speakers = {one.pk for talk in talks for one in talk.speakers if one.is_active}
        found.speakers = len(speakers)
        found.people |= speakers
    if audience.volunteers:
        signups = Signup.objects.active().filter(shift__event=event, volunteer__is_active=True)
        volunteers = set(signups.values_list("volunteer_id", flat=True))
        found.volunteers = len(volunteers)
        found.people |= volunteers
    return found


def _places(audience: Audience, event: Event) -> list[tuple[int, str, str]]:
    """Person, state and name of the slot of each registration that belongs to it."""
    places = Registration.objects.active().filter(event=event, attendee__is_active=True)
    if audience.chosen:
        places = places.filter(pk__in=audience.chosen)
    else:
        places = places.filter(state__in=audience.states)
        if audience.slots:
            places = places.filter(slot__public_id__in=audience.slots)
        if audience.checked_in is not None:
            places = places.filter(checked_in_at__isnull=not audience.checked_in)
    rows = places.order_by("slot__position", "slot", "state").values_list("attendee_id", "state", "slot__name")
    return [(person, state, name) for person, state, name in rows if person]


def with_a_part(event: Event, people: set[User]) -> set[int]:
    """Those of `people`, by primary key, who still have any part in `event`. Four queries, any size."""
    places = Registration.objects.active().filter(event=event, attendee__in=people)
    signups = Signup.objects.active().filter(shift__event=event, volunteer__in=people)
    talks = Talk.objects.alive().filter(event=event).with_speakers()
    return {
        *(person for person in places.values_list("attendee_id", flat=True) if person),
        *signups.values_list("volunteer_id", flat=True),
        *(speaker.pk for talk in talks for speaker in talk.speakers),
    }
