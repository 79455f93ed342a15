"""Mails about a talk that was entered by hand and is offered to its speaker."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link, mailed_token
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import facts_for_strangers
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.speakers.emails.organizers import decides
from meetups.speakers.emails.talks import OrganizersTalkKind
from meetups.speakers.models import Talk, TalkOffer


class OfferedTalkKind(Kind[TalkOffer]):
    """A message about one offer of one talk."""

    def rows(self) -> QuerySet[TalkOffer]:
        return TalkOffer.objects.select_related("talk__event__community", "talk__speaker")


@declare
class TalkOffered(OfferedTalkKind):
    """To the address that organizers gave, as long as the link works."""

    name = "talk_offered"
    rank = 8
    urgent = True

    def still_holds(self, about: TalkOffer, notification: Notification, at: datetime) -> bool:
        return about.can_be_taken(at)

    def compose(self, about: TalkOffer, notification: Notification, at: datetime) -> Content:
        talk, event = about.talk, about.talk.event
        # Organizers wrote all of it, and the reader may know none of them (RULES 131).
        names = {
            "talk": for_strangers(talk.title),
            "event": for_strangers(event.words.title),
            "community": for_strangers(event.community.name),
        }
        until = dates.full_day(about.until, event.time_zone, get_language() or "en")
        return Content(
            title=_("Is this your talk? %(talk)s") % names,
            lead=_("%(community)s has put a talk of yours on the program of “%(event)s”. You can take it over.")
            % names,
            facts=[
                (_("Talk"), names["talk"]),
                (_("Speaker"), for_strangers(talk.speaker.name)),
                (_("Length"), _("%(minutes)s minutes") % {"minutes": talk.minutes}),
                *facts_for_strangers(event),
                (_("Organized by"), names["community"]),
                (_("Reply by"), until),
            ],
            paragraphs=[
                _("It’s yours from then on: its title, your slides, what you need, and its entry in your calendar."),
                _(
                    "To take it over, sign in or sign up with the address this email was sent to. Declining needs neither."
                ),
            ],
            action=(_("Reply"), link("talk_offer", mailed_token(about))),
            small_print=[
                _("The link works for this email address only."),
                _("If you don’t know these people, there’s nothing you need to do."),
            ],
        )


@declare
class TalkTakenOver(OrganizersTalkKind):
    """To organizers: the talk that they had entered has a speaker with an account."""

    name = "talk_taken_over"
    state = Talk.State.CONFIRMED

    def compose(self, about: Talk, notification: Notification, at: datetime) -> Content:
        return self.for_organizers(
            about,
            title=_("The speaker took it over: %(talk)s") % self.names(about),
            lead=_("%(person)s took over the talk that you had added to “%(event)s” by hand.") % self.names(about),
            button=_("See the talks"),
        )


@declare
class TalkOfferDeclined(OfferedTalkKind):
    """To organizers: whom they had asked doesn't take the talk over. It stays as they entered it."""

    name = "talk_offer_declined"

    def still_holds(self, about: TalkOffer, notification: Notification, at: datetime) -> bool:
        event = about.talk.event
        is_so = about.state == TalkOffer.State.DECLINED and about.talk.by_hand and event.is_published
        return is_so and decides(notification.recipient, event.community_id)

    def compose(self, about: TalkOffer, notification: Notification, at: datetime) -> Content:
        talk, event = about.talk, about.talk.event
        names = {"talk": talk.title, "event": event.words.title, "address": about.address}
        return Content(
            title=_("The speaker declined to take it over: %(talk)s") % names,
            lead=_("%(address)s declined to take over “%(talk)s” at “%(event)s”. It stays as you added it.") % names,
            facts=[
                *([(_("Message"), about.word)] if about.word else []),
                (_("Talk"), talk.title),
                (_("Speaker"), talk.speaker.name),
                (_("Event"), event.words.title),
            ],
            action=(_("Send the link to another address"), link("desk_talk_offer", event.public_id, talk.pk)),
        )
