"""The frame of every desk page of one event: the event's head, and the tabs that this person may open."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.events.models import Event
from meetups.registrations.models import Slot
from organizers.desk.access import DeskRequest
from organizers.desk.undo_bar import undo_bar


def event_page(
    request: DeskRequest, event: Event, *, current: str, at: datetime, draws: bool | None = None, **more: Any
) -> dict[str, Any]:
    """The context of a page about `event`. `current` is the URL name of its tab. `draws` says whether a slot has a lottery."""
    if draws is None:
        draws = event.slots.filter(admission=Slot.Admission.LOTTERY).exists()
    tabs = [
        ("desk_event", pgettext("tab", "Overview"), Permission.PLAN_EVENTS),
        ("desk_attendees", pgettext("tab", "Attendees"), Permission.SEE_ATTENDEES),
        ("desk_deliveries", pgettext("tab", "Messages"), Permission.MANAGE_ATTENDEES),
        ("desk_check_in", pgettext("tab", "Check-in"), Permission.CHECK_IN),
        *([("desk_draw", pgettext("tab", "Lottery"), Permission.RUN_DRAW)] if draws else []),
        ("desk_shifts", pgettext("tab", "Shifts"), Permission.MANAGE_SHIFTS),
        ("desk_talks", pgettext("tab", "Talks"), Permission.DECIDE_TALKS),
        ("desk_programme", pgettext("tab", "Program"), Permission.DECIDE_TALKS),
        ("desk_event_edit", pgettext("tab", "Edit"), Permission.PLAN_EVENTS),
    ]
    return {
        "event": event,
        "community": event.community,
        "community_url": community_url(request, event.community),
        "tabs": [
            {"label": label, "url": reverse(name, args=[event.public_id]), "current": name == current}
            for name, label, permission in tabs
            if permission in request.grants
        ],
        "tabs_label": _("Pages of this event"),
        "countdown": countdown(event, at),
        "undo": undo_bar(event, request.grants, at=at),
        **more,
    }


def community_url(request: DeskRequest, community: Community) -> str:
    """The community's page at the desk; the public page for those who may not plan there (reception)."""
    name = "desk_community" if Permission.PLAN_EVENTS in request.grants else "community"
    return reverse(name, args=[community.slug])


def countdown(event: Event, at: datetime) -> str:
    """The time until the event, counted in days of its own calendar."""
    if event.is_cancelled:
        return ""
    if event.is_over(at):
        return _("It’s over")
    days = days_ahead(event, at)
    if event.starts_at <= at:
        return _("It’s on now")
    if days == 0:
        return _("It’s today")
    return ngettext("%(days)s day to go", "%(days)s days to go", days) % {"days": days}


def days_ahead(event: Event, at: datetime) -> int:
    """The number of days of the event's own calendar from `at` to its first day; 0 on the day, negative afterwards."""
    return (event.starts_at.astimezone(event.zone).date() - at.astimezone(event.zone).date()).days


def is_near(event: Event, at: datetime) -> bool:
    """Whether people may arrive now: from three hours before the start until three hours after the end."""
    return event.starts_at - timedelta(hours=3) <= at < event.ends_at + timedelta(hours=3)
