"""Mails about one talk: to its speaker, and to organizers who decide about it."""

from datetime import datetime
from typing import ClassVar

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import Facts, event_facts, event_page
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import PartEnded, RegistrationKind, calendar_of, event_out_of_calendar
from meetups.registrations.models import Hold, Registration
from meetups.speakers.emails.organizers import decides
from meetups.speakers.emails.programme import out_of_calendars, talk_calendars, talk_times
from meetups.speakers.emails.rehearsal import rehearsal_calendar, rehearsal_facts
from meetups.speakers.models import Talk

State = Registration.State


class TalkKind(Kind[Talk]):
    """A message about one talk. It holds while the talk is in `state` and the event takes place."""

    state: ClassVar[Talk.State]

    def rows(self) -> QuerySet[Talk]:
        return Talk.objects.select_related("event__community", "speaker")

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        return about.state == self.state and about.event.is_published

    def names(self, about: Talk) -> dict[str, str]:
        """Values for the placeholders."""
        return {"talk": about.title, "event": about.event.words.title, "person": about.speaker.name}

    def talk_facts(self, about: Talk) -> Facts:
        """Title and length of the talk."""
        return [(_("Talk"), about.title), (_("Length"), _("%(minutes)s minutes") % {"minutes": about.minutes})]


class OrganizersTalkKind(TalkKind):
    """A message about a talk to organizers who decide about talks, as long as they do."""

    def still_holds(self, about: Talk, notification: Notification, at: datetime) -> bool:
        holds = super().still_holds(about, notification, at)
        return holds and decides(notification.recipient, about.event.community_id)

    def for_organizers(
        self, about: Talk, *, title: str, lead: str, button: str, leads_to: str = "desk_talks"
    ) -> Content:
        """The parts that all of them share."""
        return Content(
            title=title,
            lead=lead,
            facts=[(_("Speaker"), about.speaker.name), *self.talk_facts(about), (_("Event"), about.event.words.title)],
            action=(button, link(leads_to, about.event.public_id)),
        )


@declare
class TalkProposed(OrganizersTalkKind):
    name = "talk_proposed"
    state = Talk.State.PROPOSED

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return self.for_organizers(
            about,
            title=_("A talk was proposed: %(talk)s") % self.names(about),
            lead=_("%(person)s proposes a talk for “%(event)s”.") % self.names(about),
            button=_("Read and decide"),
        )


@declare
class TalkReceived(TalkKind):
    """The receipt for the person who proposes."""

    name = "talk_received"
    state = Talk.State.PROPOSED

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("We have your proposal: %(talk)s") % self.names(about),
            lead=_("Thank you for proposing a talk for “%(event)s”. The organizers read it and reply by email.")
            % self.names(about),
            facts=[*self.talk_facts(about), *event_facts(about.event)],
            action=(_("Change or withdraw it"), link("talk_revision", about.pk)),
        )


@declare
class TalkConfirmed(OrganizersTalkKind):
    name = "talk_confirmed"
    state = Talk.State.CONFIRMED

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return self.for_organizers(
            about,
            title=_("The speaker confirmed: %(talk)s") % self.names(about),
            lead=_("%(person)s confirmed the talk, and it’s now on the program of “%(event)s”.") % self.names(about),
            button=_("See the program"),
            leads_to="desk_programme",
        )


@declare
class TalkWithdrawn(OrganizersTalkKind):
    name = "talk_withdrawn"
    state = Talk.State.WITHDRAWN

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        title = _("A talk was withdrawn: %(talk)s") % self.names(about)
        if about.confirmed_at is None:
            lead = _("%(person)s withdrew the talk proposed for “%(event)s”. It wasn’t on the program yet.")
            return self.for_organizers(about, title=title, lead=lead % self.names(about), button=_("See the talks"))
        return self.for_organizers(
            about,
            title=title,
            lead=_("%(person)s withdrew the talk from “%(event)s”, which leaves a gap in the program.")
            % self.names(about),
            button=_("See the program"),
            leads_to="desk_programme",
        )


@declare
class TalkSeat(RegistrationKind):
    name = "talk_seat"
    rank = 15
    states = frozenset({State.CONFIRMED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        holds = Hold.objects.active().filter(registration=about, kind=Hold.Kind.INVITATION)
        return super().still_holds(about, notification, at) and holds.exists()

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event = about.event
        mine = list(Talk.objects.on_programme().filter(event=event, speaker_id=about.attendee_id))
        return Content(
            title=_("You’re on the program: %(event)s") % {"event": event.words.title},
            lead=_("You confirmed your talk at “%(event)s”. It’s on the program, and your seat is confirmed.")
            % {"event": event.words.title},
            facts=[*talk_times(event, mine), *self.facts(about), *rehearsal_facts(event, at)],
            action=(_("See the program"), link("event", event.public_id)),
            calendars=[
                *calendar_of(event, at),
                *talk_calendars(mine, event, at),
                *rehearsal_calendar(event, at),
            ],
            small_print=[_("Open the attachment to add the event to your calendar.")],
        )


@declare
class TalkEnded(PartEnded):
    name = "talk_ended"
    rank = 15

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        became, facts = self.became(about, notification)
        ended = _ended_with(about, notification)
        return Content(
            title=_("Your talk was withdrawn: %(event)s") % {"event": about.event.words.title},
            lead=_("Your talk at “%(event)s” was withdrawn. %(became)s")
            % {"event": about.event.words.title, "became": became},
            facts=[
                *[(_("Talk"), talk.title) for talk in ended],
                *([*self.facts(about), *facts] if about.is_active else event_facts(about.event)),
            ],
            action=event_page(about.event),
            calendars=[
                *out_of_calendars(ended, about.event, at),
                *event_out_of_calendar(about, at),
            ],
        )


def _ended_with(about: Registration, notification: Notification) -> list[Talk]:
    """The talks of the attendee that left the programme in the step that this message is about."""
    moment = HistoryEntry.objects.filter(pk=notification.cause).values("at")[:1]
    ended = Talk.objects.filter(event=about.event, left_programme_at=Subquery(moment))
    return list(ended.held_by(about.person).order_by("pk"))
