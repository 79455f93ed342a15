"""The slots of an event with their questions: what each takes, how full it is, and the way to its settings."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import questions_of
from organizers.desk.access import DeskRequest, for_event
from organizers.desk.frame import event_page

State = Registration.State


@dataclass(frozen=True)
class SlotRow:
    """A slot with its people, and the number of its questions."""

    slot: Slot
    confirmed: int
    applied: int
    waiting: int
    questions: int


@require_safe
@for_event(Permission.PLAN_EVENTS)
def slots(request: DeskRequest, event: Event) -> HttpResponse:
    """All slots in the order of the event page. Two queries beside those of the frame."""
    found = list(event.slots.in_order().select_related("lottery"))
    active = Registration.objects.active().filter(event=event).values_list("slot", "state")
    people = {(slot, state): number for slot, state, number in active.annotate(Count("pk")).order_by()}
    context = event_page(
        request,
        event,
        current="desk_slots",
        rows=[
            SlotRow(
                slot,
                confirmed=people.get((slot.pk, State.CONFIRMED), 0),
                applied=people.get((slot.pk, State.APPLIED), 0),
                waiting=people.get((slot.pk, State.WAITLISTED), 0),
                questions=len(questions_of(slot)),
            )
            for slot in found
        ],
        seats=sum(slot.capacity for slot in found),
        may_add=not event.is_cancelled and not event.is_over(request.at),
    )
    return render(request, "desk/slots/slots.html", context)
