"""The mail that thanks volunteers."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.core.links import link
from meetups.events.facts import Facts
from meetups.events.models import Event
from meetups.lifecycle.participants import Participant
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.reminders.emails.base import ReminderKind
from meetups.volunteers.emails import shift_fact
from meetups.volunteers.hours import hours, time_worked
from meetups.volunteers.models import Shift


@declare
class ShiftThanks(ReminderKind):
    """Thanks on the day after.

    It is not a reminder: it also comes if the event sends none or the person declined them (RULES 76).
    """

    name = "shift_thanks"

    def still_holds(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> bool:
        event, part = about
        stands = event.is_published and str(event.schedule_version) == notification.cause
        return stands and bool(_done(part, at))

    def compose(self, about: tuple[Event, Participant], notification: Notification, at: datetime) -> Content:
        event, part = about
        shifts = _done(part, at)
        names = {"event": event.words.title, "community": event.community.name, "number": len(shifts)}
        facts: Facts = [shift_fact(shift, event) for shift in shifts]
        return Content(
            title=_("Thank you for helping: %(event)s") % names,
            lead=ngettext(
                "You took on a shift at “%(event)s”. It wouldn’t have worked without you. Thank you.",
                "You took on %(number)s shifts at “%(event)s”. It wouldn’t have worked without you. Thank you.",
                len(shifts),
            )
            % names,
            facts=[*facts, (pgettext("hours of shifts", "Your time"), hours(time_worked(shifts)))],
            action=(_("See my page"), link("my_page")),
            small_print=[
                _("%(community)s sends this email once after each event where you helped.") % names,
                _("Is something wrong here? Tell the organizers, and they can correct it."),
            ],
        )


def _done(part: Participant, at: datetime) -> list[Shift]:
    done = [signup.shift for signup in part.signups if signup.is_done(at)]
    return sorted(done, key=lambda shift: (shift.starts_at, shift.pk))
