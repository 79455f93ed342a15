"""The facts of an event's dashboard. The number of queries is small and does not grow with the participants."""

from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q

from meetups.events.models import Event
from meetups.lifecycle.models import Message
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.speakers.models import Call, Rehearsal, Talk
from meetups.volunteers.models import Shift, Signup

State = Registration.State
COUNTED = {
    "applied": Count("pk", filter=Q(state=State.APPLIED)),
    "confirmed": Count("pk", filter=Q(state=State.CONFIRMED)),
    "waiting": Count("pk", filter=Q(state=State.WAITLISTED)),
    "checked_in": Count("pk", filter=Q(checked_in_at__isnull=False)),
    "above": Count("pk", filter=Q(above_capacity=True, state=State.CONFIRMED)),
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

    @property
    def is_before_the_draw(self) -> bool:
        return self.lottery is not None and not self.lottery.is_drawn


@dataclass
class Overview:
    event: Event
    slots: list[SlotState] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    rehearsal: Rehearsal | None = None
    messages: list[Message] = field(default_factory=list)
    call: Call | None = None

    def talks_in(self, *states: Talk.State) -> list[Talk]:
        return [talk for talk in self.talks if talk.state in states]

    @property
    def lotteries(self) -> list[Lottery]:
        return [state.lottery for state in self.slots if state.lottery]

    @property
    def confirmed(self) -> int:
        return sum(state.confirmed for state in self.slots)

    @property
    def checked_in(self) -> int:
        return sum(state.checked_in for state in self.slots)


def overview(event: Event) -> Overview:
    """Eight queries."""
    counts = {
        pk: dict(zip(COUNTED, numbers, strict=True))
        for pk, *numbers in Registration.objects.filter(event=event)
        .values("slot")
        .annotate(**COUNTED)
        .order_by("slot")
        .values_list("slot", *COUNTED)
    }
    signups = Prefetch(
        "signups", Signup.objects.active().select_related("volunteer").order_by("pk"), to_attr="active_signups"
    )
    return Overview(
        event=event,
        slots=[
            SlotState(
                slot,
                slot.draws_from,
                **counts.get(slot.pk, {}),
            )
            for slot in event.slots.in_order().select_related("lottery")
        ],
        talks=list(
            Talk.objects.filter(event=event)
            .exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN])
            .select_related("speaker")
            .order_by("position", "pk")
        ),
        shifts=list(event.shifts.open().in_order().prefetch_related(signups)),
        rehearsal=Rehearsal.objects.filter(event=event).first(),
        messages=list(event.messages.exclude(state=Message.State.WITHDRAWN).order_by("pk")),
        call=Call.objects.filter(event=event).first(),
    )
