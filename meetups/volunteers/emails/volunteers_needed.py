"""Messages about shifts that too few people have taken (RULES 66)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetups.core.links import link
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import RegistrationKind
from meetups.registrations.models import Registration
from meetups.volunteers.emails.organizers import manages
from meetups.volunteers.emails.shift_details import shift_fact, shift_facts
from meetups.volunteers.models import Shift, ShiftOffer

State = Registration.State


@declare
class ShiftShort(Kind[Shift]):
    """To the organizers, once for all shifts that were found short at the same instant."""

    name = "shift_short"
    urgent = True

    def rows(self) -> QuerySet[Shift]:
        return Shift.objects.select_related("event")

    def shifts(self, about: Shift, at: datetime) -> list[Shift]:
        """All shifts that were checked at the same instant and are still short."""
        together = Q(help_sought_at=about.help_sought_at, help_sought_at__isnull=False) | Q(pk=about.pk)
        return list(Shift.objects.short(at).filter(together, event=about.event_id).in_order())

    def still_holds(self, about: Shift, notification: Notification, at: datetime) -> bool:
        is_so = about.event.is_published and bool(self.shifts(about, at))
        return is_so and manages(notification, about.event)

    def compose(self, about: Shift, notification: Notification, at: datetime) -> Content:
        event, shifts = about.event, self.shifts(about, at)
        names = {"shift": shifts[0].title, "event": event.words.title, "count": len(shifts)}
        is_one = len(shifts) == 1
        asked = (
            ShiftOffer.objects.filter(event=event, offered_at=about.short_told_at).count() if about.short_told_at else 0
        )
        return Content(
            title=(
                _("Volunteers needed for %(shift)s: %(event)s")
                if is_one
                else _("Volunteers needed for %(count)s shifts: %(event)s")
            )
            % names,
            lead=(
                _("“%(shift)s” at “%(event)s” still needs volunteers.")
                if is_one
                else _("%(count)s shifts at “%(event)s” still need volunteers.")
            )
            % names,
            facts=[_with_people(shift, event) for shift in shifts],
            paragraphs=[
                ngettext(
                    "%(count)s person in the lottery or on the waitlist was offered a guaranteed seat for helping.",
                    "%(count)s people in the lottery or on the waitlist were offered a guaranteed seat for helping.",
                    asked,
                )
                % {"count": asked}
                if asked
                else _("No one else was asked. You choose who to ask.")
            ],
            action=(_("See the shifts"), link("desk_shifts", event.public_id)),
        )


def _with_people(shift: Shift, event: Event) -> tuple[str, str]:
    """One row for a shift, with how many people it has and needs."""
    label, words = shift_fact(shift, event)
    people = _("%(taken)s now, at least %(minimum)s needed") % {"taken": shift.taken, "minimum": shift.minimum}
    return label, f"{words}\n{people}"


@declare
class ShiftOffered(RegistrationKind):
    """To a person who has no confirmed seat yet."""

    name = "shift_offered"
    urgent = True
    states = frozenset({State.APPLIED, State.WAITLISTED})
    hears = True

    def hear_result(self, notifications: Sequence[Notification], state: str, at: datetime) -> None:
        """Deletes the offer of a person whose mail was not sent, so that they can be asked another time."""
        if state == Notification.State.VOID:
            for one in notifications:
                event = Event.objects.filter(registrations=one.subject_id)
                ShiftOffer.objects.filter(event__in=event, person=one.recipient_id).delete()

    def shifts(self, about: Registration, at: datetime) -> list[Shift]:
        """The shifts that can be taken now."""
        short = Shift.objects.short(at).filter(event=about.event, slot__isnull=False, needs_approval=False)
        return list(short.filter(help_sought_at__isnull=False).in_order())

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and bool(self.shifts(about, at))

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event, shifts = about.event, self.shifts(about, at)
        names = {"shift": shifts[0].title, "event": event.words.title}
        return Content(
            title=_("Help out with “%(shift)s” and get a seat: %(event)s") % names,
            lead=_(
                "“%(event)s” still needs people for “%(shift)s”. Take it and you’re in right away, no lottery "
                "or waitlist."
            )
            % names,
            facts=[*shift_facts(shifts, event), *event_facts(event)],
            paragraphs=[_("First come, first served. If you do nothing, your registration stays as it is.")],
            action=(
                _("See what’s needed"),
                link("signup", event.public_id, shifts[0].pk)
                if len(shifts) == 1
                else link("event_shifts", event.public_id),
            ),
        )
