"""The filters of the list: the words to choose from, and the people that they keep."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import Question, QuestionKind, questions_of
from organizers.attendees.roster import ORDER, matches
from organizers.desk.names import folded

State = Registration.State
NEVER = datetime.max.replace(tzinfo=UTC)
ARRIVALS: dict[str, Callable[[Registration], bool]] = {
    "": lambda one: True,
    "yes": lambda one: one.checked_in_at is not None,
    "no": lambda one: one.state == State.CONFIRMED and one.checked_in_at is None,
    "absent": lambda one: one.is_absent,
}
STILL: dict[str, Callable[[Registration], bool]] = {
    "": lambda one: True,
    "yes": lambda one: one.reconfirmed_at is not None,
    "silent": lambda one: one.asked_at is not None and one.reconfirmed_at is None,
}
ORDERS: dict[str, Callable[[Registration], object]] = {
    "name": lambda one: folded(one.name),
    "registered": lambda one: one.registered_at,
    "arrived": lambda one: one.checked_in_at or NEVER,
}


@dataclass(frozen=True)
class FilterChoice:
    """A filter as a word; `query` is the address that selects it. `number` counts its people in the whole list."""

    label: str
    query: str
    current: bool
    number: int | None = None


@dataclass(frozen=True)
class Group:
    """Words of which exactly one is chosen. The first of them doesn't filter."""

    label: str
    choices: list[FilterChoice]

    @property
    def chosen(self) -> FilterChoice | None:
        """The word that filters now; None while the first one holds."""
        return next((one for one in self.choices[1:] if one.current), None)


