"""Mails to a speaker about what organizers have decided: accepted, declined, taken back, reopened."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.events.facts import event_facts, event_page
from meetups.notifications.email_registry import Content, declare
from meetups.notifications.models import Notification
from meetups.speakers.emails.programme import out_of_calendars
from meetups.speakers.emails.rehearsal import rehearsal_calendar, rehearsal_facts
from meetups.speakers.emails.talks import TalkKind
from meetups.speakers.models import Talk


def answer_by(talk: Talk) -> str:
    """Until when the speaker is asked to confirm: a day, or a moment where organizers have set one."""
    write = dates.moment if talk.confirm_by else dates.full_day
    return write(talk.answer_by, talk.event.time_zone, get_language() or "en")


def reply_of(talk: Talk) -> list[str]:
    """What organizers wrote with their decision, as paragraphs that say so."""
    if not talk.reply:
        return []
    lines = [line for line in talk.reply.splitlines() if line.strip()]
    return [_("The organizers write:"), *lines]


@declare
class TalkAccepted(TalkKind):
    name = "talk_accepted"
    state = Talk.State.ACCEPTED
    rank = 8
    # It needs an answer.
    urgent = True

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Talk accepted – confirm by %(when)s: %(talk)s")
            % {
                **self.names(about),
                "when": dates.short_day(about.answer_by, about.event.time_zone, get_language() or "en"),
            },
            lead=_(
                "The organizers of “%(event)s” would like to hear your talk. Once you confirm, it’s on the "
                "program and you have a guaranteed seat."
            )
            % self.names(about),
            facts=[
                (_("Please reply by"), answer_by(about)),
                *self.talk_facts(about),
                *event_facts(about.event),
                *rehearsal_facts(about.event, at),
            ],
            paragraphs=reply_of(about),
            action=(_("Confirm or decline"), link("talk_confirmation", about.pk)),
            calendars=rehearsal_calendar(about.event, at),
            small_print=[_("If you can’t give the talk, please say so there, so the organizers can ask someone else.")],
        )


@declare
class TalkUnconfirmed(TalkKind):
    """To a speaker who has not answered. It is not sent once they confirm or withdraw, or the event begins."""

    name = "talk_unconfirmed"
    state = Talk.State.ACCEPTED
    rank = 9

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        return super().still_holds(about, notification, at) and at < about.event.starts_at

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Reminder – please confirm your talk: %(talk)s") % self.names(about),
            lead=_(
                "The organizers of “%(event)s” accepted your talk and are waiting for your reply. Once you "
                "confirm, it’s on the program and you have a guaranteed seat."
            )
            % self.names(about),
            facts=[
                *([(_("Please reply by"), answer_by(about))] if at < about.answer_by else []),
                *self.talk_facts(about),
                *event_facts(about.event),
                *rehearsal_facts(about.event, at),
            ],
            action=(_("Confirm or decline"), link("talk_confirmation", about.pk)),
            calendars=rehearsal_calendar(about.event, at),
            small_print=[_("If you can’t give the talk, please say so there, so the organizers can ask someone else.")],
        )


@declare
class TalkRejected(TalkKind):
    name = "talk_rejected"
    state = Talk.State.REJECTED

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("About your proposal: %(talk)s") % self.names(about),
            lead=_("Thank you for proposing a talk for “%(event)s”. The organizers didn’t select it this time.")
            % self.names(about),
            facts=[*self.talk_facts(about), *event_facts(about.event)],
            paragraphs=[*reply_of(about), _("Perhaps it fits another time: we’d be glad to hear from you again.")],
            action=event_page(about.event),
        )


@declare
class TalkTakenBack(TalkKind):
    """To the speaker of an accepted or confirmed talk that organizers have declined after all."""

    name = "talk_taken_back"
    state = Talk.State.REJECTED
    rank = 9

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        if about.confirmed_at:
            lead = _("The organizers took your talk off the program of “%(event)s”.")
        else:
            lead = _(
                "The organizers of “%(event)s” had accepted your talk and didn’t hear from you, so they’ve withdrawn "
                "the acceptance."
            )
        return Content(
            title=_("Talk not accepted after all: %(talk)s") % self.names(about),
            lead=lead % self.names(about),
            facts=[*self.talk_facts(about), *event_facts(about.event)],
            paragraphs=[*reply_of(about), _("If you didn’t expect this, please ask the organizers.")],
            action=event_page(about.event),
            calendars=out_of_calendars([about], about.event, at),
        )


@declare
class TalkReopened(TalkKind):
    """To the speaker of a talk that was declined, and that organizers look at once more."""

    name = "talk_reopened"
    state = Talk.State.PROPOSED

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("Your proposal is under review again: %(talk)s") % self.names(about),
            lead=_(
                "You heard from us that your talk for “%(event)s” wasn’t accepted. The organizers are considering it "
                "again and will reply by email."
            )
            % self.names(about),
            facts=[*self.talk_facts(about), *event_facts(about.event)],
            action=(_("Change or withdraw it"), link("talk_revision", about.pk)),
        )
