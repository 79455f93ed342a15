"""The facts of events' dashboards. The number of queries is small, whatever the number of events and of people."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from meetups.events.models import Event
from meetups.lifecycle.models import Inquiry, Message
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.speakers.models import Break, Call, Readiness, Rehearsal, SpeakerInvitation, Talk
from meetups.volunteers.models import Chore, Shift, Signup

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


@dataclass
class Overview:
    """`invited` are the names of those asked to speak who have not answered. `asked` are volunteers who wait for a yes."""

    event: Event
    slots: list[SlotState] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    rehearsal: Rehearsal | None = None
    messages: list[Message] = field(default_factory=list)
    call: Call | None = None
    invited: list[str] = field(default_factory=list)
    has_lines: bool = False
    chores_left: int = 0
    inquiries: int = 0
    asked: int = 0

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


def overview(event: Event) -> Overview:
    """Seven queries."""
    return overviews([event])[0]


def overviews(events: Iterable[Event]) -> list[Overview]:
    """The overview of each event, in their order. Seven queries for any number of events."""
    found = {event.pk: Overview(event) for event in events}
    here = {"event__in": list(found)}
    counts = {
        pk: dict(zip(COUNTED, numbers, strict=True))
        for pk, *numbers in Registration.objects.filter(**here)
        .values("slot")
        .annotate(**COUNTED)
        .order_by("slot")
        .values_list("slot", *COUNTED)
    }
    for slot in Slot.objects.filter(**here).in_order().select_related("lottery"):
        found[slot.event_id].slots.append(SlotState(slot, slot.draws_from, **counts.get(slot.pk, {})))
    talks = Talk.objects.filter(**here).alive().select_related("speaker", "readiness").order_by("position", "pk")
    for talk in talks:
        found[talk.event_id].talks.append(talk)
    signups = Prefetch(
        "signups", Signup.objects.active().select_related("volunteer").order_by("pk"), to_attr="active_signups"
    )
    for shift in Shift.objects.filter(**here).open().in_order().prefetch_related(signups):
        found[shift.event_id].shifts.append(shift)
    for message in Message.objects.filter(**here).exclude(state=Message.State.WITHDRAWN).order_by("pk"):
        found[message.event_id].messages.append(message)
    _add_the_rest(found)
    return list(found.values())


def _count(rows: QuerySet[Any], event: str = "event") -> Coalesce:
    counted = rows.filter(**{event: OuterRef("pk")}).order_by().values(event).annotate(there=Count("pk"))
    return Coalesce(Subquery(counted.values("there")), 0)


def _add_the_rest(found: dict[int, Overview]) -> None:
    """What is one thing or one number for an event. One query."""
    open_invitations = Q(speaker_invitations__state=SpeakerInvitation.State.OPEN)
    inquiries = Inquiry.objects.filter(state=Inquiry.State.OPEN, topic=Inquiry.Topic.QUESTION)
    asked = Signup.objects.asked().filter(shift__cancelled_at__isnull=True)
    rest = (
        Event.objects.filter(pk__in=list(found))
        .select_related("rehearsal", "call")
        .annotate(
            invited=ArrayAgg("speaker_invitations__name", filter=open_invitations, default=[]),
            has_lines=Exists(Break.objects.filter(event=OuterRef("pk"))),
            chores_left=_count(Chore.objects.open()),
            inquiries=_count(inquiries),
            asked=_count(asked, "shift__event"),
        )
    )
    for event in rest:
        view = found[event.pk]
        view.rehearsal, view.call = getattr(event, "rehearsal", None), getattr(event, "call", None)
        for name in ("invited", "has_lines", "chores_left", "inquiries", "asked"):
            setattr(view, name, getattr(event, name))


def awaits_slides(view: Overview) -> list[Talk]:
    """The talks that were given and whose slides are not public, unless their speakers said no."""
    return [
        talk
        for talk in view.talks_in(Talk.State.CONFIRMED)
        if not talk.slides_published_at
        and getattr(getattr(talk, "readiness", None), "publication", "") != Readiness.Publication.NO
    ]
