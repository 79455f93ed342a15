"""An organizer removes several people from the list."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.registrations.models import Registration
from meetups.registrations.pen.seats import seats_of
from meetups.registrations.refusals import EventClosed
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.talk_states import end_talks
from meetups.volunteers.duty_seats import end_signups
from meetups.volunteers.models import Signup

State = Registration.State


def remove_attendees(*, event: Event, registrations: Iterable[int], at: datetime, by: User) -> int:
    """Ends the registrations (primary keys) with the talks and shifts of their people.

    Each person is told. Returns how many registrations ended.

    All of them end before anyone is promoted. So a seat is not offered in between to a person who is also removed. Raises
    EventClosed if the event is over.
    """
    with seats_of(event, at=at) as seats:
        if seats.event.is_over(at):
            raise EventClosed
        chosen = Registration.objects.active().filter(event=event, pk__in=list(registrations))
        attendees = [one.attendee_id for one in chosen.only("attendee")]
        talking = Talk.objects.filter(event=event, speaker__in=attendees).values_list("speaker", flat=True)
        joined = CoSpeaker.objects.active().filter(talk__event=event, person__in=attendees)
        helping = Signup.objects.active().filter(shift__event=event, volunteer__in=attendees)
        others = [*joined.values_list("person", flat=True), *helping.values_list("volunteer", flat=True)]
        for person in User.objects.filter(pk__in=[*talking, *others]):
            end_talks(seats, person, at=at, by=by)
            end_signups(seats, person, at=at, by=by)
        # The end of a talk or a shift may have moved a seat.
        leaving = list(chosen.select_related("attendee", "slot").order_by("pk"))
        left: defaultdict[int, list[Registration]] = defaultdict(list)
        for one in leaving:
            left[one.slot_id].append(one)
        seats.ledger.write(
            [
                seats.ledger.change(one, one.slot, State.CANCELLED, at=at, by=by, verb="cancel", tell="removed")
                for one in leaving
            ]
        )
        for slot_id, of_slot in left.items():
            seats.queue.vacate(seats.slots[slot_id], of_slot, at=at)
        return len(leaving)
