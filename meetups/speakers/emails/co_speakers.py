"""Mails to co-speakers, and about them to the talk's own speaker."""

from datetime import datetime

from django.db.models import QuerySet, Subquery
from django.utils.translation import gettext as _

from meetups.communities.emails import person_at
from meetups.core.links import link, mailed_token
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import event_facts, event_page, facts_for_strangers
from meetups.history.models import HistoryEntry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.emails import PartEnded, RegistrationKind, calendar_of, event_out_of_calendar
from meetups.registrations.models import Hold, Registration
from meetups.speakers.emails.programme import out_of_calendars, talk_calendars, talk_times
from meetups.speakers.emails.rehearsal import rehearsal_calendar, rehearsal_facts
from meetups.speakers.models import CoSpeaker, Talk

ENDED = (Talk.State.REJECTED, Talk.State.WITHDRAWN)


class CoSpeakerKind(Kind[CoSpeaker]):
    """A message about one co-speaker of one talk."""

    def rows(self) -> QuerySet[CoSpeaker]:
        return CoSpeaker.objects.select_related("talk__event__community", "talk__speaker", "person")

    def names(self, about: CoSpeaker) -> dict[str, str]:
        """Values for the placeholders. A co-speaker who has not joined is named by their address."""
        return {
            "talk": about.talk.title,
            "event": about.talk.event.words.title,
            "speaker": about.talk.speaker.name,
            "person": about.person.name if about.person else about.address,
        }


@declare
class CoSpeakerAsked(CoSpeakerKind):
    """To the address that was asked, as long as the invitation can be answered."""

    name = "co_speaker_asked"
    rank = 8
    urgent = True

    def still_holds(self, about: CoSpeaker, notification: Notification, at: datetime) -> bool:
        coming = about.talk.state in (Talk.State.ACCEPTED, Talk.State.CONFIRMED)
        return about.state == CoSpeaker.State.ASKED and coming and about.talk.event.is_open(at)

    def compose(self, about: CoSpeaker, notification: Notification, at: datetime) -> Content:
        talk, event = about.talk, about.talk.event
        # The speaker wrote title and name, organizers the rest, and the reader may know none of them (RULES 131).
        names = {name: for_strangers(words) for name, words in self.names(about).items()}
        return Content(
            title=_("Co-speaker invitation: %(talk)s") % names,
            lead=_("%(speaker)s would like to co-present a talk with you at “%(event)s”.") % names,
            facts=[
                (_("Talk"), names["talk"]),
                (_("Speaker"), person_at(names["speaker"], talk.speaker.email)),
                (_("Length"), _("%(minutes)s minutes") % {"minutes": talk.minutes}),
                *facts_for_strangers(event),
                (_("Organized by"), for_strangers(event.community.name)),
            ],
            paragraphs=[
                _("If you accept, your name goes on the program. Once the talk is on it, you have a guaranteed seat."),
                _("To accept, sign in or sign up with the address this email was sent to. Declining needs neither."),
            ],
            action=(_("Reply"), link("co_speaker", mailed_token(about))),
            small_print=[
                _("The link works for this email address only."),
                _("If you don’t know these people, there’s nothing you need to do."),
            ],
        )


@declare
class CoSpeakerAnswered(CoSpeakerKind):
    """To the talk's own speaker: a co-speaker joined, declined or left. It holds while the co-speaker is in that state."""

    name = "co_speaker_answered"
    rank = 30

    def still_holds(self, about: CoSpeaker, notification: Notification, at: datetime) -> bool:
        became = HistoryEntry.objects.filter(pk=notification.cause).values_list("to_state", flat=True).first()
        return about.state == became and about.talk.event.is_published

    def compose(self, about: CoSpeaker, notification: Notification, at: datetime) -> Content:
        title, lead = self.words(about)
        return Content(
            title=title % self.names(about),
            lead=lead % self.names(about),
            facts=[(_("Talk"), about.talk.title), (_("Event"), about.talk.event.words.title)],
            action=(_("See the talk’s status"), link("talk_preparation", about.talk_id)),
        )

    def words(self, about: CoSpeaker) -> tuple[str, str]:
        """Subject line and sentence."""
        match about.state:
            case CoSpeaker.State.JOINED:
                return _("%(person)s is now a co-speaker: %(talk)s"), _(
                    "%(person)s accepted: you’ll co-present “%(talk)s”."
                )
            case CoSpeaker.State.DECLINED:
                return _("%(person)s declined: %(talk)s"), _("%(person)s declined to co-present “%(talk)s”.")
            case _:
                return _("%(person)s is no longer a co-speaker: %(talk)s"), _(
                    "%(person)s is no longer a co-speaker of “%(talk)s”. The talk itself stays as it is."
                )


