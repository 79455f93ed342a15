"""A person types the code that was mailed to them, and gets the place."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.accounts.verified_emails import prove_address
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.models import HeldPlace, Registration
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.refusals import AlreadyRegistered, EventClosed, RegistrationClosed
from meetups.registrations.unverified_places import TRIES, is_right, just_taken, place_of

State = HeldPlace.State


class NothingWaits(DomainError):
    message = _(
        "No registration is waiting for a code in this browser. Type the code where you started, or get a new one here."
    )


class WrongCode(DomainError):
    message = _("Wrong code. Check the newest email; after a few wrong codes your registration is dropped.")
    status = 422


class TooManyWrongCodes(DomainError):
    message = _("Too many wrong codes, so your registration was dropped. Ask for a new code to try again.")
    status = 422


class AccountIsClosed(DomainError):
    message = _("This account is closed.")


@dataclass(frozen=True)
class Claim:
    """The owner of the address, with their registration or the reason why they have none."""

    person: User
    registration: Registration | None = None
    refusal: DomainError | None = None


def claim_place(*, event: Event, browser: str, code: str, at: datetime) -> Claim:
    """Proves the address, creates an account for it where there is none, and registers its person, in one transaction (RULES 27).

    The person takes the seat that was kept, or comes in like any newcomer. If the person is already registered, or registration
    has closed, `refusal` says so; the address is proved all the same. The same code a moment later gets the same answer. Raises
    NothingWaits, WrongCode, TooManyWrongCodes, SeatsBusy.
    """
    with seats_of(event, at=at) as seats:
        place = place_of(event, browser)
        done = None if place else just_taken(event, browser, at=at)
        if done and done.registration and is_right(done, code):
            return Claim(done.registration.person, done.registration)
        refusal = _refusal(seats, place, code, at=at)
        if place and not refusal:
            person = prove_address(place.email, name=place.name, language=place.language)
            return _register(seats, place, person, at=at)
    # Raised outside the block, because the count of wrong codes must be committed.
    raise refusal or NothingWaits


def _refusal(seats: Seats, place: HeldPlace | None, code: str, *, at: datetime) -> DomainError | None:
    if place is None:
        return NothingWaits()
    if not place.is_held(at):
        seats.held_places.end(place, State.LAPSED, at=at)
        return NothingWaits()
    if is_right(place, code):
        return None
    place.tries += 1
    place.save(update_fields=["tries"])
    if place.tries < TRIES:
        return WrongCode()
    seats.held_places.end(place, State.LAPSED, at=at)
    return TooManyWrongCodes()


def _register(seats: Seats, place: HeldPlace, person: User, *, at: datetime) -> Claim:
    slot = seats.slots[place.slot_id]
    refusal: DomainError | None = None
    if not person.is_active:
        refusal = AccountIsClosed()
    elif seats.registration_of(person):
        refusal = AlreadyRegistered()
    elif not seats.event.is_open(at):
        refusal = EventClosed()
    elif slot.closes_at <= at:
        refusal = RegistrationClosed()
    if refusal:
        seats.held_places.end(place, State.WITHDRAWN, at=at, by=person)
        return Claim(person, refusal=refusal)
    if place.has_seat:
        registration = seats.held_places.take(place, person, at=at, verb="register", tell="seat_confirmed")
        return Claim(person, registration)
    seats.held_places.end(place, State.TAKEN, at=at, by=person)
    place.registration = seats.enter(slot, person, at=at, answers=place.answers)
    place.save(update_fields=["registration"])
    return Claim(person, place.registration)
