"""Messages about a lottery."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import instant
from meetups.notifications.kinds import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.kinds.base import RegistrationKind, SeatKind, draw_facts, lottery_of
from meetups.registrations.models import Registration
from meetups.registrations.pen.queue_numbers import queue_number

State = Registration.State


def proof_page(registration: Registration) -> str:
    """Where the lottery of the registration's slot can be checked, with her entry found already."""
    found = link("draw_proof", registration.event.public_id, registration.slot.public_id)
    lead = registration.lead or registration
    return f"{found}?{urlencode({'entry': lead.entry_id})}" if lead.entry_id else found


@declare
class EntryReceived(RegistrationKind):
    name = "entry_received"
    states = frozenset({State.APPLIED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("You are in the lottery: %(event)s") % {"event": about.event.title},
            lead=_(
                "You entered the lottery for “%(event)s”. When it is drawn, the result goes to everybody by mail, seat or no seat."
            )
            % {"event": about.event.title},
            facts=self.facts(about, *draw_facts(about), (_("Your entry"), about.drawn_as)),
            action=self.state_page(about, _("See my registration")),
            links=[
                (_("How it is drawn"), proof_page(about)),
                (_("Withdraw from the lottery"), link("registration_cancellation", about.event.public_id)),
            ],
            small_print=[
                _(
                    "Only you know the number of your entry. With it you can find yourself in the list that is drawn from, "
                    "which is fixed when entries close."
                )
            ],
        )


@declare
class ManifestFrozen(RegistrationKind):
    name = "manifest_frozen"
    states = frozenset({State.APPLIED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        lottery = lottery_of(about)
        return super().still_holds(about, notification, at) and lottery is not None and bool(lottery.manifest_sha256)

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        lottery = lottery_of(about)
        assert lottery is not None
        # Five lines of head stand before the entries.
        entries = max(lottery.manifest.count("\n") - 5, 0)
        return Content(
            title=_("Entries have closed: %(event)s") % {"event": about.event.title},
            lead=_(
                "You are in the lottery for “%(event)s”, and its list of entries is now fixed. "
                "This mail lets you check later that nobody touched it; there is nothing to do."
            )
            % {"event": about.event.title},
            facts=[
                (_("Slot"), about.slot.name),
                (_("Entries in the list"), str(entries)),
                (_("Seats to draw"), str(lottery.seats)),
                (_("Day of the draw"), instant(lottery.draws_at, about.event)),
                (_("Your entry"), about.drawn_as),
                (_("SHA-256 of the list"), lottery.manifest_sha256),
            ],
            action=self.state_page(about, _("See my registration")),
            links=[(_("The list, and how it is drawn"), proof_page(about))],
            small_print=[_("Keep this mail until the draw if you want to check it.")],
        )


@declare
class DrawnIn(SeatKind):
    name = "drawn_in"
    rank = 5
    urgent = True

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return self.with_seat(
            about,
            at,
            title=_("The lottery gave you a seat: %(event)s") % {"event": about.event.title},
            lead=_("The lottery for “%(event)s” was drawn, and you have a seat.") % {"event": about.event.title},
        )


@declare
class DrawnOut(RegistrationKind):
    name = "drawn_out"
    rank = 5
    urgent = True
    states = frozenset({State.WAITLISTED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("No seat in the lottery, but a place in the queue: %(event)s") % {"event": about.event.title},
            lead=_(
                "The lottery for “%(event)s” was drawn, and this time it did not reach you. The drawn order is the waiting list: "
                "when somebody cancels, the next one moves up and is told by mail."
            )
            % {"event": about.event.title},
            facts=self.facts(
                about,
                (_("Drawn order"), _("number %(number)s") % {"number": about.drawn_rank or "–"}),
                (_("Your place now"), _("number %(number)s in the queue") % {"number": queue_number(about)}),
                (_("Seats move up until"), instant(about.slot.promotion_stops_at, about.event)),
            ),
            action=self.state_page(about, _("See my place")),
            links=[
                (_("Check the draw"), proof_page(about)),
                (_("Leave the waiting list"), link("registration_cancellation", about.event.public_id)),
            ],
        )
