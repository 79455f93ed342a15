"""An organizer invites people by mail, and keeps seats for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import User, person_key
from meetups.communities.invitation_quota import count_invitations
from meetups.core.errors import DomainError
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import HeldPlace, Registration, Slot
from meetups.registrations.pen.people_by_hand import IsRegisteredAlready, NotEnoughSeats, check_gives_seats
from meetups.registrations.pen.seats import Seats, seats_of

KEPT_FOR = timedelta(days=7)
# Anyone can found a community in a minute. It must not become a way to write to strangers.
A_DAY = 200


class SeatsInvitedEnough(DomainError):
    message = _("A community can send at most %(number)s invitations a day. Please continue tomorrow.")


class TooLateToInvite(DomainError):
    message = _(
        "The waitlist of “%(slot)s” no longer moves up, so no seat can be reserved. Add people to the list by hand."
    )


class IsInvitedAlready(DomainError):
    message = _("%(who)s already has an open invitation. Withdraw it first.")


@dataclass(frozen=True)
class Invitee:
    """A person to invite; `name` may be empty."""

    email: str
    name: str = ""


def usual_expiry(slot: Slot, at: datetime) -> datetime:
    """The default end of an invitation: after 7 days, but never after promotion stops."""
    return min(at + KEPT_FOR, slot.promotion_stops_at)


def invite_attendees(
    *, slot: Slot, invitees: Sequence[Invitee], above: bool, at: datetime, by: User, expires_at: datetime | None = None
) -> list[HeldPlace]:
    """Keeps a seat in `slot` for each person until `expires_at`, and mails a link; for all of them or for none.

    The default is 7 days, and no seat is kept after promotion stops. With `above`, people for whom no seat is free get one
    outside the count. Raises NotPublishedYet, EventClosed, ComesWithAShift, TooLateToInvite, SeatsInvitedEnough, TooManyInvitationsToday,
    IsRegisteredAlready, IsInvitedAlready, NotEnoughSeats.
    """
    with seats_of(slot.event, at=at) as seats:
        slot = seats.slots[slot.pk]
        check_gives_seats(seats.event, slot, at)
        expires_at = min(expires_at or usual_expiry(slot, at), slot.promotion_stops_at)
        if expires_at <= at:
            raise TooLateToInvite(slot=slot.name)
        _check_the_day(seats, len(invitees), at=at)
        # An invitation outside the count holds no seat, so `seats_of` may not have ended the expired ones.
        seats.held_places.lapse(at=at)
        _check_is_new(seats, invitees)
        free = seats.ledger.seats_to_give(slot)
        if free < len(invitees) and not above:
            raise NotEnoughSeats(slot=slot.name, free=free, wanted=len(invitees))
        places = [
            seats.held_places.hold(_place(seats, slot, one, number < free, expires_at, at=at, by=by), by=by)
            for number, one in enumerate(invitees)
        ]
        notify_all(
            notification(
                kind="seat_invitation",
                address=place.email,
                language=place.language,
                thread=seats.event.thread,
                subject=place.subject,
                cause=1,
                at=at,
                not_after=place.expires_at,
            )
            for place in places
        )
        count_invitations(seats.event.community, _strangers(seats, invitees), at=at, by=by)
        return places


def _check_the_day(seats: Seats, wanted: int, *, at: datetime) -> None:
    sent = HeldPlace.objects.filter(
        event__community_id=seats.event.community_id,
        kind=HeldPlace.Kind.INVITATION,
        since__gt=at - timedelta(days=1),
    )
    if sent.count() + wanted > A_DAY:
        raise SeatsInvitedEnough(number=A_DAY)


def _strangers(seats: Seats, invitees: Sequence[Invitee]) -> int:
    """How many of them never registered for an event of the community."""
    keys = {person_key(one.email) for one in invitees}
    known = Registration.objects.filter(event__community_id=seats.event.community_id, person_key__in=keys)
    return len(keys - set(known.values_list("person_key", flat=True)))


def _check_is_new(seats: Seats, invitees: Sequence[Invitee]) -> None:
    """Raises for the first person who is already registered or invited."""
    keys = [person_key(one.email) for one in invitees]
    here = Registration.objects.active().filter(event=seats.event, person_key__in=keys)
    registered = set(here.values_list("person_key", flat=True))
    open_ones = HeldPlace.objects.held().filter(event=seats.event, kind=HeldPlace.Kind.INVITATION, person_key__in=keys)
    invited = set(open_ones.values_list("person_key", flat=True))
    for one, key in zip(invitees, keys, strict=True):
        if key in registered:
            raise IsRegisteredAlready(who=one.email)
        if key in invited:
            raise IsInvitedAlready(who=one.email)
        # Two spellings of one mailbox in the same list.
        invited.add(key)


def _place(
    seats: Seats, slot: Slot, invitee: Invitee, has_seat: bool, expires_at: datetime, *, at: datetime, by: User
) -> HeldPlace:
    email = invitee.email.lower()
    return HeldPlace(
        slot=slot,
        kind=HeldPlace.Kind.INVITATION,
        email=email,
        person_key=person_key(email),
        name=invitee.name,
        language=User.objects.language_at(email, otherwise=seats.event.language),
        has_seat=has_seat,
        above_capacity=not has_seat,
        invited_by=by,
        since=at,
        expires_at=expires_at,
    )
