"""The list of participants, searched and filtered in memory: a meetup has at most a few thousand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.events.models import Event
from meetups.registrations.models import Hold, Registration
from meetups.registrations.questions.questions import Question, all_questions, worded

State = Registration.State
ORDER = [State.CONFIRMED, State.APPLIED, State.WAITLISTED, State.CANCELLED]
TONES = {State.CONFIRMED: "certain", State.APPLIED: "lottery", State.WAITLISTED: "waiting", State.CANCELLED: "over"}


def roster(event: Event) -> list[Registration]:
    """Everyone who was ever registered: confirmed people first, then the queue in its order. One query."""
    everyone = Registration.objects.filter(event=event).with_people()
    return sorted(everyone, key=lambda one: (ORDER.index(State(one.state)), one.place or 0, one.registered_at, one.pk))


@dataclass(frozen=True)
class Mark:
    """A further fact about a person: a word in its colour."""

    word: str
    tone: str


@dataclass(frozen=True)
class RosterRow:
    """One line of the list. `answers` are pairs of question and answer."""

    registration: Registration
    state: str
    tone: str
    marks: list[Mark]
    answers: list[tuple[str, str]]


def rows_of(registrations: Iterable[Registration], numbers: Mapping[int, int]) -> list[RosterRow]:
    """The lines of one page. `numbers` are the numbers in the queues, by primary key. One query."""
    registrations = list(registrations)
    holds: defaultdict[int, set[str]] = defaultdict(set)
    for pk, kind in Hold.objects.active().filter(registration__in=registrations).values_list("registration", "kind"):
        holds[pk].add(kind)
    questions = {one.slot_id: one.slot for one in registrations}
    asked = {pk: all_questions(slot) for pk, slot in questions.items()}
    return [
        RosterRow(
            one,
            state_of(one, numbers),
            TONES[State(one.state)],
            marks_of(one, holds[one.pk]),
            answers_of(one, asked[one.slot_id]),
        )
        for one in registrations
    ]


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
        (question.label, worded(question, registration.answers.get(question.id)))
        for question in questions
        if question.id in registration.answers
    ]
    return [(label, answer) for label, answer in given if answer]


def state_of(registration: Registration, numbers: Mapping[int, int]) -> str:
    """The state in words, with the number in the queue."""
    if registration.state == State.WAITLISTED:
        return _("waitlist #%(place)s") % {"place": numbers[registration.pk]}
    return str(registration.get_state_display())
