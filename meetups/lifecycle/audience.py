"""The audience of an organizer's message: a selection of an event's people, and its members at a given time."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.registrations.questions.event_questions import is_unanswered
from meetups.registrations.questions.questions import all_questions
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup

# Every group is a list of states. A state that is new one day is in none of them until it is put there.
WITH_A_PLACE = (Registration.State.APPLIED, Registration.State.CONFIRMED, Registration.State.WAITLISTED)
WITH_A_TALK = (Talk.State.PROPOSED, Talk.State.ACCEPTED, Talk.State.CONFIRMED)


@dataclass(frozen=True)
class Audience:
    """A selection of an event's people. It may combine several groups, and each person counts once.

    For people with a place: `states`, `slots` (public ids; empty means all), and `checked_in` or not (None means either). In
    addition `speakers` of talks that are to be held, and `volunteers` in a shift. `unanswered` leaves of those with a place only
    people who have not answered what the whole event asks. If `chosen` has registrations picked by hand,
    only these count.
    """

    states: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    speakers: bool = False
    volunteers: bool = False
    checked_in: bool | None = None
    unanswered: bool = False
    chosen: tuple[int, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Audience":
        """The audience from its form in a message, the reverse of `as_json`."""
        return cls(
            states=tuple(kept.get("states", ())),
            slots=tuple(kept.get("slots", ())),
            speakers=bool(kept.get("speakers")),
            volunteers=bool(kept.get("volunteers")),
            checked_in=kept.get("checked_in"),
            unanswered=bool(kept.get("unanswered")),
            chosen=tuple(kept.get("chosen", ())),
        )

    def as_json(self) -> dict[str, Any]:
        """The form that a message keeps."""
        return {
            "states": list(self.states),
            "slots": list(self.slots),
            "speakers": self.speakers,
            "volunteers": self.volunteers,
            "checked_in": self.checked_in,
            "chosen": list(self.chosen),
            **({"unanswered": True} if self.unanswered else {}),
        }


@dataclass
class Reached:
    """The members now: `people` by primary key, the number of places by state and slot name, and the numbers of speakers and
    volunteers.
    """

    people: set[int] = field(default_factory=set)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    speakers: int = 0
    volunteers: int = 0


def reach_of(audience: Audience, event: Event) -> Reached:
    """The people of `event` who belong to `audience` and have an account. At most four queries, however many people."""
    found = Reached()
    for person, state, slot in _places(audience, event):
        found.people.add(person)
        found.places[state, slot] += 1
    if audience.chosen or audience.unanswered:
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
    """Person, state and slot name of each registration in the audience."""
    places = Registration.objects.filter(event=event, attendee__is_active=True)
    if audience.chosen:
        places = places.filter(state__in=WITH_A_PLACE, pk__in=audience.chosen)
    else:
        places = places.filter(state__in=audience.states)
        if audience.slots:
            places = places.filter(slot__public_id__in=audience.slots)
        if audience.checked_in is not None:
            places = places.filter(checked_in_at__isnull=not audience.checked_in)
    in_order = places.order_by("slot__position", "slot", "state")
    if audience.unanswered:
        return [
            (one.attendee_id, one.state, one.slot.name)
            for one in in_order.select_related("slot")
            if one.attendee_id and is_unanswered(all_questions(one.slot), one.answers)
        ]
    rows = in_order.values_list("attendee_id", "state", "slot__name")
    return [(person, state, name) for person, state, name in rows if person]


def with_a_part(event: Event, people: set[User]) -> set[int]:
    """The primary keys of those `people` who still have any part in `event`. Four queries, however many people."""
    places = Registration.objects.filter(state__in=WITH_A_PLACE, event=event, attendee__in=people)
    signups = Signup.objects.active().filter(shift__event=event, volunteer__in=people)
    talks = Talk.objects.filter(state__in=WITH_A_TALK, event=event).with_speakers()
    return {
        *(person for person in places.values_list("attendee_id", flat=True) if person),
        *signups.values_list("volunteer_id", flat=True),
        *(speaker.pk for talk in talks for speaker in talk.speakers),
    }
