"""Messages about a shift that a volunteer missed: friendly, and with the consequences (RULES 24, 64)."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import event_page
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.lottery.weights import WINDOW
from meetups.volunteers.emails.organizers import manages
from meetups.volunteers.emails.shift_details import shift_facts
from meetups.volunteers.emails.shifts import SignupKind
from meetups.volunteers.models import Signup


@declare
class ShiftMissed(SignupKind):
    name = "shift_missed"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.mark == Signup.Mark.ABSENT and about.shift.event.is_published

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        until = dates.full_day(shift.ends_at + WINDOW, event.time_zone, get_language() or "en")
        return Content(
            title=_("You were marked absent from a shift: %(event)s") % {"event": event.words.title},
            lead=_("You were marked absent from the shift “%(shift)s” at “%(event)s”.") % self.names(about),
            facts=[*shift_facts([shift], event), (_("Counts until"), until)],
            paragraphs=[
                _(
                    "Until then, an organizer of this community needs to approve shifts that give you a guaranteed "
                    "seat."
                ),
                _(
                    "If you were there or had a good reason, tell the organizers. Once corrected, the record no "
                    "longer counts."
                ),
            ],
            action=(_("Tell the organizers"), link("shift_absence", event.public_id, shift.pk)),
            small_print=[_("This doesn’t affect your seat at the event or any lottery.")],
        )


@declare
class ShiftMissedCorrected(SignupKind):
    name = "shift_missed_corrected"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.mark != Signup.Mark.ABSENT and about.shift.event.is_published

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        if about.mark == Signup.Mark.DONE:
            lead = _("The organizers recorded that you did “%(shift)s” at “%(event)s”. Thank you.")
        elif about.mark == Signup.Mark.EXCUSED:
            lead = _("The organizers excused your absence from “%(shift)s” at “%(event)s”.")
        else:
            lead = _("The organizers removed the record that you missed “%(shift)s” at “%(event)s”.")
        return Content(
            title=_("Record corrected: %(event)s") % self.names(about),
            lead=lead % self.names(about),
            facts=shift_facts([shift], event),
            paragraphs=[_("The record no longer counts.")],
            action=event_page(event),
        )


@declare
class AbsenceObjected(SignupKind):
    """To the organizers."""

    name = "absence_objected"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        event = about.shift.event
        return about.mark == Signup.Mark.ABSENT and event.is_published and manages(notification, event)

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        names = {"event": event.words.title, "shift": shift.title, "name": about.volunteer.name}
        return Content(
            title=_("%(name)s disputes an absence: %(event)s") % names,
            lead=_("You marked %(name)s as absent from “%(shift)s”. %(name)s says this is wrong or there was a reason.")
            % names,
            facts=shift_facts([shift], event),
            action=(_("Review the record"), link("desk_shift", event.public_id, shift.pk)),
        )
