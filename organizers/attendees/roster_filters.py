"""The filters of the list: the words to choose from, and the people that they keep."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import Question, QuestionKind, questions_of
from organizers.attendees.roster import ORDER
from organizers.desk.names import folded

State = Registration.State
NEVER = datetime.max.replace(tzinfo=UTC)
ARRIVALS = ("yes", "no", "absent")
STILL = ("yes", "silent")
ORDERS: dict[str, Callable[[Registration], object]] = {
    "name": lambda one: folded(one.name),
    "registered": lambda one: one.registered_at,
    "arrived": lambda one: one.checked_in_at or NEVER,
}


@dataclass(frozen=True)
class FilterChoice:
    """A filter as a word; `query` is the address that selects it."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True)
class Group:
    """Words of which exactly one is chosen."""

    label: str
    choices: list[FilterChoice]


@dataclass(frozen=True)
class RosterQuery:
    """A question with a few answers, used as a filter."""

    key: str
    slot: Slot
    question: Question

    @property
    def values(self) -> list[tuple[str, str]]:
        """The number of each answer in the address, and its words. The last one, 0, means no answer."""
        if self.question.kind == QuestionKind.CONSENT:
            return [("1", pgettext("answer", "Yes")), ("0", pgettext("answer", "No answer"))]
        numbered = [(str(number), choice) for number, choice in enumerate(self.question.choices, start=1)]
        return [*numbered, ("0", pgettext("answer", "No answer"))]

    def keeps(self, registration: Registration, number: str) -> bool:
        if registration.slot_id != self.slot.pk:
            return False
        given = registration.answers.get(self.question.id)
        if number == "0":
            return not given
        if self.question.kind == QuestionKind.CONSENT:
            return given is True
        choice = self.question.choices[int(number) - 1]
        return choice in given if isinstance(given, list) else given == choice