@declare
class CoSpeakerSeat(RegistrationKind):
    """To a co-speaker whose talk is on the programme: their seat is confirmed."""

    name = "co_speaker_seat"
    rank = 15
    states = frozenset({Registration.State.CONFIRMED})

    def still_holds(self, about: Registration, notification: Notification, at: datetime) -> bool:
        holds = Hold.objects.active().filter(registration=about, subject__startswith="co-speaker:")
        return super().still_holds(about, notification, at) and holds.exists()

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        event, person = about.event, about.person
        mine = list(Talk.objects.on_programme().filter(event=event).held_by(person))
        others = [talk for talk in mine if talk.speaker_id != person.pk]
        return Content(
            title=_("You’re on the program: %(event)s") % {"event": event.words.title},
            lead=_("You’re a co-speaker at “%(event)s”. The talk is on the program, and your seat is confirmed.")
            % {"event": event.words.title},
            facts=[*talk_times(event, mine), *self.facts(about), *rehearsal_facts(event, at)],
            action=(_("Introduce yourself"), link("talk_preparation", others[0].pk))
            if others
            else (_("See the program"), link("event", event.public_id)),
            calendars=[
                *calendar_of(event, at),
                *talk_calendars(mine, event, at),
                *rehearsal_calendar(event, at),
            ],
            small_print=[_("Open the attachment to add the event to your calendar.")],
        )


@declare
class CoSpeakingEnded(PartEnded):
    """To a person who is no longer a co-speaker: what happened to the seat that came with it."""

    name = "co_speaking_ended"
    rank = 15

    def compose(self, about: Registration, notification: Notification, at: datetime) -> Content:
        became, facts = self.became(about, notification)
        names = {"event": about.event.words.title, "became": became}
        left = _left_with(about, notification)
        return Content(
            title=_("You’re no longer on the program: %(event)s") % names,
            lead=_("You’re no longer a co-speaker at “%(event)s”. %(became)s") % names,
            facts=[
                *[(_("Talk"), talk.title) for talk in left],
                *([*self.facts(about), *facts] if about.is_active else event_facts(about.event)),
            ],
            action=event_page(about.event),
            calendars=[
                *out_of_calendars(left, about.event, at),
                *event_out_of_calendar(about, at),
            ],
        )


def _left_with(about: Registration, notification: Notification) -> list[Talk]:
    """The talks on the programme that the attendee left in the step that this message is about."""
    moment = HistoryEntry.objects.filter(pk=notification.cause).values("at")[:1]
    left = CoSpeaker.objects.filter(
        person=about.attendee_id, state=CoSpeaker.State.LEFT, ended_at=Subquery(moment), talk__event=about.event
    )
    return list(Talk.objects.filter(pk__in=left.values("talk")).order_by("pk"))


@declare
class CoSpeakingOver(CoSpeakerKind):
    """To a co-speaker who had no seat from the talk yet: they were taken off, or the talk was withdrawn."""

    name = "co_speaking_over"
    rank = 30

    def still_holds(self, about: CoSpeaker, notification: Notification, at: datetime) -> bool:
        over = about.state == CoSpeaker.State.LEFT or about.talk.state in ENDED
        return over and about.talk.event.is_published

    def compose(self, about: CoSpeaker, notification: Notification, at: datetime) -> Content:
        if about.talk.state in ENDED:
            lead = _("“%(talk)s”, your talk with %(speaker)s at “%(event)s”, was withdrawn.")
        else:
            lead = _(
                "“%(talk)s” at “%(event)s” goes on without you as co-speaker. If you didn’t expect this, please "
                "ask %(speaker)s."
            )
        return Content(
            title=_("You’re no longer a co-speaker: %(talk)s") % self.names(about),
            lead=lead % self.names(about),
            facts=[(_("Talk"), about.talk.title), *event_facts(about.talk.event)],
            action=event_page(about.talk.event),
            calendars=out_of_calendars([about.talk], about.talk.event, at),
        )
