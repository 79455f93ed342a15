"""Messages to two who enter a lottery together (RULES 17)."""

from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.notifications.kinds import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.kinds.base import RegistrationKind, draw_facts
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pairs import partner_of

State = Registration.State


@declare
class PairEntered(RegistrationKind):
    """Told to the second."""

    name = "pair_entered"
    states = frozenset({State.APPLIED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and about.lead_id is not None

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        assert about.lead is not None
        return Content(
            title=_("You are in the lottery together: %(event)s") % {"event": about.event.title},
            lead=_(
                "You entered the lottery for “%(event)s” together with %(name)s. Your entry is drawn as one: both of you get a seat, "
                "or both wait at the same place."
            )
            % {"event": about.event.title, "name": about.lead.name},
            facts=self.facts(about, *draw_facts(about), (_("Our entry"), about.drawn_as)),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Withdraw from the lottery"), link("registration_cancellation", about.event.public_id))],
            small_print=[_("If one of you cannot come, the other stays in alone.")],
        )


class ToWhoInvited(Kind[PairInvitation]):
    """A message to the first of a pair, as long as she is in the lottery."""

    def about(self, notification: Notification) -> PairInvitation | None:
        found = PairInvitation.objects.filter(pk=notification.subject_id)
        return found.select_related("lead__event__community", "lead__slot__lottery").first()

    def still_holds(self, about: PairInvitation, notification: Notification, at: datetime) -> bool:
        return about.lead.state == State.APPLIED and about.lead.event.is_published


@declare
class PairAccepted(ToWhoInvited):
    name = "pair_accepted"

    def still_holds(self, about: PairInvitation, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and partner_of(about.lead) is not None

    def compose(self, about: PairInvitation, notification: Notification, at: datetime) -> Content:
        lead, partner = about.lead, partner_of(about.lead)
        assert partner is not None
        return Content(
            title=_("You enter together now: %(event)s") % {"event": lead.event.title},
            lead=_(
                "%(name)s said yes: your entry in the lottery for “%(event)s” is one for two now. Both of you get a seat, or both wait "
                "at the same place."
            )
            % {"event": lead.event.title, "name": partner.name},
            facts=[(_("Slot"), lead.slot.name), *draw_facts(lead), (_("Our entry"), lead.drawn_as)],
            action=(_("See my registration"), link("registration", lead.event.public_id)),
            small_print=[_("If one of you cannot come, the other stays in alone.")],
        )


@declare
class PairDeclined(ToWhoInvited):
    name = "pair_declined"

    def compose(self, about: PairInvitation, notification: Notification, at: datetime) -> Content:
        event = about.lead.event
        return Content(
            title=_("Your invitation was declined: %(event)s") % {"event": event.title},
            lead=_(
                "Whoever got your link to enter the lottery for “%(event)s” together said no. You are in it alone, with the same entry."
            )
            % {"event": event.title},
            facts=[(_("Slot"), about.lead.slot.name), *draw_facts(about.lead)],
            paragraphs=[_("Until entries close you can invite somebody else.")],
            action=(_("See my registration"), link("registration", event.public_id)),
        )


@declare
class PairParted(Kind[Registration]):
    """Told to the one who stays."""

    name = "pair_parted"

    def about(self, notification: Notification) -> Registration | None:
        invitation = PairInvitation.objects.filter(pk=notification.subject_id).select_related("lead").first()
        if invitation is None:
            return None
        mine = Registration.objects.active().filter(
            event_id=invitation.lead.event_id, attendee=notification.recipient_id, slot_id=invitation.lead.slot_id
        )
        return mine.select_related("event__community", "slot__lottery").first()

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return about.event.is_published

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        sentence = {
            State.APPLIED: _(
                "The person with whom you entered the lottery for “%(event)s” is not in it any more. You stay in it alone."
            ),
            State.CONFIRMED: _(
                "The person with whom you entered the lottery for “%(event)s” cannot come. You keep your own seat."
            ),
            State.WAITLISTED: _(
                "The person with whom you wait for a seat at “%(event)s” cannot come. You keep your place in the queue, alone."
            ),
        }[State(about.state)]
        entry = [(_("Your entry"), about.drawn_as)] if about.state == State.APPLIED else []
        return Content(
            title=_("You are alone in your entry now: %(event)s") % {"event": about.event.title},
            lead=sentence % {"event": about.event.title},
            facts=[(_("Slot"), about.slot.name), *(draw_facts(about) if entry else []), *entry],
            action=(_("See my registration"), link("registration", about.event.public_id)),
        )