@dataclass(frozen=True)
class Filters:
    """The filters of the list.

    `slot` is a primary key. An empty value does not filter; an empty `state` keeps all except cancelled registrations.
    `arrived` is yes, no or absent. `still` is yes or silent. `answer` is the key of a question and the number of one
    of its answers, as in `3.q1.2`.
    """

    q: str = ""
    slot: int | None = None
    state: str = ""
    arrived: str = ""
    still: str = ""
    answer: str = ""
    order: str = ""
    slots: list[Slot] = field(default_factory=list)
    asked: list[RosterQuery] = field(default_factory=list)

    def found(self, everyone: Iterable[Registration]) -> list[Registration]:
        """Those who match, in the requested order."""
        wanted, answer = folded(self.q), self._answer()
        kept = [one for one in everyone if self._keeps(one) and wanted in folded(one.name)]
        if answer:
            kept = [one for one in kept if answer[0].keeps(one, answer[1])]
        # All keys of one order have one type, which the annotation cannot express.
        return sorted(kept, key=ORDERS[self.order]) if self.order else kept  # type: ignore[arg-type]

    def _keeps(self, one: Registration) -> bool:
        arrived = {
            "": True,
            "yes": one.checked_in_at is not None,
            "no": one.state == State.CONFIRMED and one.checked_in_at is None,
            "absent": one.is_absent,
        }
        still = {
            "": True,
            "yes": one.reconfirmed_at is not None,
            "silent": one.asked_at is not None and one.reconfirmed_at is None,
        }
        return (
            (self.slot is None or one.slot_id == self.slot)
            and (one.state == self.state if self.state else one.is_active)
            and arrived[self.arrived]
            and still[self.still]
        )

    def _answer(self) -> tuple[RosterQuery, str] | None:
        key, _dot, number = self.answer.rpartition(".")
        return next(
            ((one, number) for one in self.asked if one.key == key and number in dict(one.values)),
            None,
        )

    @property
    def query(self) -> str:
        """The filters as the query of an address."""
        return self._query()

    @property
    def hidden(self) -> dict[str, object]:
        """The values that a new search keeps."""
        return {name: value for name, value in self._values().items() if value and name != "q"}

    def groups(self, everyone: Iterable[Registration]) -> list[Group]:
        """The groups of words that are useful for this list."""
        everyone = list(everyone)
        states = [("", pgettext("filter", "All")), *((state.value, str(state.label)) for state in ORDER)]
        groups = [self._group(_("State"), "state", states)]
        if len(self.slots) > 1:
            slots = [("", pgettext("filter", "All slots")), *((str(slot.pk), slot.name) for slot in self.slots)]
            groups.append(self._group(pgettext("filter", "Slot"), "slot", slots))
        if any(one.checked_in_at or one.absent_at for one in everyone) or self.arrived:
            words = [
                ("", pgettext("filter", "All")),
                ("yes", pgettext("filter", "Checked in")),
                ("no", pgettext("filter", "Not checked in")),
            ]
            if any(one.is_absent for one in everyone) or self.arrived == "absent":
                words.append(("absent", pgettext("filter", "No-show")))
            groups.append(self._group(pgettext("filter", "Arrival"), "arrived", words))
        if any(one.asked_at for one in everyone) or self.still:
            words = [
                ("", pgettext("filter", "All")),
                ("yes", pgettext("filter", "Coming")),
                ("silent", pgettext("filter", "No reply yet")),
            ]
            groups.append(self._group(pgettext("filter", "Still coming?"), "still", words))
        return groups

    def order_group(self) -> Group:
        """The orders of the list."""
        orders = [
            ("", pgettext("order", "State")),
            ("name", pgettext("order", "Name")),
            ("registered", pgettext("order", "Registered")),
            ("arrived", pgettext("order", "Arrival")),
        ]
        return self._group(pgettext("filter", "Order"), "order", orders)

    def answer_groups(self) -> list[Group]:
        """The questions with a few answers each: those of the chosen slot, or of all slots."""
        return [
            self._group(
                one.question.label if len(self.slots) == 1 else f"{one.slot.name} · {one.question.label}",
                "answer",
                [("", pgettext("filter", "All")), *((f"{one.key}.{number}", word) for number, word in one.values)],
            )
            for one in self.asked
            if self.slot in (None, one.slot.pk)
        ]

    def _group(self, label: str, name: str, words: Iterable[tuple[str, str]]) -> Group:
        now = str(self._values()[name] or "")
        return Group(label, [FilterChoice(word, self._query(**{name: value}), value == now) for value, word in words])

    def _values(self) -> dict[str, object]:
        return {
            "q": self.q,
            "state": self.state,
            "slot": self.slot,
            "arrived": self.arrived,
            "still": self.still,
            "answer": self.answer,
            "order": self.order,
        }

    def _query(self, **changed: object) -> str:
        values = {**self._values(), **changed}
        return "?" + urlencode({name: value for name, value in values.items() if value})


def filters_of(asked: Mapping[str, str], slots: list[Slot]) -> Filters:
    """The filters in an address. Values that make no sense are left out."""

    def one_of(name: str, known: Iterable[str]) -> str:
        value = asked.get(name, "")
        return value if value in known else ""

    choices = [
        RosterQuery(f"{slot.pk}.{question.id}", slot, question)
        for slot in slots
        for question in questions_of(slot)
        if question.kind != QuestionKind.TEXT
    ]
    filters = Filters(
        q=asked.get("q", "")[:100].strip(),
        slot=next((one.pk for one in slots if str(one.pk) == asked.get("slot")), None),
        state=one_of("state", State.values),
        arrived=one_of("arrived", ARRIVALS),
        still=one_of("still", STILL),
        answer=asked.get("answer", "")[:60],
        order=one_of("order", ORDERS),
        slots=slots,
        asked=choices,
    )
    return filters if filters._answer() else replace(filters, answer="")
