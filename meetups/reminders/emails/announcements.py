"""Mails to people who asked for news."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from meetups.core.links import link
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.notifications.email_registry import Content, Kind, declare
from meetups.notifications.models import Notification, Topic


@declare
class EventAnnounced(Kind[Event]):
    """A new event, for people who asked to hear of the community's new events."""

    name = "event_announced"
    rank = 60
    topic = Topic.ANNOUNCEMENTS

    def about(self, notification: Notification) -> Event | None:
        return self.abouts([notification])[notification.pk]

    def abouts(self, notifications: Sequence[Notification]) -> dict[int, Event | None]:
        found = Event.objects.filter(pk__in={one.subject_id for one in notifications}).select_related("community")
        events = {event.pk: event for event in found}
        return {one.pk: events.get(one.subject_id) for one in notifications}

    def source(self, about: Event) -> tuple[str, str]:
        return about.community.thread, about.community.name

    def still_holds(self, about: Event, notification: Notification, at: datetime) -> bool:
        return about.is_published and about.visibility == Event.Visibility.PUBLIC and about.starts_at > at

    def compose(self, about: Event, notification: Notification, at: datetime) -> Content:
        names = {"event": about.title, "community": about.community.name}
        return Content(
            title=_("New event: %(event)s") % names,
            lead=_("%(community)s has a new event: “%(event)s”.") % names,
            facts=event_facts(about),
            action=(_("See the event"), link("event", about.public_id)),
            small_print=[_("You’re getting this email because you asked to hear about this community’s new events.")],
        )
