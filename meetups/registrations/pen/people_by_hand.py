"""The part of the pen for people whom an organizer adds by hand, and for people at the door (RULES 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.ledger import Guest, Ledger
from meetups.registrations.pen.promotion import Queue
from meetups.registrations.refusals import AlreadyRegistered, EventClosed, SlotIsFull

State = Registration.State

# The door is open from this long before the start until this long after the end, when late notes are typed in.
AROUND = timedelta(hours=3)


class ComesWithAShift(DomainError):
    message = _("Seats in “%(slot)s” come with a shift and can’t be given by hand.")


class NotPublishedYet(DomainError):
    message = _("Publish the event first, then add attendees.")


class IsRegisteredAlready(DomainError):
    message = _("%(who)s is already registered for this event.")


class WaitsForTheDraw(DomainError):
    message = _("%(who)s is in the lottery, and entries have closed. From now on only the draw decides.")


class NotEnoughSeats(DomainError):
    message = _(
        "“%(slot)s” has %(free)s free seats for %(wanted)s people. Add the others over capacity, add "
        "seats, or add fewer people."
    )


@dataclass(frozen=True)
class AddedPerson:
    """A person whom an organizer writes down. `request_id` comes from the form: a form that is sent twice adds one person."""

    name: str
    email: str
    request_id: UUID

    @property
    def guest(self) -> Guest:
        """The person as a guest."""
        return Guest(self.name, f"guest:{self.request_id}")


def person_behind(added: AddedPerson, event: Event) -> User | Guest:
    """The account that has proved the address, if its person has a history with the community of `event`; else a guest.

    For any other account, the list would tell an organizer that an address is known, and whose it is (RULES 28). The address of a
    guest is not kept: no one writes to it, and its owner could never erase it.
    """
    been_here = Q(user__memberships__community=event.community_id) | Q(
        user__registrations__event__community=event.community_id
    )
    proved = EmailAddress.objects.filter(been_here, email__iexact=added.email, verified=True, user__is_active=True)
    found = proved.select_related("user").order_by("pk").first() if added.email else None
    if found is not None and isinstance(found.user, User):
        return found.user
    return added.guest


def door_is_open(event: Event, at: datetime) -> bool:
    """Whether people arrive at `at`: from three hours before the start until three hours after the end."""
    return event.is_published and event.starts_at - AROUND <= at < event.ends_at + AROUND


def check_gives_seats(event: Event, slot: Slot, at: datetime) -> None:
    """Raises NotPublishedYet, EventClosed or ComesWithAShift where no one can be added to `slot` at `at`."""
    if event.state == Event.State.DRAFT:
        raise NotPublishedYet
    if not event.is_open(at):
        raise EventClosed
    check_is_no_duty(slot)


def check_is_no_duty(slot: Slot) -> None:
    """Raises ComesWithAShift for a duty slot, because its seats belong to its shifts (RULES 19)."""
    if slot.admission == Slot.Admission.DUTY:
        raise ComesWithAShift(slot=slot.name)


@dataclass
class PeopleByHand:
    """The seats of one event that organizers give by hand."""

    ledger: Ledger
    queue: Queue

    def bring_in(
        self, slot: Slot, person: User | Guest, *, above: bool, at: datetime, by: User, verb: str, tell: str
    ) -> Registration:
        """Gives a free seat; where none is free and `above` is set, a seat outside the count.

        A person moves out of a queue, or out of a lottery that still takes entries. Raises SlotIsFull, AlreadyRegistered.
        """
        slot = self.ledger.slots[slot.pk]
        registration = self.ledger.registration_of(person)
        if registration and not self._may_move(registration):
            raise AlreadyRegistered
        is_free = self.ledger.seats_to_give(slot) > 0
        if not is_free and not above:
            raise SlotIsFull
        old = self.ledger.slots[registration.slot_id] if registration else None
        registration = registration or self.ledger.new(slot, person, at=at)
        self.ledger.move(registration, slot, State.CONFIRMED, at=at, by=by, verb=verb, tell=tell, above=not is_free)
        if old:
            self.queue.vacate(old, [registration], at=at)
        return registration

    def _may_move(self, registration: Registration) -> bool:
        """False for a person with a seat, and for an entry in a frozen manifest: from T on the manifest alone decides (RULES 10)."""
        slot = self.ledger.slots[registration.slot_id]
        waits_for_a_draw = registration.state == State.APPLIED and self.ledger.is_frozen(slot)
        return registration.state != State.CONFIRMED and not waits_for_a_draw
