"""The frame of every desk page of one event: its head, its pages, and on its day the three buttons of a phone."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meetups.communities.models import Community
from meetups.communities.permissions import Permission
from meetups.core import dates
from meetups.events.models import Event
from organizers.desk.access import DeskRequest
from organizers.desk.day_buttons import day_buttons
from organizers.desk.event_pages import Facts, groups, state_in_words
from organizers.desk.page_numbers import page_numbers
from organizers.desk.undo_bar import undo_bar


def event_page(request: DeskRequest, event: Event, *, current: str, **more: Any) -> dict[str, Any]:
    """The context of a page about `event`: one query. `current` is the URL name of its entry in the list of pages."""
    facts = Facts(event, page_numbers(request, event, at=request.at), request.at)
    return {
        "event": event,
        "community": event.community,
        "community_url": community_url(request, event.community),
        "pages": groups(facts, request.grants, current=current),
        "day_buttons": day_buttons(facts, request.grants, current=current),
        "is_overview": current == "desk_event",
        "back": _one_step_up(request, event, current),
        "sees_desk": Permission.SEE_DESK in request.grants,
        "event_when": event_when(event),
        "event_state": state_in_words(facts),
        "countdown": countdown(event, request.at),
        "undo": undo_bar(event, request.grants, at=request.at) if facts.numbers.can_undo else None,
        **more,
    }


def _one_step_up(request: DeskRequest, event: Event, current: str) -> str:
    """Where the arrow of a phone leads: from a step to its page, from a page to the overview, from there to the dashboard."""
    page = reverse(current, args=[event.public_id])
    if request.path != page:
        return page
    if Permission.SEE_DESK not in request.grants:
        return reverse("my_page")
    if current == "desk_event" or Permission.PLAN_EVENTS not in request.grants:
        return reverse("desk")
    return reverse("desk_event", args=[event.public_id])


def event_when(event: Event) -> str:
    """Day and time in one short line. The zone is named where it isn't the community's, both days where there are two."""
    language = get_language() or "en"
    days = {at.astimezone(event.zone).date() for at in (event.starts_at, event.ends_at)}
    if len(days) > 1 or event.time_zone != event.community.time_zone:
        return dates.event_time(event.starts_at, event.ends_at, event.time_zone, language)
    hours = dates.time_range(event.starts_at, event.ends_at, event.time_zone, language)
    return f"{dates.day(event.starts_at, event.time_zone, language)}{'' if language == 'ja' else ','} {hours}"


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
