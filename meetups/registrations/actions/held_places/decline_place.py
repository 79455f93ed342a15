"""A person declines the seat that is kept for them."""

from datetime import datetime

from meetups.notifications.notify import notify
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen.seats import seats_of


def decline_place(*, place: HeldPlace, at: datetime) -> None:
    """Passes the seat to the queue and tells the organizer who invited. If the place is no longer held, nothing changes.

    Anyone who has the link may decline, because this gives away nothing but the seat.
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
