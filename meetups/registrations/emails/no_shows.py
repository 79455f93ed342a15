"""Messages about a no-show (R10): friendly, and with a way to object."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import event_facts, event_page
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import RegistrationKind
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration


class NoShowKind(RegistrationKind):
    """A message after the event."""

    states = frozenset({Registration.State.CONFIRMED})


@declare
class NoShowRecorded(NoShowKind):
    name = "no_show_recorded"

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and about.is_absent

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        until = dates.full_day(event.ends_at + WINDOW, event.time_zone, get_language() or "en")
        return Content(
            title=_("You were marked as a no-show: %(event)s") % {"event": event.words.title},
            lead=_("You were registered for “%(event)s” but weren’t checked in.") % {"event": event.words.title},
            facts=[*event_facts(event), (_("Counts until"), until)],
            paragraphs=[
                _(
                    "If you were there or had a good reason, tell the organizers. Once corrected, the record no "
                    "longer counts."
                ),
                _(
                    "Only you and this community’s organizers can see a no-show. It lowers your chances only in "
                    "lotteries whose page says so."
                ),
            ],
            action=(_("Tell the organizers"), link("no_show", event.public_id)),
            small_print=[_("Canceling, however late, never counts as a no-show.")],
        )


@declare
class NoShowLifted(NoShowKind):
    name = "no_show_lifted"

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and not about.is_absent

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        lead = (
            _("The organizers of “%(event)s” recorded that you were there. The no-show no longer counts.")
            if about.checked_in_at
            else _("The organizers of “%(event)s” excused your absence. It no longer counts.")
        )
        return Content(
            title=_("Record corrected: %(event)s") % {"event": event.words.title},
            lead=lead % {"event": event.words.title},
            facts=event_facts(event),
            action=event_page(event),
        )


@declare
class NoShowObjected(NoShowKind):
    """For the organizers."""

    name = "no_show_objected"

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        is_so = super().still_holds(about, notification, at) and about.is_absent
        return is_so and Membership.objects.may(
            notification.recipient, Permission.MANAGE_ATTENDEES, about.event.community_id
        )

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        names = {"event": about.event.words.title, "name": about.name}
        return Content(
            title=_("%(name)s disputes an absence: %(event)s") % names,
            lead=_("%(name)s was marked as a no-show at “%(event)s” and says this is wrong or there was a reason.")
            % names,
            facts=[*event_facts(about.event), (_("Slot"), about.slot.name)],
            action=(_("Check in or excuse"), link("desk_no_shows", about.event.public_id)),
        )
