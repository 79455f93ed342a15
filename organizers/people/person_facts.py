"""What the page of a person says: a sentence about where they stand, their mails, earlier events, and what happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.registrations.actions.lottery.nominate import order_seen
from meetups.registrations.admission import seats_to_give
from meetups.registrations.models import Hold, Lottery, Registration, Slot
from meetups.registrations.pen.queue_numbers import queue_numbers
from meetups.registrations.questions.questions import all_questions
from meetups.volunteers.models import Signup
from organizers.attendees.roster import TONES, Mark, answers_of, marks_of
from organizers.history.history_words import Happening, told
from organizers.messages.message_log import BY_STATE, STATES
from organizers.messages.message_names import name_of

State = Registration.State
LISTS = ("take_list", "take_entrance_list")
LATELY = 12


@dataclass(frozen=True)
class Standing:
    """Where the person stands, in a sentence and the colour of the state; `facts` are the smaller line below.

    `free` is how many seats an organizer can give in the person's slot; None where giving one is not possible. `nominees` are those who
    go before the draw in their order, while it takes entries; None where the person can't be nominated.
    """

    sentence: str
    tone: str
    facts: str
    marks: list[Mark]
    answers: list[tuple[str, str]]
    free: int | None
    nominees: list[Registration] | None
    is_nominated: bool

    @property
    def seen(self) -> str:
        """The order of the nominees, as the form carries it."""
        return order_seen(self.nominees or ())

    @property
    def last(self) -> int:
        """The place behind the nominees."""
        return len(self.nominees or ()) + 1

    @property
    def is_full(self) -> bool:
        return self.free == 0


def standing(
    event: Event, one: Registration, slot: Slot, everyone: Iterable[Registration], at: datetime, *, may_manage: bool
) -> Standing:
    """One query, for the holds on the seat. `everyone` are all registrations of the event; `slot` has its lottery."""
    language, zone = get_language() or "en", event.time_zone
    facts = [
        slot.name,
        _("registered %(when)s") % {"when": dates.short_moment(one.registered_at, zone, language)},
        *([pgettext("at the door", "No. %(number)s") % {"number": one.number}] if one.number else []),
    ]
    holds = {str(kind) for kind in Hold.objects.active().filter(registration=one).values_list("kind", flat=True)}
    lottery = slot.draws_from
    waits = one.state in (State.APPLIED, State.WAITLISTED)
    in_a_draw = one.state == State.APPLIED and lottery is not None and not lottery.takes_entries(at)
    gives = may_manage and waits and not in_a_draw and slot.admission != Slot.Admission.DUTY
    return Standing(
        _sentence(one, lottery, everyone, zone, language),
        TONES[State(one.state)],
        " · ".join(facts),
        marks_of(one, holds),
        answers_of(one, all_questions(slot)),
        seats_to_give(slot, lottery) if gives else None,
        _nominees(one, everyone)
        if may_manage and one.state == State.APPLIED and not (in_a_draw or one.lead_id)
        else None,
        one.nominated is not None,
    )


def _nominees(one: Registration, everyone: Iterable[Registration]) -> list[Registration]:
    first = [other for other in everyone if other.slot_id == one.slot_id and other.state == State.APPLIED]
    return sorted((other for other in first if other.nominated is not None), key=lambda other: other.nominated or 0)


def _sentence(
    one: Registration, lottery: Lottery | None, everyone: Iterable[Registration], zone: str, language: str
) -> str:
    if one.state == State.APPLIED and lottery:
        when = dates.moment(lottery.draws_at, zone, language)
        return _("In the lottery. The draw is on %(when)s.") % {"when": when}
    if one.state == State.WAITLISTED:
        numbers = queue_numbers(everyone)
        return _("On the waitlist as #%(number)s.") % {"number": numbers[one.pk]}
    if one.state == State.CANCELLED:
        when = dates.moment(one.cancelled_at, zone, language) if one.cancelled_at else "–"
        return _("Canceled on %(when)s.") % {"when": when}
    if one.checked_in_at:
        return _("Checked in at %(when)s.") % {"when": dates.clock(one.checked_in_at, zone, language)}
    return _("Confirmed.")


def masked(one: Registration) -> str:
    """Enough of an address to recognise it, too little to use it."""
    if one.attendee is None:
        return ""
    name, _at, host = one.attendee.email.rpartition("@")
    return f"{name[:1]}***@{host}"


@dataclass(frozen=True)
class SentMail:
    """A mail to the person about this event."""

    at: datetime
    what: str
    label: str
    tone: str


def mails(event: Event, one: Registration) -> list[SentMail]:
    """Newest first, those to come included. One query."""
    if one.attendee is None:
        return []
    rows = Notification.objects.filter(thread=event.thread, recipient=one.attendee_id).order_by("-due_at", "-pk")
    found = []
    for row in rows[:LATELY]:
        label, tone, _states = STATES[BY_STATE[Notification.State(row.state)]]
        found.append(SentMail(row.settled_at or row.due_at, name_of(row.kind), str(label), tone))
    return found


@dataclass(frozen=True)
class EarlierEvent:
    """Another event of the community, and what became of the person there. `tone` is empty where nothing did."""

    event: Event
    outcome: str
    tone: str


@dataclass(frozen=True)
class HereBefore:
    """What the person has done in this community, apart from this event."""

    summary: str
    events: list[EarlierEvent]
    more: list[EarlierEvent]


def signups_in(event: Event, one: Registration) -> list[Signup]:
    """All shifts that the person ever took in this community, with their shifts; none for a guest. One query."""
    if one.attendee_id is None:
        return []
    theirs = Signup.objects.filter(volunteer=one.attendee_id, shift__event__community=event.community_id)
    return list(theirs.select_related("shift__event").order_by("pk"))


def here_before(event: Event, one: Registration, signups: Iterable[Signup], at: datetime) -> HereBefore | None:
    """One query. None for a guest: no one knows whether two guests are one person. `signups` are theirs in this community."""
    if one.attendee is None:
        return None
    theirs = Registration.objects.filter(
        attendee=one.attendee_id, event__community=event.community_id, event__state=Event.State.PUBLISHED
    ).exclude(event=event)
    latest: dict[int, Registration] = {}
    for other in theirs.select_related("event").order_by("event__starts_at", "pk"):
        latest[other.event_id] = other
    done: dict[int, list[str]] = {}
    for signup in signups:
        if signup.shift.event_id == event.pk or not (signup.is_done(at) and signup.shift.event.is_published):
            continue
        done.setdefault(signup.shift.event_id, []).append(signup.shift.get_phase_display())
    rows = [_earlier(other, done.get(pk, []), at) for pk, other in latest.items()]
    rows.reverse()
    came = sum(_has_come(other, at) for other in latest.values())
    summary = ngettext("Came to %(count)s event", "Came to %(count)s events", came) % {"count": came}
    if done:
        helped = ngettext("helped at %(count)s", "helped at %(count)s", len(done)) % {"count": len(done)}
        summary = f"{summary} · {helped}"
    return HereBefore(summary if came or done else _("First time here"), rows[:4], rows[4:])


def _has_come(one: Registration, at: datetime) -> bool:
    return one.checked_in_at is not None or (
        one.state == State.CONFIRMED and one.event.is_over(at) and one.absent_at is None
    )


def _earlier(one: Registration, phases: list[str], at: datetime) -> EarlierEvent:
    if _has_come(one, at):
        words = [pgettext("outcome", "Came"), *dict.fromkeys(phases)]
        return EarlierEvent(one.event, " · ".join(words), "certain")
    if one.is_absent:
        return EarlierEvent(one.event, pgettext("mark", "No-show"), "over")
    if one.state in (State.APPLIED, State.WAITLISTED) and one.event.is_over(at):
        return EarlierEvent(one.event, pgettext("outcome", "No seat"), "over")
    return EarlierEvent(one.event, str(one.get_state_display()), TONES[State(one.state)])


def happenings(event: Event, one: Registration, signups: Iterable[Signup]) -> list[Happening]:
    """What happened to this person at the event, and when the list with their name was taken away. Newest first."""
    here = [signup.pk for signup in signups if signup.shift.event_id == event.pk]
    subjects = [one.subject, f"answers:{one.pk}", *(f"{kind}:{pk}" for pk in here for kind in ("signup", "mark"))]
    taken = Q(thread=event.thread, verb__in=LISTS, at__gte=one.registered_at)
    entries = HistoryEntry.objects.filter(Q(subject__in=subjects) | taken).select_related("actor")
    return told(event, entries.order_by("-pk")[:LATELY])
