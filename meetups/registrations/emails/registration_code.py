"""The mail with the code for a person who registers without an account (RULES 27)."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from meetups.core.links import link
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import facts_for_strangers, instant
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification
from meetups.registrations.models import HeldPlace
from meetups.registrations.unverified_places import code_of


@declare
class PlaceCode(Kind[HeldPlace]):
    """The code for an address that is not proved yet. The text is the same whether the address is known or not.

    It contains no words that the sender of the form could choose, because that may be a stranger. Organizers chose title, venue and
    slot, and may have typed the address themselves (RULES 131).
    """

    name = "place_code"
    urgent = True
    awaited = True
    rank = 1

    def rows(self) -> QuerySet[HeldPlace]:
        return HeldPlace.objects.select_related("event__community", "slot")

    def still_holds(self, about: HeldPlace, notification: Notification, at: datetime) -> bool:
        return about.is_held(at) and about.event.is_published

    def compose(self, about: HeldPlace, notification: Notification, at: datetime) -> Content:
        event = about.event
        code = code_of(about)
        return Content(
            title=_("%(code)s is your registration code") % {"code": code},
            heading=_("Your code"),
            lead=_("Enter this code on the page to finish registering for “%(event)s”.")
            % {"event": for_strangers(event.words.title)},
            code=code,
            facts=[
                *facts_for_strangers(event),
                (_("Slot"), for_strangers(about.slot.name)),
                (_("Code valid until"), instant(about.expires_at, event)),
            ],
            action=(pgettext("button", "Enter the code"), link("registration_code", event.public_id)),
            small_print=[
                _("Reading this on another device? Type the code where you started."),
                _("The code works in the browser where you asked for it, in any of its tabs."),
                _("If this wasn’t you, ignore this email: nothing happens without the code. Never tell it to anyone."),
            ],
        )
