"""What shifts forget of an erased person (RULES 211). The caller holds the seat lock of events that are ahead."""

from meetups.accounts.erasure import Erased, erased_address
from meetups.history.models import record_end
from meetups.notifications.notify import notify
from meetups.registrations.pen.seats import Seats
from meetups.volunteers.duty_seats import end_signups
from meetups.volunteers.models import Handover, RoomPhoto, ShiftOffer


def leave_shifts(seats: Seats, erased: Erased) -> None:
    """Ends shifts and requests at one event, and says no for the person where they were asked to take a shift over."""
    if erased.person:
        erased.count("shifts ended", len(end_signups(seats, erased.person, at=erased.at, by=None)))
    asked = Handover.objects.filter(
        erased.at_mailbox("address"), signup__shift__event=seats.event, state=Handover.State.OPEN
    )
    for handover in asked.select_related("signup__volunteer").order_by("pk"):
        entry = record_end(
            handover,
            Handover.State.DECLINED,
            thread=seats.event.thread,
            verb="decline_handover",
            at=erased.at,
            by=None,
        )
        notify(
            kind="shift_handover_declined",
            recipient=handover.signup.volunteer,
            thread=seats.event.thread,
            subject=handover.subject,
            cause=entry.pk,
            at=erased.at,
        )
        erased.count("requests to take over a shift declined", 1)


def blank_shifts(erased: Erased) -> None:
    """Blanks addresses, and takes away the photos that the person took. Their files go by themselves (RULES 79)."""
    for handover in Handover.objects.filter(erased.at_mailbox("address")).only("pk"):
        Handover.objects.filter(pk=handover.pk).update(address=erased_address(handover.pk, "handover-"))
        erased.count("requests to take over a shift blanked", 1)
    if erased.person:
        for model, column, what in (
            (RoomPhoto, "taken_by", "photos of rooms deleted"),
            (ShiftOffer, "person", "offers of shifts deleted"),
        ):
            number, _by_model = model.objects.filter(**{column: erased.person}).delete()
            erased.count(what, number)
