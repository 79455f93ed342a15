"""Messages about a seat that is handed over (RULES 7)."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.core.links import cancellation_token, link, offer_token
from meetups.events.facts import event_facts, event_page, instant, reply_by
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import EndedKind, RegistrationKind, SeatKind
from meetups.registrations.models import Offer, Registration

State = Registration.State


@declare
class HandingOver(RegistrationKind):
    """For the person who cannot come. The seat stays theirs until someone takes it."""

    name = "handing_over"
    states = frozenset({State.CONFIRMED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and about.hands_over_at is not None

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        return Content(
            title=_("Offering your seat to the waitlist: %(event)s") % {"event": event.words.title},
            lead=_(
                "You can’t come to “%(event)s”. Your seat is offered to the waitlist and stays yours until "
                "someone accepts."
            )
            % {"event": event.words.title},
            facts=self.facts(about, (_("Offered until"), instant(about.slot.promotion_stops_at, event))),
            paragraphs=[
                _(
                    "We’ll email you when someone takes it. If no one does in time, your registration ends. Neither "
                    "counts as a no-show."
                )
            ],
            action=self.state_page(about, _("See my registration")),
            links=[
                (_("I can come after all: keep my seat"), link("one_click_cancellation", cancellation_token(about.pk)))
            ],
        )


@declare
class SeatKept(SeatKind):
    name = "seat_kept"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return self.with_seat(
            about,
            at,
            title=_("You’re still confirmed: %(event)s") % {"event": about.event.words.title},
            lead=_("You’re coming to “%(event)s” after all. Your seat is still confirmed.")
            % {"event": about.event.words.title},
        )


@declare
class HandedOver(EndedKind):
    name = "handed_over"

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Your seat was passed on: %(event)s") % {"event": about.event.words.title},
            lead=_(
                "Your seat at “%(event)s” went to the next person on the waitlist. Thanks for letting us know in time."
            )
            % {"event": about.event.words.title},
            facts=event_facts(about.event),
            action=event_page(about.event),
            calendars=self.out_of_calendar(about, notification, at),
            small_print=[_("There’s nothing more to do.")],
        )


class OfferKind(Kind[Offer]):
    """A message to a person in the queue."""

    urgent = True

    def rows(self) -> QuerySet[Offer]:
        return Offer.objects.select_related("taker__event__community", "taker__slot")


@declare
class SeatOffered(OfferKind):
    name = "seat_offered"
    rank = 2

    def still_holds(self, about: Offer, notification: Notification, at: datetime) -> bool:
        return about.state == Offer.State.OPEN and at < about.answer_by and about.taker.event.is_published

    def compose(self, about: Offer, notification: Notification, at: datetime) -> Content:
        event = about.taker.event
        return Content(
            title=_("A seat for you – reply by %(when)s: %(event)s")
            % {"when": reply_by(about.answer_by, event), "event": event.words.title},
            lead=_(
                "Someone can’t come to “%(event)s”, and you’re next on the waitlist. Accept in time and the "
                "seat is yours at once."
            )
            % {"event": event.words.title},
            facts=[
                (_("Reply by"), instant(about.answer_by, event)),
                *event_facts(event),
                (_("Slot"), about.taker.slot.name),
            ],
            paragraphs=[
                _(
                    "If you don’t reply, the seat goes to the next person and you keep your position. If you decline, you "
                    "leave the waitlist."
                )
            ],
            action=(_("Reply to the offer"), link("offer", offer_token(about.pk))),
            small_print=[_("The link works without signing in. Please don’t pass it on.")],
        )


@declare
class OfferEnded(OfferKind):
    name = "offer_ended"

    def still_holds(self, about: Offer, notification: Notification, at: datetime) -> bool:
        return about.taker.state == State.WAITLISTED and about.taker.event.is_published

    def compose(self, about: Offer, notification: Notification, at: datetime) -> Content:
        event = about.taker.event
        if about.state == Offer.State.WITHDRAWN:
            lead = _(
                "The seat at “%(event)s” that we offered you is no longer free. You keep your position on the waitlist."
            )
        else:
            lead = _(
                "You didn’t reply in time, so the seat at “%(event)s” wasn’t kept for you. You keep your "
                "position on the waitlist."
            )
        return Content(
            title=_("Offer expired: %(event)s") % {"event": event.words.title},
            lead=lead % {"event": event.words.title},
            facts=event_facts(event),
            action=(_("See my position"), link("registration", event.public_id)),
        )
