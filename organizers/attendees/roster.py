"""The list of participants, searched and filtered in memory: a meetup has at most a few thousand."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.events.models import Event
from meetups.registrations.models import Hold, Registration
from meetups.registrations.questions.questions import Question, all_questions, answer_text
from meetups.volunteers.models import Signup
from organizers.desk.names import folded

State = Registration.State
ORDER = [State.CONFIRMED, State.APPLIED, State.WAITLISTED, State.CANCELLED]
NUMBER = re.compile(r"(?:#|no\.?|番号)?0*(\d{1,9})")
TONES = {State.CONFIRMED: "certain", State.APPLIED: "lottery", State.WAITLISTED: "waiting", State.CANCELLED: "over"}


def roster(event: Event) -> list[Registration]:
    """Everyone who was ever registered: confirmed people first, then the queue in its order. One query."""
    return in_order(Registration.objects.filter(event=event).with_people())


def in_order(everyone: Iterable[Registration]) -> list[Registration]:
    return sorted(everyone, key=lambda one: (ORDER.index(State(one.state)), one.place or 0, one.registered_at, one.pk))


@dataclass(frozen=True)
class Mark:
    """A further fact about a person: a word in its colour."""

    word: str
    tone: str


@dataclass(frozen=True)
class RosterRow:
    """One line of the list. `turn` is their shift, or the rank in the draw. `answers` are short enough for one line."""

    registration: Registration
    state: str
    tone: str
    marks: list[Mark]
    turn: str
    answers: str

    @property
    def is_seat(self) -> bool:
        return self.registration.state == State.CONFIRMED


def rows_of(event: Event, registrations: Iterable[Registration], numbers: Mapping[int, int]) -> list[RosterRow]:
    """The lines of one page. `numbers` are the numbers in the queues, by primary key. Two queries."""
    registrations = list(registrations)
    holds: defaultdict[int, set[str]] = defaultdict(set)
    for pk, kind in Hold.objects.active().filter(registration__in=registrations).values_list("registration", "kind"):
        holds[pk].add(kind)
    shifts: defaultdict[int, list[str]] = defaultdict(list)
    people = {one.attendee_id for one in registrations if one.attendee_id}
    signups = Signup.objects.active().filter(shift__event=event, shift__cancelled_at__isnull=True, volunteer__in=people)
    for person, title in signups.order_by("shift__starts_at", "pk").values_list("volunteer", "shift__title"):
        shifts[person].append(title)
    asked = {one.slot_id: all_questions(one.slot) for one in registrations}
    return [
        RosterRow(
            one,
            state_of(one, numbers),
            TONES[State(one.state)],
            marks_of(one, holds[one.pk]),
            _turn(one, shifts[one.attendee_id or 0]),
            in_short(one, asked[one.slot_id]),
        )
        for one in registrations
    ]


def _turn(one: Registration, shifts: list[str]) -> str:
    if shifts:
        return pgettext("list", ", ").join(shifts)
    if one.drawn_rank:
        return _("drawn #%(rank)s") % {"rank": one.drawn_rank}
    return pgettext("at the door", "No. %(number)s") % {"number": one.number} if one.number else ""


def in_short(registration: Registration, questions: Iterable[Question]) -> str:
    """The answers without their questions; of a consent the question, since its answer is always yes."""
    given = [(one, registration.answers.get(one.id)) for one in questions]
    words = [one.label if answer is True else answer_text(answer) for one, answer in given if answer]
    return " · ".join(words)


def marks_of(one: Registration, holds: set[str]) -> list[Mark]:
    """Further facts about the person. `holds` are the kinds of the holds on their seat."""
    marks = [
        (Hold.Kind.DUTY in holds, pgettext("mark", "Volunteer"), "certain"),
        (Hold.Kind.INVITATION in holds, pgettext("mark", "Speaker"), "certain"),
        (one.attendee_id is None, pgettext("mark", "Guest"), "over"),
        (one.above_capacity, pgettext("mark", "Over capacity"), "waiting"),
        (one.hands_over_at is not None, pgettext("mark", "Giving up seat"), "waiting"),
        (one.asked_at is not None and one.reconfirmed_at is None, pgettext("mark", "No reply yet"), "waiting"),
        (one.reconfirmed_at is not None, pgettext("mark", "Coming"), "certain"),
        (one.is_absent, pgettext("mark", "No-show"), "act"),
        (one.excused_at is not None, pgettext("mark", "Excused"), "over"),
    ]
    return [Mark(word, tone) for is_so, word, tone in marks if is_so]


def answers_of(registration: Registration, questions: Iterable[Question]) -> list[tuple[str, str]]:
    """Questions and answers in words. Questions without an answer are left out."""
    given = [
        (question.label, answer_text(registration.answers.get(question.id)))
        for question in questions
        if question.id in registration.answers
    ]
    return [(label, answer) for label, answer in given if answer]


def state_of(registration: Registration, numbers: Mapping[int, int]) -> str:
    """The state in words, with the number in the queue."""
    if registration.state == State.WAITLISTED:
        return _("waitlist #%(place)s") % {"place": numbers[registration.pk]}
    return str(registration.get_state_display())


def matches(registration: Registration, wanted: str) -> bool:
    """Whether `wanted`, folded, is in the person's name, or is their number or code."""
    number = NUMBER.fullmatch(wanted)
    if number and registration.number == int(number[1]):
        return True
    if registration.code and folded(registration.code) == wanted.replace(" ", ""):
        return True
    return wanted in folded(registration.name)
