"""An event's page."""

from collections.abc import Hashable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from meetups.accounts.second_factor import has_shown_factor
from meetups.communities.permissions import Permission, roles_with
from meetups.core.links import link
from meetups.events.models import Event
from meetups.events.opening import opening_of
from meetups.lifecycle.participants import Participant
from meetups.lifecycle.visibility import may_see_names
from meetups.pages.events.event_sheet import (
    Action,
    Common,
    SheetReader,
    common_of,
    head_of,
    sheet_of,
    standing_of,
    version_of,
)
from meetups.pages.events.on_the_day import OnTheDay
from meetups.pages.sheets import share
from meetups.pages.sheets.duties import duties_of
from meetups.pages.sheets.event_cards import first_way, place_of
from meetups.pages.sheets.follow_words import current_words, opening_words
from meetups.pages.sheets.my_part import MyPart, my_part, rehearsal_for
from meetups.pages.sheets.tell import seats_to_tell
from meetups.pages.site.access import PageRequest, event_and_part
from meetups.pages.site.shared_page import shared_page, shared_part

MY_PART = "pages/events/sheet/my_part.html"


@require_safe
def event(request: PageRequest, public_id: str) -> HttpResponse:
    """Everything about one event. At most six queries for a reader who is not signed in, whatever the number of participants.

    Shared data may be a second old; the reader's own data never is.
    """
    event, part = event_and_part(request, public_id)
    common = common_of(event, part, at=request.at)
    my = my_part(event, part, at=request.at) if part else None
    role = next((member.role for member in common.members if member.person_id == request.user.pk), None)
    if role and not has_shown_factor(request, request.user, at=request.at, event=lambda: event):
        role = None
    to_confirm = my and my.to_confirm and my.to_confirm.title
    today = OnTheDay.of(event, my, at=request.at)
    return shared_page(
        request,
        "pages/events/event.html",
        lambda _own: _page(event, common, part, my, role, today, at=request.at),
        key=(
            version_of(event),
            standing_of(part),
            _choices_of(part),
            to_confirm,
            role,
            event.is_over(request.at),
            event.opens_later(request.at),
            today is not None,
        ),
        own={"my_part": _my_part(request, event, common, part, my, today, at=request.at)},
    )


def _choices_of(part: Participant | None) -> Hashable:
    """What the reader chose for themselves that the page shows."""
    return part and (part.follows, part.is_reminded, part.person.hides_name)


def _page(
    event: Event,
    common: Common,
    part: Participant | None,
    my: MyPart | None,
    role: str | None,
    today: OnTheDay | None,
    *,
    at: datetime,
) -> dict[str, Any]:
    """The context that readers with the same state share."""
    sees_desk = role in roles_with(Permission.SEE_DESK)
    reader = SheetReader(
        shifts=frozenset(signup.shift_id for signup in my.part.signups) if my else frozenset(),
        has_part=my is not None,
        has_seat=my is not None and my.is_confirmed,
        sees_names=event.is_published and may_see_names(event, has_part=my is not None, sees_desk=sees_desk),
        is_coming=my is not None and my.registration is not None and event.is_open(at),
        is_today=today is not None,
        action=None if my and my.registration else _action(event, common, my, at=at),
    )
    return {
        "event": event,
        "place": place_of(event, at=at),
        "map_url": share.links(event)["map"] if event.venue.name else "",
        "community_url": reverse("community", args=[event.community.slug]),
        "has_part": my is not None,
        "hook": "" if my and my.registration else event.words.hook,
        "is_today": today is not None,
        "sees_desk": sees_desk,
        "follows": part is not None and part.follows,
        "opening": None if my and my.registration else opening_of(event, at=at),
        "is_reminded": part is not None and part.is_reminded,
        "agrees": opening_words(),
        "description": share.summary(event),
        "head": head_of(event, common),
        "sheet": sheet_of(event, common, reader, at=at),
    }


def _my_part(
    request: HttpRequest,
    event: Event,
    common: Common,
    part: Participant | None,
    my: MyPart | None,
    today: OnTheDay | None,
    *,
    at: datetime,
) -> str:
    """The reader's part in the event, as HTML; empty where there is none."""
    if my is None:
        return ""
    shown: dict[str, Any] = {"my": my, "event": event, "programme": common.programme}
    if today:
        more = {"today": today, "items": today.items(common.programme), "share": share.links(event)}
        return render_to_string("pages/events/sheet/today.html", {**shown, **more}, request)
    shown["rehearsal"] = rehearsal_for(event, part)
    shown["is_over"] = event.is_over(at)
    shown["may_follow"] = event.is_over(at) and not my.part.follows
    shown["tell"] = seats_to_tell(common.offers) if my.registration else ""
    number = my.registration.number if my.registration else None
    own = {"door_number": str(number)} if number else {}

    def context(_own: Mapping[str, str]) -> dict[str, Any]:
        links = {"share": share.links(event), "event_url": link("event", event.public_id)}
        return {**shown, **links, "words": current_words()}

    if not my.has_only_a_seat:
        return render_to_string(MY_PART, {**context(own), **own}, request)
    # All that the template shows of a seat, except for the number.
    seat = (my.tone, my.standing, my.says, my.more, my.is_sure, tuple(my.steps), my.way_out)
    key = (version_of(event), seat, shown["tell"], shown["may_follow"], shown["is_over"], bool(own))
    return shared_part(request, MY_PART, context, key=key, own=own)


def _action(event: Event, common: Common, my: MyPart | None, *, at: datetime) -> Action | None:
    """The action that the page offers to a reader without a registration; None where there is nothing to do."""
    if my and my.to_confirm:
        return Action(
            _("Confirm your talk"), my.to_confirm.title, reverse("talk_confirmation", args=[my.to_confirm.pk])
        )
    way = first_way(event, common.offers)
    if way:
        return Action(way.label, way.note, way.url, before_waitlist=way.is_shift)
    duties = duties_of(event, common.shifts, mine=[], at=at)
    duty = next((duty for duty in duties if duty.is_open and duty.shift.slot_id), None)
    if duty:
        return Action(duty.label, duty.note, reverse("signup", args=[event.public_id, duty.shift.pk]))
    return None
