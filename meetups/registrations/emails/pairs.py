"""Messages to two people who enter a lottery together (RULES 17)."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import RegistrationKind, draw_facts
from meetups.registrations.models import PairInvitation, Registration
from meetups.registrations.pairs import partner_of

State = Registration.State


@declare
class PairEntered(RegistrationKind):
    """For the second of a pair."""

    name = "pair_entered"
    states = frozenset({State.APPLIED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and about.lead_id is not None

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        assert about.lead is not None
        return Content(
            title=_("You’re in the lottery as a pair: %(event)s") % {"event": about.event.words.title},
            lead=_(
                "You and %(name)s entered the lottery for “%(event)s” as a pair. You both get a seat, or share "
                "one position on the waitlist."
            )
            % {"event": about.event.words.title, "name": about.lead.name},
            facts=self.facts(about, *draw_facts(about), (_("Our entry"), about.drawn_as)),
            action=self.state_page(about, _("See my registration")),
            links=[(_("Withdraw from the lottery"), link("registration_cancellation", about.event.public_id))],
            small_print=[_("If one of you can’t come, the other stays in.")],
        )


class ToWhoInvited(Kind[PairInvitation]):
    """A message to the first of a pair. It holds while that person is in the lottery."""

    def rows(self) -> QuerySet[PairInvitation]:
        return PairInvitation.objects.select_related("lead__event__community", "lead__slot__lottery")

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
            title=_("You’re now entered as a pair: %(event)s") % {"event": lead.event.words.title},
            lead=_(
                "%(name)s accepted: you’re now in the lottery for “%(event)s” as a pair. You both get a seat, "
                "or share one position on the waitlist."
            )
            % {"event": lead.event.words.title, "name": partner.name},
            facts=[(_("Slot"), lead.slot.name), *draw_facts(lead), (_("Our entry"), lead.drawn_as)],
            action=(_("See my registration"), link("registration", lead.event.public_id)),
            small_print=[_("If one of you can’t come, the other stays in.")],
        )


@declare
class PairDeclined(ToWhoInvited):
    name = "pair_declined"

    def compose(self, about: PairInvitation, notification: Notification, at: datetime) -> Content:
        event = about.lead.event
        return Content(
            title=_("Pair invitation declined: %(event)s") % {"event": event.words.title},
            lead=_(
                "Your invitation to enter the lottery for “%(event)s” as a pair was declined. Your entry stays "
                "as it is, for you alone."
            )
            % {"event": event.words.title},
            facts=[(_("Slot"), about.lead.slot.name), *draw_facts(about.lead)],
            paragraphs=[_("Until entries close, you can invite someone else.")],
            action=(_("See my registration"), link("registration", event.public_id)),
        )


@declare
class PairParted(Kind[Registration]):
    """For the partner who stays."""

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
                "The person you entered the lottery for “%(event)s” with has withdrawn. Your entry stays, for "
                "you alone."
            ),
            State.CONFIRMED: _(
                "The person you entered the lottery for “%(event)s” with can’t come. You keep your own seat."
            ),
            State.WAITLISTED: _(
                "The person on the waitlist for “%(event)s” with you can’t come. You keep your position, alone."
            ),
        }[State(about.state)]
        entry = [(_("Your entry"), about.drawn_as)] if about.state == State.APPLIED else []
        return Content(
            title=_("You’re no longer in a pair: %(event)s") % {"event": about.event.words.title},
            lead=sentence % {"event": about.event.words.title},
            facts=[(_("Slot"), about.slot.name), *(draw_facts(about) if entry else []), *entry],
            action=(_("See my registration"), link("registration", about.event.public_id)),
        )
