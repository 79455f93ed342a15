"""Mails about what people ask the organizers."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from meetups.communities.models import Membership
from meetups.core.links import link
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import Facts
from meetups.lifecycle.models import Inquiry
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification


def _event(about: Inquiry) -> Facts:
    return [(_("Event"), about.event.words.title)] if about.event else []


class _OfInquiry(Kind[Inquiry]):
    def rows(self) -> QuerySet[Inquiry]:
        return Inquiry.objects.select_related("community", "event", "person", "answered_by")


@declare
class InquiryReceived(_OfInquiry):
    """To those who may answer. The text waits in the inbox: it may be long, and is for those who may read it then."""

    name = "inquiry_received"
    urgent = True

    def still_holds(self, about: Inquiry, notification: Notification, at: datetime) -> bool:
        reads = Membership.objects.may(notification.recipient, about.readers, about.community_id)
        return about.state == Inquiry.State.OPEN and reads

    def compose(self, about: Inquiry, notification: Notification, at: datetime) -> Content:
        names = {"person": about.person.name, "community": about.community.name, "topic": about.get_topic_display()}
        return Content(
            title=_("Question: %(person)s") % names
            if about.topic == Inquiry.Topic.QUESTION
            else _("Report: %(person)s") % names,
            lead=_("%(person)s wrote to the organizers of %(community)s.") % names,
            facts=[*_event(about), (_("What they wrote"), for_strangers(about.text))],
            action=(_("Read and reply"), link("desk_inquiry", about.community.slug, about.pk)),
        )


@declare
class InquiryAnswered(_OfInquiry):
    """To the person who asked. Answers to it go to the organizers' address, where they gave one."""

    name = "inquiry_answered"
    urgent = True

    def still_holds(self, about: Inquiry, notification: Notification, at: datetime) -> bool:
        return about.state == Inquiry.State.ANSWERED

    def compose(self, about: Inquiry, notification: Notification, at: datetime) -> Content:
        names = {"community": about.community.name}
        address = about.community.contact_address
        return Content(
            title=_("Answer: %(community)s") % names,
            lead=_("The organizers of %(community)s replied to you.") % names,
            prose=about.answer,
            facts=_event(about),
            action=(_("Write to the organizers again"), link("contact", about.community.slug)),
            small_print=[
                _("Replies to this email reach the organizers.")
                if address
                else _("Replies to this email don’t reach the organizers.")
            ],
            reply_to=address,
        )
