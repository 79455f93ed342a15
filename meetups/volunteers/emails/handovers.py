"""Messages about a shift that one volunteer hands over to another (RULES 72)."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.communities.emails import invited_by
from meetups.core.links import link, mailed_token
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import event_facts, event_page, facts_for_strangers, instant, reply_by
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import PartEnded, event_out_of_calendar
from meetups.registrations.models import Registration
from meetups.volunteers.emails.organizers import manages
from meetups.volunteers.emails.shift_details import shift_calendars, shift_facts
from meetups.volunteers.emails.shifts import SignupKind
from meetups.volunteers.models import Handover, Shift, Signup


class HandoverKind(Kind[Handover]):
    """A message about one request to take over a shift."""

    def rows(self) -> QuerySet[Handover]:
        return Handover.objects.select_related("signup__shift__event__community", "signup__volunteer")


@declare
class ShiftHandover(HandoverKind):
    """To the address that the volunteer has given."""

    name = "shift_handover"
    urgent = True

    def still_holds(self, about: Handover, notification: Notification, at: datetime) -> bool:
        return about.is_open(at)

    def compose(self, about: Handover, notification: Notification, at: datetime) -> Content:
        shift, event = about.signup.shift, about.signup.shift.event
        giver = about.signup.volunteer
        # The reader may know none of those who wrote these words (RULES 131).
        names = {
            "person": for_strangers(giver.name),
            "shift": for_strangers(shift.title),
            "event": for_strangers(event.words.title),
        }
        paragraphs = [_("Until you accept, the shift stays with %(person)s.") % names]
        if shift.slot_id:
            paragraphs.insert(0, _("The shift comes with a guaranteed seat at the event, outside any lottery."))
        return Content(
            title=_("Take over a shift? Reply by %(when)s: %(event)s")
            % {**names, "when": reply_by(shift.starts_at, event)},
            lead=_("%(person)s has the shift “%(shift)s” at “%(event)s” and asks you to take it over.") % names,
            facts=[
                *((label, for_strangers(words)) for label, words in shift_facts([shift], event, has_part=False)),
                *facts_for_strangers(event),
                (_("Organized by"), for_strangers(event.community.name)),
                *invited_by(giver),
                (_("Reply by"), instant(shift.starts_at, event)),
            ],
            paragraphs=[
                *paragraphs,
                _("To accept, sign in or sign up with the address this email was sent to. Declining needs neither."),
            ],
            action=(_("Reply"), link("handover", mailed_token(about))),
            small_print=[
                _(
                    "The link works for this email address only: forwarding this email doesn’t give anyone else the "
                    "shift."
                ),
                _("If you don’t know these people, there’s nothing you need to do."),
            ],
        )


@declare
class ShiftHandoverDeclined(HandoverKind):
    """To the volunteer who asked."""

    name = "shift_handover_declined"
    urgent = True

    def still_holds(self, about: Handover, notification: Notification, at: datetime) -> bool:
        shift = about.signup.shift
        is_ahead = shift.cancelled_at is None and at < shift.starts_at and shift.event.is_published
        return is_ahead and about.signup.state == Signup.State.SIGNED_UP

    def compose(self, about: Handover, notification: Notification, at: datetime) -> Content:
        shift, event = about.signup.shift, about.signup.shift.event
        names = {"shift": shift.title, "event": event.words.title}
        return Content(
            title=_("The shift is still yours: %(event)s") % names,
            lead=_("The person you asked to take over “%(shift)s” at “%(event)s” can’t. The shift stays yours.")
            % names,
            facts=shift_facts([shift], event),
            paragraphs=[_("You can ask someone else, or cancel your shift.")],
            action=(_("See my shift"), link("signup_handover", event.public_id, shift.pk)),
        )


def taker_of(shift: Shift, at: datetime) -> str:
    """The name of the person who took over a place in the shift at `at`. Empty if they have left it since."""
    found = Signup.objects.active().filter(shift=shift, signed_up_at=at).select_related("volunteer").first()
    return found.volunteer.name if found else ""


@declare
class DutyHandedOver(PartEnded):
    """To a volunteer whose seat came with the shift that another person has taken over."""

    name = "duty_handed_over"
    rank = 20

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        became, facts = self.became(about, notification)
        names = {"event": about.event.words.title, "became": became}
        return Content(
            title=_("Someone took over your shift: %(event)s") % names,
            lead=_("Someone has taken over your shift at “%(event)s”. Thank you for finding a replacement. %(became)s")
            % names,
            facts=[*self.facts(about), *facts] if about.is_active else event_facts(about.event),
            action=self.state_page(about, _("See my registration")) if about.is_active else event_page(about.event),
            calendars=[*_out_of_calendar(about, notification, at), *event_out_of_calendar(about, at)],
        )


def _out_of_calendar(about: Registration, notification: Notification, at: datetime) -> list[bytes]:
    """Calendar files that remove what was handed over at this instant from the giver's calendar."""
    moment = HistoryEntry.objects.filter(pk=notification.cause).values("at")[:1]
    shifts = Shift.objects.filter(event=about.event, signups__volunteer=about.attendee_id, signups__ended_at=moment)
    return shift_calendars(shifts.distinct().in_order(), about.event, at, withdrawn=True)


@declare
class ShiftHandedOver(SignupKind):
    """To a volunteer whose shift, now taken over, came without a seat."""

    name = "shift_handed_over"

    def still_holds(self, about: Signup, notification: Notification, at: datetime) -> bool:
        return about.state == Signup.State.STEPPED_DOWN

    def compose(self, about: Signup, notification: Notification, at: datetime) -> Content:
        shift, event = about.shift, about.shift.event
        return Content(
            title=_("Someone took over your shift: %(event)s") % self.names(about),
            lead=_("Someone has taken over “%(shift)s” at “%(event)s” from you. Thank you for finding a replacement.")
            % self.names(about),
            facts=event_facts(event),
            action=event_page(event),
            calendars=shift_calendars([shift], event, at, withdrawn=True),
        )


@declare
class ShiftChangedHands(HandoverKind):
    """To the organizers."""

    name = "shift_changed_hands"

    def still_holds(self, about: Handover, notification: Notification, at: datetime) -> bool:
        shift = about.signup.shift
        is_ahead = shift.event.is_published and shift.cancelled_at is None and at < shift.ends_at
        is_so = is_ahead and about.ended_at is not None and bool(taker_of(shift, about.ended_at))
        return is_so and manages(notification, shift.event)

    def compose(self, about: Handover, notification: Notification, at: datetime) -> Content:
        shift, event = about.signup.shift, about.signup.shift.event
        assert about.ended_at is not None
        names = {
            "giver": about.signup.volunteer.name,
            "taker": taker_of(shift, about.ended_at),
            "shift": shift.title,
            "event": event.words.title,
        }
        return Content(
            title=_("%(taker)s takes over from %(giver)s for %(shift)s: %(event)s") % names,
            lead=_("%(taker)s has taken over “%(shift)s” at “%(event)s” from %(giver)s. There’s nothing for you to do.")
            % names,
            facts=shift_facts([shift], event),
            action=(_("See the shifts"), link("desk_shifts", event.public_id)),
        )
