"""Messages about shifts that too few people have taken (RULES 66)."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import event_facts
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.kinds import RegistrationKind
from meetups.registrations.models import Registration
from meetups.volunteers.kinds.shifts import shift_fact, shift_facts
from meetups.volunteers.models import Shift

State = Registration.State


@declare
class ShiftShort(Kind[Shift]):
    """Told to the organizers."""

    name = "shift_short"
    urgent = True

    def about(self, notification: Notification) -> Shift | None:
        return Shift.objects.filter(pk=notification.subject_id).select_related("event").first()

    def still_holds(self, about: Shift, notification: Notification, at: datetime) -> bool:
        return about.cancelled_at is None and about.event.is_published and about.is_short and at < about.starts_at

    def compose(self, about: Shift, notification: Notification, at: datetime) -> Content:
        event, names = about.event, {"shift": about.title, "event": about.event.title}
        offered = about.slot_id and not about.needs_approval
        return Content(
            title=_("Too few people so far: %(shift)s") % names,
            lead=_("Fewer people have taken “%(shift)s” at “%(event)s” than it needs.") % names,
            facts=[
                shift_fact(about, event),
                (
                    _("People so far"),
                    _("%(taken)s now, at least %(minimum)s needed") % {"taken": about.taken, "minimum": about.minimum},
                ),
            ],
            paragraphs=[
                _(
                    "Everyone who waits for the draw or in a queue is offered the shift and the certain seat that comes with it."
                )
                if offered
                else _("Nobody else was asked: you choose whom to ask.")
            ],
            action=(_("See the shifts"), link("desk_shifts", event.public_id)),
        )


@declare
class ShiftOffered(RegistrationKind):
    """To who has no certain seat yet."""

    name = "shift_offered"
    urgent = True
    states = frozenset({State.APPLIED, State.WAITLISTED})

    def shifts(self, about: Registration, at: datetime) -> list[Shift]:
        """What there is to take now."""
        short = Shift.objects.short(at).filter(event=about.event, slot__isnull=False, needs_approval=False)
        return list(short.filter(help_sought_at__isnull=False).in_order())

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and bool(self.shifts(about, at))

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event, shifts = about.event, self.shifts(about, at)
        names = {"shift": shifts[0].title, "event": event.title}
        return Content(
            title=_("Take “%(shift)s”, and your seat is certain: %(event)s") % names,
            lead=_(
                "“%(event)s” still needs people for “%(shift)s”. Whoever takes it has a certain seat at once, without draw or queue."
            )
            % names,
            facts=[*shift_facts(shifts, event), *event_facts(event)],
            paragraphs=[_("Who takes it first has it. If you do nothing, your place stays as it is.")],
            action=(_("See what there is to do"), link("signup", event.public_id, shifts[0].pk)),
        )
