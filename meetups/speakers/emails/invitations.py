"""Mails about an invitation to speak: to the invited person, and to organizers."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.communities.emails import invited_by
from meetups.core.links import link
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import Facts, event_facts, facts_for_strangers, period
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.speakers.emails.organizers import decides
from meetups.speakers.models import Rehearsal, SpeakerInvitation


class SpeakerInvitationKind(Kind[SpeakerInvitation]):
    """A message about one invitation."""

    def rows(self) -> QuerySet[SpeakerInvitation]:
        return SpeakerInvitation.objects.select_related("event__community", "made_by")

    def names(self, about: SpeakerInvitation) -> dict[str, str]:
        """Values for the placeholders."""
        return {
            "event": for_strangers(about.event.words.title),
            "community": for_strangers(about.event.community.name),
            "name": about.name,
            "person": for_strangers(about.made_by.name if about.made_by else about.event.community.name),
        }

    def facts(self, about: SpeakerInvitation) -> Facts:
        """The request, and when and where the event is."""
        rehearsal = Rehearsal.objects.filter(event=about.event).first()
        return [
            *([(_("What we’d like to hear"), for_strangers(about.note))] if about.note else []),
            (_("Length"), _("%(minutes)s minutes") % {"minutes": about.minutes}),
            *facts_for_strangers(about.event),
            # The rehearsal's link is for speakers, and the invited person has not said yes yet.
            *([(_("Rehearsal"), period(rehearsal.starts_at, rehearsal.ends_at, about.event))] if rehearsal else []),
            (_("Organized by"), for_strangers(about.event.community.name)),
            *invited_by(about.made_by),
        ]


class AskedToSpeak(SpeakerInvitationKind):
    """To the invited address, as long as the invitation can be answered."""

    def still_holds(self, about: SpeakerInvitation, notification: Notification, at: datetime) -> bool:
        return about.can_be_answered(at)

    def content(self, about: SpeakerInvitation, *, title: str, lead: str) -> Content:
        """The parts that both of them share."""
        return Content(
            title=title,
            lead=lead,
            facts=self.facts(about),
            paragraphs=[
                _(
                    "To accept, give us a title on the page: you’re on the program at once, with a guaranteed seat. "
                    "Declining takes one click and no account."
                )
            ],
            action=(pgettext("speaker", "Reply to the invitation"), link("speaker_invitation", about.token)),
            small_print=[
                _("Anyone who opens this link can reply, once. It’s meant for you, so please don’t pass it on."),
                _("If you don’t know these people, there’s nothing you need to do."),
            ],
        )


@declare
class SpeakerInvited(AskedToSpeak):
    name = "speaker_invitation"
    rank = 8
    # It needs an answer.
    urgent = True

    def compose(self, about: SpeakerInvitation, notification: Notification, at: datetime) -> Content:
        return self.content(
            about,
            title=_("Invitation to speak at %(event)s") % self.names(about),
            lead=_("%(person)s invites you to give a talk at “%(event)s”.") % self.names(about),
        )


@declare
class SpeakerInvitedAgain(AskedToSpeak):
    """To the same address. It is not sent once the invitation is answered or withdrawn, or the event has begun."""

    name = "speaker_invitation_reminder"
    rank = 9

    def compose(self, about: SpeakerInvitation, notification: Notification, at: datetime) -> Content:
        return self.content(
            about,
            title=_("Reminder – invitation to speak at %(event)s") % self.names(about),
            lead=_("%(person)s invited you to give a talk at “%(event)s” and is waiting for your reply.")
            % self.names(about),
        )


@declare
class SpeakerDeclined(SpeakerInvitationKind):
    """To organizers who decide about talks."""

    name = "speaker_declined"

    def still_holds(self, about: SpeakerInvitation, notification: Notification, at: datetime) -> bool:
        declined = about.state == SpeakerInvitation.State.DECLINED
        return declined and about.event.is_published and decides(notification.recipient, about.event.community_id)

    def compose(self, about: SpeakerInvitation, notification: Notification, at: datetime) -> Content:
        return Content(
            title=_("%(name)s declined to speak: %(event)s") % self.names(about),
            lead=_("%(name)s declined the invitation to speak at “%(event)s”.") % self.names(about),
            facts=[
                *([(_("Message from %(name)s") % self.names(about), about.word)] if about.word else []),
                *event_facts(about.event),
            ],
            action=(
                pgettext("speaker", "See the invitations"),
                link("desk_speaker_invitations", about.event.public_id),
            ),
        )
