"""What seats and entries forget of an erased person (RULES 3, 211)."""

from django.db.models import Q

from meetups.accounts.erasure import ERASED_NAME, NOWHERE, Erased, erased_address
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.pen.seats import Seats


def leave_seats(seats: Seats, erased: Erased) -> None:
    """Ends what the person has at one event, as a cancellation: others move up. Talks and shifts have ended before."""
    held = HeldPlace.objects.held().filter(erased.at_mailbox("email"), event_id=seats.event.pk)
    for place in held.order_by("pk"):
        seats.held_places.end(place, HeldPlace.State.WITHDRAWN, at=erased.at)
        erased.count("reserved places ended", 1)
    active = Registration.objects.active().filter(
        erased.rows_of_person("attendee", "person_key"), event_id=seats.event.pk
    )
    for registration in active.select_related("attendee", "slot").order_by("pk"):
        seats.release(registration, at=erased.at, by=None, tell="removed")
        erased.count("registrations canceled", 1)


def blank_registrations(erased: Erased) -> None:
    """Blanks addresses, names and answers. States, numbers, entries of lotteries and what was counted stay."""
    mine = Registration.objects.filter(erased.rows_of_person("attendee", "person_key")).exclude(
        person_key__endswith=f"@{NOWHERE}"
    )
    for registration in mine.only("pk", "attendee_id"):
        nameless = {"guest_name": ERASED_NAME} if registration.attendee_id is None else {}
        Registration.objects.filter(pk=registration.pk).update(
            person_key=erased_address(registration.pk, "registration-"), answers={}, **nameless
        )
        erased.count("registrations blanked", 1)
    places = HeldPlace.objects.filter(erased.at_mailbox("email") | erased.at_mailbox("person_key"))
    erased.count("reserved places blanked", places.filter(~Q(email="") | ~Q(name="")).count())
    places.update(email="", person_key="", name="", answers={}, browser_sha256="", code_sha256="")
