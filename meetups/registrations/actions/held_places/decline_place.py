"""A person does not want the seat that is kept for her."""

from datetime import datetime

from meetups.notifications.notify import notify
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen.seats import seats_of


def decline_place(*, place: HeldPlace, at: datetime) -> None:
    """The seat goes to who waits, and who invited is told. Where nothing is held any more, nothing changes.

    Whoever has the link may decline: it gives nothing away but the seat.
    """
    with seats_of(place.event, at=at) as seats:
        place = HeldPlace.objects.select_related("invited_by").get(pk=place.pk, kind=HeldPlace.Kind.INVITATION)
        if place.state != HeldPlace.State.HELD:
            return
        seats.held_places.end(place, HeldPlace.State.WITHDRAWN, at=at)
        if place.invited_by:
            notify(
                kind="place_declined",
                recipient=place.invited_by,
                thread=seats.event.thread,
                subject=place.subject,
                cause=1,
                at=at,
            )
