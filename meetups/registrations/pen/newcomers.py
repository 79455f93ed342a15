"""People whom an organizer brings in by hand, and those who stand at the door (RULES 4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations.models import Slot
from meetups.registrations.pen.ledger import Guest
from meetups.registrations.refusals import EventClosed

# People come to the door from so long before the start until so long after the end, when late notes are typed in.
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
    """Somebody whom an organizer writes down. `request_id` comes from the form, so that sending it twice brings in one person."""

    name: str
    email: str
    request_id: UUID


def person_behind(newcomer: AddedPerson, event: Event) -> User | Guest:
    """The account that has proved the newcomer's address, where its person has been with the community of `event`; else a guest.

    Of anybody else the list would tell an organizer that an address is known, and whose it is (RULES 28). The address of a guest is not
    kept: nobody writes to her, and she could never erase it.
    """
    been_here = Q(user__memberships__community=event.community_id) | Q(
        user__registrations__event__community=event.community_id
    )
    proved = EmailAddress.objects.filter(been_here, email__iexact=newcomer.email, verified=True, user__is_active=True)
    found = proved.select_related("user").order_by("pk").first() if newcomer.email else None
    if found is not None and isinstance(found.user, User):
        return found.user
    return Guest(newcomer.name, f"guest:{newcomer.request_id}")


def door_is_open(event: Event, at: datetime) -> bool:
    """Whether people arrive at `at`: from three hours before the start until three hours after the end."""
    return event.is_published and event.starts_at - AROUND <= at < event.ends_at + AROUND


def check_gives_seats(event: Event, slot: Slot, at: datetime) -> None:
    """Raises NotPublishedYet, EventClosed, ComesWithAShift where nobody can be brought into `slot` at `at`."""
    if event.state == Event.State.DRAFT:
        raise NotPublishedYet
    if not event.is_open(at):
        raise EventClosed
    check_is_no_duty(slot)


def check_is_no_duty(slot: Slot) -> None:
    """Raises ComesWithAShift: the seats of a duty slot are those of its shifts (RULES 19)."""
    if slot.admission == Slot.Admission.DUTY:
        raise ComesWithAShift(slot=slot.name)
