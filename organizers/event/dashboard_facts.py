"""The facts of events' dashboards. The number of queries is small, whatever the number of events and of people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import JSONObject

from meetups.events.counts import count_of_event
from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry, Message
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.runbook.models import Todo, due_of
from meetups.speakers.models import Break, Call, CoSpeaker, Presence, Readiness, Rehearsal, SpeakerInvitation, Talk
from meetups.speakers.programme.breaks import pauses_beside
from meetups.volunteers.models import Chore, Shift, Signup
from organizers.talks.speakers_panel import with_what_is_ready

State = Registration.State
COUNTED = {
    "applied": Count("pk", filter=Q(state=State.APPLIED)),
    "confirmed": Count("pk", filter=Q(state=State.CONFIRMED)),
    "waiting": Count("pk", filter=Q(state=State.WAITLISTED)),
    "checked_in": Count("pk", filter=Q(checked_in_at__isnull=False)),
    "above": Count("pk", filter=Q(above_capacity=True, state=State.CONFIRMED)),
    # Those who may be recorded as no-shows: see `record_no_shows`.
    "missed": Count(
        "pk",
        filter=Q(
            state=State.CONFIRMED,
            attendee__isnull=False,
            checked_in_at__isnull=True,
            absent_at__isnull=True,
            hands_over_at__isnull=True,
        ),
    ),
}


@dataclass
class SlotState:
    """A slot with its number of people in each state; `lottery` is set if the slot is drawn."""

    slot: Slot
    lottery: Lottery | None
    applied: int = 0
    confirmed: int = 0
    waiting: int = 0
    checked_in: int = 0
    above: int = 0
    missed: int = 0

    @property
    def is_before_the_draw(self) -> bool:
        return self.lottery is not None and not self.lottery.is_drawn


@dataclass(frozen=True)
class OpenTodo:
    """A thing that is to be done until `due`. `person` is who does it (`name`); None where no one has taken it."""

    pk: int
    title: str
    due: datetime
    person: int | None
    name: str | None
    is_chased: bool


@dataclass
class Overview:
    """What is known of an event, for `reader` (the primary key of a person).

    `invited` are the names of those asked to speak who have not answered. `asked` are volunteers who wait for a yes.
    """

    event: Event
    reader: int | None = None
    slots: list[SlotState] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    rehearsal: Rehearsal | None = None
    messages: list[Message] = field(default_factory=list)
    call: Call | None = None
    invited: list[str] = field(default_factory=list)
    pauses: list[Break] = field(default_factory=list)
    chores_left: int = 0
    inquiries: int = 0
    asked: int = 0
    todos: list[OpenTodo] = field(default_factory=list)

    @property
    def has_lines(self) -> bool:
        """Whether the program has lines beside the talks."""
        return bool(self.pauses)

    def talks_in(self, *states: Talk.State) -> list[Talk]:
        return [talk for talk in self.talks if talk.state in states]

    @property
    def lotteries(self) -> list[Lottery]:
        return [state.lottery for state in self.slots if state.lottery]

    @property
    def confirmed(self) -> int:
        return sum(state.confirmed for state in self.slots)

    @property
    def applied(self) -> int:
        return sum(state.applied for state in self.slots)

    @property
    def checked_in(self) -> int:
        return sum(state.checked_in for state in self.slots)

    @property
    def unmarked(self) -> list[Signup]:
        """The volunteers of whom no one has written down whether they did their shift."""
        return [signup for shift in self.shifts for signup in volunteers(shift) if not signup.mark]


def volunteers(shift: Shift) -> list[Signup]:
    """The people in a shift that was read for an overview."""
    found: list[Signup] = getattr(shift, "active_signups", [])
    return found


def overview(event: Event, reader: int | None = None) -> Overview:
    """Six queries."""
    return overviews([event], reader, with_arrivals=True)[0]


def overviews(events: Iterable[Event], reader: int | None = None, *, with_arrivals: bool = False) -> list[Overview]:
    """The overview of each event, in their order. Six queries for any number of events.

    `with_arrivals` says of each speaker and volunteer whether they are there: `away` is their registration where they aren't.
    """
    found = {event.pk: Overview(event, reader) for event in events}
    here = {"event__in": list(found)}
    for slot in Slot.objects.filter(**here).in_order().select_related("lottery").annotate(numbers=_counted()):
        found[slot.event_id].slots.append(SlotState(slot, slot.draws_from, **(getattr(slot, "numbers", None) or {})))
    talks = Talk.objects.filter(**here).alive().select_related("speaker", "readiness").order_by("position", "pk")
    active = Signup.objects.active().select_related("volunteer").order_by("pk")
    if with_arrivals:
        talks = talks.annotate(away=_away("speaker", "event"), together=_co_speakers())
        active = active.annotate(away=_away("volunteer", "shift__event"))
    for talk in with_what_is_ready(talks):
        found[talk.event_id].talks.append(talk)
    signups = Prefetch("signups", active, to_attr="active_signups")
    for shift in Shift.objects.filter(**here).standing().in_order().prefetch_related(signups):
        found[shift.event_id].shifts.append(shift)
    for message in Message.objects.filter(**here).exclude(state=Message.State.WITHDRAWN).order_by("pk"):
        found[message.event_id].messages.append(message)
    _add_the_rest(found)
    return list(found.values())


def _away(person: str, event: str) -> Subquery:
    """The registration of someone with a seat who is neither checked in nor seen in the stream; none for everyone else."""
    seen = Presence.objects.filter(
        event=OuterRef("event"), person=OuterRef("attendee"), occasion=Presence.Occasion.CONNECTION
    )
    places = Registration.objects.filter(event=OuterRef(event), attendee=OuterRef(person), state=State.CONFIRMED)
    return Subquery(places.filter(~Exists(seen), checked_in_at=None).values("pk")[:1])


def _co_speakers() -> ArraySubquery:
    """The others who give a talk, as objects: the name, and `away`."""
    joined = CoSpeaker.objects.active().filter(talk=OuterRef("pk")).order_by("joined_at", "pk")
    return ArraySubquery(joined.values(one=JSONObject(name="person__name", away=_away("person", "talk__event"))))


def _counted() -> Subquery:
    """The people of a slot in each state, as an object."""
    people = Registration.objects.filter(slot=OuterRef("pk")).order_by().values("slot")
    return Subquery(people.annotate(numbers=JSONObject(**COUNTED)).values("numbers"))


def _todos() -> ArraySubquery:
    """The things of an event that aren't done, as objects."""
    open_ = Todo.objects.open().filter(event=OuterRef("pk")).order_by("days", "pk")
    return ArraySubquery(
        open_.values(
            one=JSONObject(
                pk="pk",
                title="title",
                days="days",
                person="owner__person",
                name="owner__person__name",
                chased_at="chased_at",
            )
        )
    )


