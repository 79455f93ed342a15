"""Messages of the attendance check ("still coming?"), and about seats that are lost by silence (RULES 26)."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.core.links import link, reconfirmation_token
from meetups.events.facts import event_facts, event_page, instant, reply_by
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails.base import EndedKind, RegistrationKind
from meetups.registrations.models import Registration

State = Registration.State


class ReconfirmationKind(RegistrationKind):
    """A message that holds while an answer is awaited."""

    states = frozenset({State.CONFIRMED})
    hears = True
    # The column of Registration that stores when the mail reached its person.
    column: ClassVar[str]

    def hear_result(self, notifications: Sequence[Notification], state: str, at: datetime) -> None:
        """Stores whether the mail reached its person: anyone who was never reached does not count as silent (RULES 49)."""
        reached = at if state == Notification.State.SENT else None
        Registration.objects.filter(pk__in=[one.subject_id for one in notifications]).update(**{self.column: reached})

    def rows(self) -> QuerySet[Registration]:
        return Registration.objects.select_related("event__community", "slot__lottery", "slot__reconfirmation")

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        return (
            super().still_holds(about, notification, at)
            and about.asked_at is not None
            and about.reconfirmed_at is None
            and about.hands_over_at is None
            and about.slot.reconfirmation.awaits(at)
        )

    def question(self, about: Registration, *, title: str, lead: str) -> Content:
        """The parts that both messages share."""
        question, event = about.slot.reconfirmation, about.event
        if question.releases_silent:
            silence = _("If you don’t reply, your seat goes to someone on the waitlist.")
        else:
            silence = _(
                "If you don’t reply, you keep your seat, but the organizers won’t know how many people to expect."
            )
        return Content(
            title=title,
            lead=lead,
            facts=[(_("Reply by"), instant(question.answer_by, event)), *self.facts(about)],
            paragraphs=[
                silence,
                _("If you can’t come, please tell us on the same page, so someone else may get to come."),
            ],
            action=(_("Reply: I’m coming, or I can’t"), link("reconfirmation", reconfirmation_token(about.pk))),
            small_print=[_("The link works without signing in. Please don’t pass it on.")],
        )


@declare
class ReconfirmationAsked(ReconfirmationKind):
    name = "reconfirmation_asked"
    column = "question_reached_at"
    rank = 6

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        names = {"event": about.event.words.title, "when": reply_by(about.slot.reconfirmation.answer_by, about.event)}
        return self.question(
            about,
            title=_("Still coming? Reply by %(when)s: %(event)s") % names,
            lead=_("You have a seat at “%(event)s”. Please tell us if you’re still coming; it takes one click.")
            % names,
        )


@declare
class ReconfirmationReminder(ReconfirmationKind):
    name = "reconfirmation_reminder"
    column = "reminder_reached_at"
    rank = 6

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        names = {"event": about.event.words.title, "when": reply_by(about.slot.reconfirmation.answer_by, about.event)}
        return self.question(
            about,
            title=_("Reminder – still coming? Reply by %(when)s: %(event)s") % names,
            lead=_(
                "You have a seat at “%(event)s” but haven’t told us if you’re still coming. This is the only reminder."
            )
            % names,
        )


@declare
class SeatReleased(EndedKind):
    name = "released"
    rank = 8

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Canceled (no reply): %(event)s") % {"event": about.event.words.title},
            lead=_(
                "You didn’t tell us in time if you’re still coming to “%(event)s”, so your registration was canceled."
            )
            % {"event": about.event.words.title},
            facts=event_facts(about.event),
            paragraphs=[
                _(
                    "Want to come after all? You can register again while registration is open, but you start at "
                    "the end."
                )
            ],
            action=event_page(about.event),
            calendars=self.out_of_calendar(about, notification, at),
        )
