"""The things that the history of an event is about: their kinds, for a filter, and their names."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Registration, Slot
from meetups.runbook.models import Todo
from meetups.speakers.models import Break, CoSpeaker, SpeakerInvitation, Talk, TalkOffer
from meetups.volunteers.models import Chore, Handover, Shift, Signup

# The kinds that one can choose: a word, and the beginnings of the subjects that belong to it.
KINDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "event": (pgettext_lazy("history", "Event"), ("event",)),
    "people": (
        pgettext_lazy("tab", "Attendees"),
        (
            *("registration", "answers", "check-in", "no-show", "reconfirm"),
            *("held-place", "offer", "pair"),
        ),
    ),
    "slots": (pgettext_lazy("tab", "Slots and forms"), ("slot", "lottery", "reconfirmation")),
    "talks": (
        pgettext_lazy("history", "Speakers and program"),
        (
            *("talk", "talk-offer", "co-speaker", "speaker-invitation", "call", "proposal"),
            *("break", "programme", "rehearsal"),
        ),
    ),
    "shifts": (pgettext_lazy("tab", "Shifts"), ("shift", "signup", "mark", "handover")),
    "teardown": (pgettext_lazy("tab", "Teardown list"), ("chore", "teardown", "room_photo")),
    "todos": (pgettext_lazy("tab", "Things to do"), ("todo", "todos")),
    "messages": (pgettext_lazy("tab", "Messages"), ("message", "inquiry")),
    "team": (pgettext_lazy("tab", "Team and roles"), ("event_role", "helper_link", "duties")),
}
# Subjects that name the registration of a person, and their part in a shift.
OF_A_PERSON = ("registration", "answers", "check-in", "no-show", "reconfirm")
OF_A_SIGNUP = ("signup", "mark")


def of_kind(kind: str) -> Q:
    """The entries about things of this kind."""
    found = Q(pk__in=[])
    for beginning in KINDS[kind][1]:
        found |= Q(subject__startswith=f"{beginning}:")
    return found


def _named(subjects: tuple[str, ...], rows: QuerySet[Any], name: Any, event: str = "event") -> Any:
    return subjects, rows, name, event


NAMED = (
    _named(
        OF_A_PERSON,
        Registration.objects.all(),
        Coalesce("attendee__name", "guest_name"),
    ),
    _named(("slot",), Slot.objects.all(), F("name")),
    _named(("talk",), Talk.objects.all(), F("title")),
    _named(("co-speaker",), CoSpeaker.objects.all(), F("talk__title"), "talk__event"),
    _named(("talk-offer",), TalkOffer.objects.all(), F("talk__title"), "talk__event"),
    _named(("speaker-invitation",), SpeakerInvitation.objects.all(), F("name")),
    _named(("break",), Break.objects.all(), F("title")),
    _named(("shift",), Shift.objects.all(), F("title")),
    _named(OF_A_SIGNUP, Signup.objects.all(), F("shift__title"), "shift__event"),
    _named(("handover",), Handover.objects.all(), F("signup__shift__title"), "signup__shift__event"),
    _named(("chore",), Chore.objects.all(), F("text")),
    _named(("todo",), Todo.objects.all(), F("title")),
)


def names_of_things(event: Event, entries: Iterable[HistoryEntry]) -> dict[str, str]:
    """The names of the things that `entries` are about, by subject; what is gone has none. One query."""
    asked: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        kind, _colon, number = entry.subject.partition(":")
        if number.isdecimal():
            asked[kind].add(int(number))
    parts = [
        rows.filter(**{path: event}, pk__in=set().union(*(asked[subject] for subject in subjects)))
        .order_by()
        .values_list(Value(number), "pk", Cast(name, TextField()))
        for number, (subjects, rows, name, path) in enumerate(NAMED)
        if any(asked[subject] for subject in subjects)
    ]
    if not parts:
        return {}
    found = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    return {f"{subject}:{pk}": name for number, pk, name in found for subject in NAMED[number][0]}
