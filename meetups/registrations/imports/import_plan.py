"""What would happen to people who registered elsewhere: as a preview before anything is written, and again under the pen."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from meetups.events.models import Event
from meetups.registrations.admission import seats_to_give
from meetups.registrations.imports.participants_csv import ImportedPerson, Problem, Status
from meetups.registrations.models import Registration, Slot

State = Registration.State


@dataclass(frozen=True)
class Incoming:
    """One person to import, into the slot with the primary key `slot_id`, with `answers` to its questions by their ids."""

    row: int
    person_key: str
    name: str
    slot_id: int
    waits: bool
    attended: bool
    answers: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Sorted:
    """The people of an import, sorted by what would happen to them, and what is wrong with their rows.

    New people come first into `seated`, then into `waiting`, each in the order of the file; `known` are on the list already.
    `wanted` and `free` count seats by the primary key of the slot. `above` is how many of the new people find no free seat.
    """

    seated: list[Incoming] = field(default_factory=list)
    waiting: list[Incoming] = field(default_factory=list)
    known: list[Incoming] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    wanted: Counter[int] = field(default_factory=Counter)
    free: dict[int, int] = field(default_factory=dict)

    @property
    def above(self) -> int:
        return sum(max(wanted - self.free[slot], 0) for slot, wanted in self.wanted.items())

    @property
    def size(self) -> int:
        return len(self.seated) + len(self.waiting)


def assign_slots(people: Iterable[ImportedPerson], slots: Mapping[str, int]) -> tuple[list[Incoming], list[Problem]]:
    """The people of a file, assigned to our slots. `slots` maps the name of a slot in the file to the primary key of ours."""
    found: list[Incoming] = []
    problems: list[Problem] = []
    for one in people:
        slot_id = slots.get(one.slot)
        if slot_id is None:
            left_out = (
                _("%(user)s is left out because the slot “%(slot)s” isn’t imported.")
                if one.slot
                else _("%(user)s is left out because people without a slot aren’t imported.")
            )
            problems.append(Problem(one.row, left_out % {"user": one.user, "slot": one.slot}))
        else:
            found.append(Incoming(one.row, one.person_key, one.name, slot_id, one.status == Status.WAITS, one.attended))
    return found, problems


def sort_out(event: Event, slots: Mapping[int, Slot], people: Iterable[Incoming]) -> Sorted:
    """Sorts people by what would happen to them. `slots` are those of `event` by primary key, with their lotteries. One query."""
    here: dict[str, Registration] = {}
    for registration in Registration.objects.filter(event=event, person_key__startswith="connpass:").order_by("pk"):
        before = here.get(registration.person_key)
        if before is None or not before.is_active:
            here[registration.person_key] = registration
    result = Sorted(free={pk: seats_to_give(slot, slot.draws_from) for pk, slot in slots.items()})
    for one in people:
        known = here.get(one.person_key)
        if known is not None:
            result.known.append(one)
            result.problems += _differences(one, known)
        elif one.slot_id not in slots or slots[one.slot_id].admission == Slot.Admission.DUTY:
            result.problems.append(Problem(one.row, _("The slot for %(name)s no longer exists.") % {"name": one.name}))
        elif one.waits and (why := _no_queue(slots[one.slot_id])):
            result.problems.append(Problem(one.row, why % {"name": one.name, "slot": slots[one.slot_id].name}))
        elif one.waits:
            result.waiting.append(one)
        else:
            result.seated.append(one)
            result.wanted[one.slot_id] += 1
    return result


def _no_queue(slot: Slot) -> str:
    """Why no one can join the queue of `slot`; empty where people can."""
    if slot.awaits_draw:
        # Before a draw, the places in the queue belong to the people who are drawn (RULES 10).
        return _(
            "%(name)s is waitlisted on connpass, but “%(slot)s” hasn’t been drawn yet. Choose another slot "
            "for the waitlist."
        )
    if not slot.is_general:
        return _("%(name)s is waitlisted on connpass, but “%(slot)s” has no waitlist. Choose another slot.")
    return ""


def _differences(one: Incoming, known: Registration) -> list[Problem]:
    """Where a person's row differs from our list. Our list stays as it is."""
    if not known.is_active:
        text = _("%(name)s was removed from the list here, so they aren’t added.")
    elif one.waits and known.state == State.CONFIRMED:
        text = _("%(name)s is waitlisted on connpass but confirmed here. Nothing will change.")
    elif not one.waits and known.state == State.WAITLISTED:
        text = _("%(name)s is confirmed on connpass but waitlisted here. Nothing will change.")
    else:
        return []
    return [Problem(one.row, text % {"name": one.name}, error=False)]
