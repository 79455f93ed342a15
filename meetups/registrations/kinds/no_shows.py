"""Messages about a no-show (R10): kind, and with the way to object."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import event_facts
from meetups.notifications.kinds import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.kinds.base import RegistrationKind
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
            title=_("We missed you: %(event)s") % {"event": event.title},
            lead=_("You had a seat at “%(event)s”, and nobody checked you in. We hope that you are well.")
            % {"event": event.title},
            facts=[*event_facts(event), (_("Counts until"), until)],
            paragraphs=[
                _(
                    "If you were there, or could not come for a reason, tell the organizers on your page: "
                    "they correct it, and then it counts no more."
                ),
                _(
                    "A no-show is seen by you and the organizers of this community. It makes a lottery harder to win only "
                    "where the page of that lottery says so."
                ),
            ],
            action=(_("Tell the organizers"), link("no_show", event.public_id)),
            small_print=[_("Whoever cancels, however late, is never counted as a no-show.")],
        )


@declare
class NoShowLifted(NoShowKind):
    name = "no_show_lifted"

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and not about.is_absent

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        lead = (
            _("The organizers of “%(event)s” have written down that you were there. Nothing counts against you.")
            if about.checked_in_at
            else _("The organizers of “%(event)s” have excused that you did not come. It counts no more.")
        )
        return Content(
            title=_("It is put right: %(event)s") % {"event": event.title},
            lead=lead % {"event": event.title},
            facts=event_facts(event),
            action=(_("See the event"), link("event", event.public_id)),
        )


@declare
class NoShowObjected(NoShowKind):
    """Told to the organizers."""

    name = "no_show_objected"

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        is_so = super().still_holds(about, notification, at) and about.is_absent
        return is_so and Membership.objects.may(
            notification.recipient, Permission.MANAGE_ATTENDEES, about.event.community_id
        )

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        names = {"event": about.event.title, "name": about.name}
        return Content(
            title=_("%(name)s asks you to look again: %(event)s") % names,
            lead=_("%(name)s was recorded as absent from “%(event)s”, and says that this is wrong or had a reason.")
            % names,
            facts=[*event_facts(about.event), (_("Slot"), about.slot.name)],
            action=(_("Check in or excuse"), link("desk_no_shows", about.event.public_id)),
        )
