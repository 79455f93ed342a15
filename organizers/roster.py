"""The list of participants, searched and filtered in memory: a meetup has at most a few thousand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.events.models import Event
from meetups.registrations.models import Hold, Registration, Slot
from organizers.names import folded

State = Registration.State
ORDER = [State.CONFIRMED, State.APPLIED, State.WAITLISTED, State.CANCELLED]
TONES = {State.CONFIRMED: "certain", State.APPLIED: "lottery", State.WAITLISTED: "waiting", State.CANCELLED: "over"}


def roster(event: Event) -> list[Registration]:
    """Everyone who was ever registered: who is confirmed first, the queue in its order. One query."""
    everyone = Registration.objects.filter(event=event).with_people()
    return sorted(everyone, key=lambda one: (ORDER.index(State(one.state)), one.place or 0, one.registered_at, one.pk))


@dataclass(frozen=True)
class Choice:
    """A filter as a word: `query` is the address that chooses it."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True)
class Filters:
    """What the reader asked for. `slot` is a primary key; empty values ask for nothing, an empty `state` for all but cancelled."""

    q: str
    slot: int | None
    state: str
    slots: list[Slot]

    def keep(self, registration: Registration) -> bool:
        if self.slot is not None and registration.slot_id != self.slot:
            return False
        if self.state and registration.state != self.state:
            return False
        if not self.state and not registration.is_active:
            return False
        return folded(self.q) in folded(registration.name)

    @property
    def states(self) -> list[Choice]:
        states = [("", pgettext("filter", "All")), *((state.value, str(state.label)) for state in ORDER)]
        return [Choice(label, self._query(state=value), value == self.state) for value, label in states]

    @property
    def slot_choices(self) -> list[Choice]:
        slots: list[tuple[int | None, str]] = [(None, pgettext("filter", "All slots"))]
        slots += [(slot.pk, slot.name) for slot in self.slots]
        return [Choice(label, self._query(slot=pk), pk == self.slot) for pk, label in slots]

    def _query(self, **changed: object) -> str:
        values = {"q": self.q, "state": self.state, "slot": self.slot, **changed}
        return "?" + urlencode({name: value for name, value in values.items() if value})


def filters_of(asked: Mapping[str, str], slots: list[Slot]) -> Filters:
    """The filters in an address; what makes no sense is left out."""
    slot = next((one.pk for one in slots if str(one.pk) == asked.get("slot")), None)
    state = asked.get("state", "")
    return Filters(asked.get("q", "")[:100].strip(), slot, state if state in State.values else "", slots)


@dataclass(frozen=True)
class Row:
    """One line of the list; `marks` are what else the person does there."""

    registration: Registration
    state: str
    tone: str
    marks: list[str]


def rows_of(registrations: Iterable[Registration], numbers: Mapping[int, int]) -> list[Row]:
    """The lines of one page; `numbers` are those in the queues, by primary key. One query."""
    registrations = list(registrations)
    holds: defaultdict[int, set[str]] = defaultdict(set)
    for pk, kind in Hold.objects.active().filter(registration__in=registrations).values_list("registration", "kind"):
        holds[pk].add(kind)
    words = {
        Hold.Kind.DUTY.value: pgettext("mark", "Volunteer"),
        Hold.Kind.INVITATION.value: pgettext("mark", "Speaker"),
    }
    return [
        Row(one, state_of(one, numbers), TONES[State(one.state)], [words[kind] for kind in sorted(holds[one.pk])])
        for one in registrations
    ]


def state_of(registration: Registration, numbers: Mapping[int, int]) -> str:
    """The state in words, with the number in the queue."""
    if registration.state == State.WAITLISTED:
        return _("waiting, number %(place)s") % {"place": numbers[registration.pk]}
    return str(registration.get_state_display())
