"""A person without an account asks for a place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetups.accounts.models import person_key
from meetups.core.errors import DomainError
from meetups.notifications.notify import notify_address
from meetups.registrations.models import HeldPlace, Registration, Slot
from meetups.registrations.pen.seats import Seats, seats_of
from meetups.registrations.questions.questions import checked
from meetups.registrations.unverified_places import WAIT, code_of, hash_of, mark_of, most_kept, unused_codes

State = Registration.State
Kind = HeldPlace.Kind


class TooManyUnusedCodes(DomainError):
    """Strangers are perhaps being written to: they are not to be written to any longer for this event. A sign-in says nothing of the event."""

    message = _(
        "Many codes were requested for this event and haven’t been used, so it can’t send another one now. Please sign in first: "
        "your email address is enough, and you can register at once."
    )
    status = 429


def hold_place(
    *,
    slot: Slot,
    name: str,
    email: str,
    language: str,
    browser: str,
    at: datetime,
    answers: Mapping[str, Any] | None = None,
    follows: bool = False,
) -> HeldPlace:
    """Mails a code to `email`. The place waits until the code is typed in the same browser, whose secret is `browser` (RULES 27).

    A seat is kept only if one is free, no one waits, and not too many are kept already. The result is the same whether the
    address is known or not (RULES 28). An earlier waiting place of the same address or browser ends. Raises EventClosed,
    NotOpenYet, NotForEveryone, RegistrationClosed, AnswerMissing, AnswerNotOffered, SeatsBusy, TooManyUnusedCodes. `follows`: the person
    ticked the box that follows the community, which counts once the address is proved.
    """
    with seats_of(slot.event, at=at) as seats:
        if unused_codes(seats.event, at=at) >= settings.UNUSED_CODES_A_DAY:
            raise TooManyUnusedCodes
        slot = seats.open_slot(slot, at=at)
        place = HeldPlace(
            event=seats.event,
            slot=slot,
            kind=Kind.UNVERIFIED,
            email=email.lower(),
            person_key=person_key(email),
            name=name,
            language=language,
            answers=checked(slot, answers or {}),
            follows=follows,
            browser_sha256=mark_of(browser),
            since=at,
            expires_at=min(at + WAIT, slot.closes_at),
        )
        _end_earlier(seats, place, at=at)
        way_in = seats.way_in(slot, at=at)
        lottery = seats.lottery_of(slot)
        if way_in == State.APPLIED and lottery:
            # The place keeps no one out while entries are open.
            place.expires_at = lottery.closes_at
        place.has_seat = lottery is None and way_in == State.CONFIRMED and _kept(slot) < most_kept(slot)
        place.code_sha256 = hash_of(code_of(place))
        seats.held_places.hold(place, by=None)
        notify_address(
            kind="place_code",
            address=place.email,
            language=language,
            thread=seats.event.thread,
            subject=place.subject,
            cause="code",
            at=at,
            not_after=place.expires_at,
        )
        return place


def _end_earlier(seats: Seats, place: HeldPlace, *, at: datetime) -> None:
    """Ends earlier places: each address and each browser has only the latest."""
    same = Q(person_key=place.person_key) | Q(browser_sha256=place.browser_sha256)
    for earlier in HeldPlace.objects.held().filter(same, event=seats.event, kind=Kind.UNVERIFIED).order_by("pk"):
        seats.held_places.end(earlier, HeldPlace.State.WITHDRAWN, at=at)


def _kept(slot: Slot) -> int:
    return HeldPlace.objects.held().filter(slot=slot, kind=Kind.UNVERIFIED, has_seat=True).count()