def _add_the_rest(found: dict[int, Overview]) -> None:
    """What is one thing or one number for an event. One query."""
    open_invitations = Q(speaker_invitations__state=SpeakerInvitation.State.OPEN)
    inquiries = Inquiry.objects.filter(state=Inquiry.State.OPEN, topic=Inquiry.Topic.QUESTION)
    asked = Signup.objects.awaiting_approval().filter(shift__in=Shift.objects.standing())
    rest = (
        Event.objects.filter(pk__in=list(found))
        .select_related("rehearsal", "call")
        .annotate(
            invited=ArrayAgg("speaker_invitations__name", filter=open_invitations, default=[]),
            lines=pauses_beside("pk"),
            chores_left=count_of_event(Chore.objects.open()),
            inquiries=count_of_event(inquiries),
            asked=count_of_event(asked, "shift__event"),
            things=_todos(),
        )
    )
    for event in rest:
        view = found[event.pk]
        view.rehearsal, view.call = getattr(event, "rehearsal", None), getattr(event, "call", None)
        view.pauses = [Break(event=view.event, **line) for line in getattr(event, "lines", ())]
        for name in ("invited", "chores_left", "inquiries", "asked"):
            setattr(view, name, getattr(event, name))
        view.todos = sorted(
            (_todo(view.event, one) for one in getattr(event, "things", ())), key=lambda todo: (todo.due, todo.pk)
        )


def _todo(event: Event, one: dict[str, Any]) -> OpenTodo:
    due = due_of(event, one["days"])
    return OpenTodo(one["pk"], one["title"], due, one["person"], one["name"], one["chased_at"] is not None)


def awaits_slides(view: Overview) -> list[Talk]:
    """The talks that were given and whose slides are not public, unless their speakers said no."""
    return [
        talk
        for talk in view.talks_in(Talk.State.CONFIRMED)
        if not talk.slides_published_at
        and getattr(getattr(talk, "readiness", None), "publication", "") != Readiness.Publication.NO
    ]
