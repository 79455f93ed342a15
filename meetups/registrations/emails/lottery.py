"""Messages about a lottery."""

from datetime import datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import instant
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import RegistrationKind, SeatKind, draw_facts, event_out_of_calendar, lottery_of
from meetups.registrations.models import Registration
from meetups.registrations.pen.queue_numbers import queue_number

State = Registration.State


def proof_page(registration: Registration) -> str:
    """The page where people can check the lottery of the registration's slot, with the registration's own entry already found."""
    found = link("draw_proof", registration.event.public_id, registration.slot.public_id)
    lead = registration.lead or registration
    return f"{found}?{urlencode({'entry': lead.entry_id})}" if lead.entry_id else found


@declare
class EntryReceived(RegistrationKind):
    name = "entry_received"
    states = frozenset({State.APPLIED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("You’re in the lottery: %(event)s") % {"event": about.event.words.title},
            lead=_("You entered the lottery for “%(event)s”. Everyone gets the result by email, seat or no seat.")
            % {"event": about.event.words.title},
            facts=self.facts(about, *draw_facts(about), (_("Your entry"), about.drawn_as)),
            action=self.state_page(about, _("See my registration")),
            links=[
                (_("How the draw works"), proof_page(about)),
                (_("Withdraw from the lottery"), link("registration_cancellation", about.event.public_id)),
            ],
            # A person who changed to this slot may have had a seat.
            calendars=event_out_of_calendar(about, at),
            small_print=[
                _(
                    "Only you know your entry number. Use it to find yourself on the entry list, which is fixed "
                    "when entries close."
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
        # The manifest has five header lines before the entries.
        entries = max(lottery.manifest.count("\n") - 5, 0)
        return Content(
            title=_("Lottery entries are final: %(event)s") % {"event": about.event.words.title},
            lead=_(
                "The entry list for “%(event)s” is locked, and you’re on it. Keep this email if you want to "
                "verify the draw. Nothing to do now."
            )
            % {"event": about.event.words.title},
            facts=[
                (_("Slot"), about.slot.name),
                (_("Entries on the list"), str(entries)),
                (_("Seats to draw"), str(lottery.seats)),
                (_("Draw date"), instant(lottery.draws_at, about.event)),
                (_("Your entry"), about.drawn_as),
                (_("SHA-256 of the entry list"), lottery.manifest_sha256),
            ],
            action=self.state_page(about, _("See my registration")),
            links=[(_("Entry list and how the draw works"), proof_page(about))],
            small_print=[_("Keep this email until the draw if you want to verify it.")],
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
            title=_("You got a seat: %(event)s") % {"event": about.event.words.title},
            lead=_("You got a seat in the lottery for “%(event)s”.") % {"event": about.event.words.title},
        )


@declare
class DrawnOut(RegistrationKind):
    name = "drawn_out"
    rank = 5
    urgent = True
    states = frozenset({State.WAITLISTED})

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Lottery result – you’re on the waitlist: %(event)s") % {"event": about.event.words.title},
            lead=_(
                "You didn’t get a seat in the lottery for “%(event)s”, but you’re on the waitlist. If someone "
                "cancels, the next person moves up and is emailed. You don’t need to do anything."
            )
            % {"event": about.event.words.title},
            facts=self.facts(
                about,
                (_("Your rank in the draw"), _("#%(number)s") % {"number": about.drawn_rank or "–"}),
                (_("Your position now"), _("#%(number)s on the waitlist") % {"number": queue_number(about)}),
                (_("Waitlist runs until"), instant(about.slot.promotion_stops_at, about.event)),
            ),
            action=self.state_page(about, _("See my position")),
            links=[
                (_("Check the draw"), proof_page(about)),
                (_("Leave the waitlist"), link("registration_cancellation", about.event.public_id)),
            ],
        )