@dataclass(frozen=True)
class RosterQuery:
    """A question with a few answers, used as a filter."""

    key: str
    slot: Slot
    question: Question

    def asks(self, registration: Registration) -> bool:
        """Whether the person was asked: in this slot, or, where the whole event asks it, in any."""
        return self.question.is_for_all or registration.slot_id == self.slot.pk

    @property
    def values(self) -> list[tuple[str, str]]:
        """The number of each answer in the address, and its words. The last one, 0, means no answer."""
        if self.question.kind == QuestionKind.CONSENT:
            return [("1", pgettext("answer", "Yes")), ("0", pgettext("answer", "No answer"))]
        numbered = [(str(number), choice) for number, choice in enumerate(self.question.choices, start=1)]
        return [*numbered, ("0", pgettext("answer", "No answer"))]

    def keeps(self, registration: Registration, number: str) -> bool:
        if not self.asks(registration):
            return False
        given = registration.answers.get(self.question.id)
        if number == "0":
            return not given
        if self.question.kind == QuestionKind.CONSENT:
            return given is True
        choice = self.question.choices[int(number) - 1]
        return choice in given if isinstance(given, list) else given == choice

    def keeps_value(self, registration: Registration, value: str) -> bool:
        """The same for a value in the address; the empty one keeps everyone who was asked."""
        number = value.rpartition(".")[2]
        return self.keeps(registration, number) if number else self.asks(registration)


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
        kept = [one for one in everyone if self._keeps(one) and matches(one, wanted)]
        if answer:
            kept = [one for one in kept if answer[0].keeps(one, answer[1])]
        # All keys of one order have one type, which the annotation cannot express.
        return sorted(kept, key=ORDERS[self.order]) if self.order else kept  # type: ignore[arg-type]

    def _keeps(self, one: Registration) -> bool:
        return (
            (self.slot is None or one.slot_id == self.slot)
            and _is_in(one, self.state)
            and ARRIVALS[self.arrived](one)
            and STILL[self.still](one)
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
    def carried(self) -> str:
        """The same behind the address of a person, so that their page knows the list; empty where nothing is filtered."""
        return self.query if self.query != "?" else ""

    @property
    def hidden(self) -> dict[str, object]:
        """The values that a new search keeps."""
        return {name: value for name, value in self._values().items() if value and name != "q"}

    def states(self, everyone: Iterable[Registration]) -> Group:
        """The states, with the number of people in each."""
        words = [("", pgettext("filter", "All")), *((state.value, str(state.label)) for state in ORDER)]
        return self._group(_("State"), "state", words, everyone, _is_in)

    def menus(self, everyone: Iterable[Registration]) -> list[Group]:
        """The other groups of words that are useful for this list, answers and order last."""
        everyone = list(everyone)
        active = [one for one in everyone if one.is_active]
        groups = []
        if len(self.slots) > 1:
            slots = [("", pgettext("filter", "All slots")), *((str(slot.pk), slot.name) for slot in self.slots)]
            group = pgettext("filter", "Slot")
            groups.append(self._group(group, "slot", slots, active, lambda one, value: value in ("", str(one.slot_id))))
        if any(one.checked_in_at or one.absent_at for one in everyone) or self.arrived:
            words = [
                ("", pgettext("filter", "All")),
                ("yes", pgettext("filter", "Checked in")),
                ("no", pgettext("filter", "Not checked in")),
            ]
            if any(one.is_absent for one in everyone) or self.arrived == "absent":
                words.append(("absent", pgettext("filter", "No-show")))
            group = pgettext("filter", "Arrival")
            groups.append(self._group(group, "arrived", words, active, lambda one, value: ARRIVALS[value](one)))
        if any(one.asked_at for one in everyone) or self.still:
            words = [
                ("", pgettext("filter", "All")),
                ("yes", pgettext("filter", "Coming")),
                ("silent", pgettext("filter", "No reply yet")),
            ]
            group = pgettext("filter", "Still coming?")
            groups.append(self._group(group, "still", words, active, lambda one, value: STILL[value](one)))
        return [*groups, *self._answer_groups(active), self._order_group()]

    def _order_group(self) -> Group:
        orders = [
            ("", pgettext("order", "State")),
            ("name", pgettext("order", "Name")),
            ("registered", pgettext("order", "Registered")),
            ("arrived", pgettext("order", "Arrival")),
        ]
        return self._group(pgettext("filter", "Order"), "order", orders)

    def _answer_groups(self, active: list[Registration]) -> list[Group]:
        """The questions with a few answers each: those of the chosen slot, or of all slots."""
        groups = []
        for one in self.asked:
            if self.slot in (None, one.slot.pk) or one.question.is_for_all:
                label = (
                    one.question.label
                    if len(self.slots) == 1 or one.question.is_for_all
                    else f"{one.slot.name} · {one.question.label}"
                )
                words = [("", pgettext("filter", "All")), *((f"{one.key}.{key}", word) for key, word in one.values)]
                groups.append(self._group(label, "answer", words, active, one.keeps_value))
        return groups

    def _group(
        self,
        label: str,
        name: str,
        words: Iterable[tuple[str, str]],
        people: Iterable[Registration] = (),
        keeps: Callable[[Registration, str], bool] | None = None,
    ) -> Group:
        """With `keeps` each word counts those of `people` that it keeps, whatever else is filtered."""
        now, people = str(self._values()[name] or ""), list(people)
        return Group(
            label,
            [
                FilterChoice(
                    word,
                    self._query(**{name: value}),
                    value == now,
                    sum(keeps(one, value) for one in people) if keeps else None,
                )
                for value, word in words
            ],
        )

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


def _is_in(one: Registration, state: str) -> bool:
    return one.state == state if state else one.is_active


def filters_of(asked: Mapping[str, str], slots: list[Slot]) -> Filters:
    """The filters in an address. Values that make no sense are left out."""

    def one_of(name: str, known: Iterable[str]) -> str:
        value = asked.get(name, "")
        return value if value in known else ""

    choices = [
        RosterQuery(f"{slot.pk}.{question.id}", slot, question)
        for slot in slots
        for question in questions_of(slot)
        if question.kind != QuestionKind.TEXT and (not question.is_for_all or slot == slots[0])
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
