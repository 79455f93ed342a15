"""Messages about seats that organizers give, by mail or by hand."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.communities.emails import invited_by
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core.links import link, place_token
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import event_facts, facts_for_strangers, instant
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import SeatFellBack, SeatKind, calendar_of, draw_facts, event_out_of_calendar
from meetups.registrations.models import HeldPlace, Registration


class PlaceKind(Kind[HeldPlace]):
    """A message about a seat that is kept for a person."""

    def rows(self) -> QuerySet[HeldPlace]:
        return HeldPlace.objects.select_related("event__community", "slot", "invited_by")


@declare
class SeatInvitation(PlaceKind):
    name = "seat_invitation"
    urgent = True

    def still_holds(self, about: HeldPlace, notification: Notification, at: datetime) -> bool:
        return about.is_held(at) and about.event.is_published

    def compose(self, about: HeldPlace, notification: Notification, at: datetime) -> Content:
        event = about.event
        sender = about.invited_by.name if about.invited_by else event.community.name
        names = {"event": for_strangers(event.words.title), "person": for_strangers(sender)}
        return Content(
            title=_("You’re invited: %(event)s") % names,
            lead=_("%(person)s invited you to “%(event)s” and reserved a seat for you.") % names,
            facts=[
                *facts_for_strangers(event),
                (_("Organized by"), for_strangers(event.community.name)),
                *invited_by(about.invited_by),
                (_("Slot"), for_strangers(about.slot.name)),
                (_("Reply by"), instant(about.expires_at, event)),
            ],
            paragraphs=[
                _("Accept by the deadline and the seat is yours. If you don’t reply, it goes to someone else."),
                _("To accept, sign in or sign up with the address this email was sent to. Declining needs neither."),
            ],
            action=(_("Reply to the invitation"), link("seat_invitation", place_token(about.pk))),
            small_print=[
                _(
                    "The link works for this email address only: forwarding this email doesn’t give anyone else the "
                    "seat."
                ),
                _("If you don’t know these people, there’s nothing you need to do."),
            ],
        )


@declare
class PlaceDeclined(PlaceKind):
    """For the organizer who sent the invitation."""

    name = "place_declined"

    def still_holds(self, about: HeldPlace, notification: Notification, at: datetime) -> bool:
        return about.event.is_published and Membership.objects.may(
            notification.recipient, Permission.MANAGE_ATTENDEES, about.event.community_id
        )

    def compose(self, about: HeldPlace, notification: Notification, at: datetime) -> Content:
        names = {"event": about.event.words.title, "person": about.name or about.email}
        return Content(
            title=_("%(person)s declined: %(event)s") % names,
            lead=_("%(person)s declined your invitation to “%(event)s”. The reserved seat is free again.") % names,
            facts=[*event_facts(about.event), (_("Slot"), about.slot.name)],
            action=(_("See the invitations"), link("desk_places", about.event.public_id)),
        )


@declare
class Placed(SeatKind):
    """An organizer added the person to the list, before the event or at the door."""

    name = "placed"
    rank = 20

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        lead = (
            _("You joined “%(event)s” as a walk-in. Your attendance is recorded.")
            if about.checked_in_at
            else _("The organizers added you to “%(event)s”, and your seat is confirmed.")
        )
        return self.with_seat(
            about,
            at,
            title=_("You’re confirmed: %(event)s") % {"event": about.event.words.title},
            lead=lead % {"event": about.event.words.title},
        )


@declare
class MovedToSlot(SeatFellBack):
    """An organizer moved the person to another slot (RULES 200)."""

    name = "moved_to_slot"
    rank = 20

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        confirmed = about.state == Registration.State.CONFIRMED
        became = {
            Registration.State.CONFIRMED: _("Your seat is confirmed."),
            Registration.State.APPLIED: _("You’re in the lottery there; we’ll email you the result."),
            Registration.State.WAITLISTED: _("You’re on its waitlist; we’ll email you if you get a seat."),
        }[Registration.State(about.state)]
        return Content(
            title=_("Your slot has changed: %(event)s") % {"event": event.words.title},
            lead=_("The organizers moved your registration for “%(event)s” to the slot “%(slot)s”. %(became)s")
            % {"event": event.words.title, "slot": about.slot.name, "became": became},
            facts=[*self.facts(about), *(draw_facts(about) if about.state == Registration.State.APPLIED else [])],
            paragraphs=[_("If you didn’t expect this, please ask the organizers.")],
            action=self.state_page(about, _("See my registration")),
            calendars=calendar_of(event, at) if confirmed else event_out_of_calendar(about, at),
        )
