"""Requests that wait for an answer: an offer of a seat, the attendance check, and a seat that is being handed over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import offer_token, reconfirmation_token
from meetups.events.models import Event
from meetups.registrations.models import Offer, Registration

State = Registration.State


@dataclass(frozen=True)
class PendingRequest:
    """A request as a sentence, with its deadline and its consequence. `url` is the page for the answer, `label` its button,
    `note` the second line.

    An attendee who hands over a seat is asked nothing: `keeps` says that they can take it back.
    """

    tone: str
    sentence: str
    more: str
    url: str = ""
    label: str = ""
    note: str = ""
    keeps: bool = False

    @classmethod
    def of(cls, event: Event, registration: Registration, *, number: int, at: datetime) -> Self | None:
        """The request for this registration at an event ahead; usually None.

        `number` is the place in the queue. One query if the slot hands over seats, or if the attendance check has no answer yet.
        """
        if registration.state == State.CONFIRMED and registration.hands_over_at:
            return cls._passing_on(event, registration)
        if registration.state == State.CONFIRMED and registration.asked_at and registration.reconfirmed_at is None:
            return cls._still_coming(event, registration, at=at)
        if registration.state == State.WAITLISTED and registration.slot.hands_over(at):
            return cls._offered(event, registration, number=number, at=at)
        return None

    @classmethod
    def _passing_on(cls, event: Event, registration: Registration) -> Self:
        until = {"when": moment(registration.slot.promotion_stops_at, event)}
        return cls(
            "waiting",
            _("Your seat is being offered to the waitlist. It stays yours until someone accepts."),
            _("If no one accepts by %(when)s, your registration ends. It won’t count as a no-show.") % until,
            keeps=True,
        )

    @classmethod
    def _still_coming(cls, event: Event, registration: Registration, *, at: datetime) -> Self | None:
        question = registration.slot.reconfirmation
        if not question.awaits(at):
            return None
        return cls(
            "act",
            _("Are you still coming? Please reply by %(when)s.") % {"when": moment(question.answer_by, event)},
            consequence_of_silence(releases=question.releases_silent),
            reverse("reconfirmation", args=[reconfirmation_token(registration.pk)]),
            _("Reply"),
            _("Reply: still coming?"),
        )

    @classmethod
    def _offered(cls, event: Event, registration: Registration, *, number: int, at: datetime) -> Self | None:
        pk, answer_by = _open_offer(registration)
        if pk is None or answer_by is None or answer_by <= at:
            return None
        return cls(
            "act",
            _("A seat is open for you. Please reply by %(when)s.") % {"when": moment(answer_by, event)},
            _("If you don’t reply, the next person is asked and you stay #%(number)d on the waitlist.")
            % {"number": number},
            reverse("offer", args=[offer_token(pk)]),
            _("Reply to the offer"),
            _("Accept or decline the seat"),
        )


def consequence_of_silence(*, releases: bool) -> str:
    """What happens to the seat of an attendee who does not answer."""
    if releases:
        return _("If you don’t reply, your seat goes to someone on the waitlist.")
    return _("If you don’t reply, you keep your seat, but the organizers won’t know how many people to expect.")


def _open_offer(registration: Registration) -> tuple[int | None, datetime | None]:
    """The open offer for this registration, if any, as (primary key, deadline). One query, unless `registrations_of` has read it
    already.
    """
    if hasattr(registration, "offer_answer_by"):
        return getattr(registration, "offer_pk", None), registration.offer_answer_by
    offer = Offer.objects.open().filter(taker=registration).first()
    return (offer.pk, offer.answer_by) if offer else (None, None)


def moment(at: datetime, event: Event) -> str:
    """Day and time at the event, in the reader's language."""
    return dates.moment(at, event.time_zone, get_language() or "en")
