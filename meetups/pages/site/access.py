"""Access: pages load every event through these functions, which give only what the reader may see."""

from datetime import datetime
from typing import NoReturn, cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from meetups.accounts.models import User
from meetups.accounts.second_factor import has_shown_factor
from meetups.events.models import Event
from meetups.events.open_event import open_event
from meetups.lifecycle.participants import Participant, open_event_and_part, part_of
from meetups.lifecycle.visibility import seen_by
from meetups.pages.site.one_second_cache import cached
from meetups.registrations.models import Slot
from meetups.registrations.pen.queries import slots_of
from meetups.volunteers.models import Shift


class PageRequest(HttpRequest):
    """A request of anyone. `at` is when it came."""

    at: datetime


class SignedIn(PageRequest):
    """A request of a signed-in person. `login_required` lets no other request through."""

    user: User


def event_or_404(request: HttpRequest, public_id: str) -> Event:
    """The event with its community, if the reader may open it by its address or may see the desk of a draft. Else raises Http404."""
    # Nearly all events are public, and this check is the cheapest, so it comes first.
    for_all = open_event(public_id)
    if for_all is not None or not request.user.is_authenticated:
        return for_all or _not_found()
    return _for_me(request, public_id)


def _for_me(request: HttpRequest, public_id: str) -> Event:
    """An event that is not open to all, for those who may see it all the same."""
    person = cast(User, request.user)
    dates = Event.objects.filter(public_id=public_id).only("starts_at", "ends_at", "time_zone").first
    at = timezone.now()
    seen = seen_by(person, desk_at=at if has_shown_factor(request, person, at=at, event=dates) else None)
    return get_object_or_404(seen.select_related("community"), public_id=public_id)


def _not_found() -> NoReturn:
    raise Http404


def event_and_slots_lately_or_404(request: HttpRequest, public_id: str) -> tuple[Event, list[Slot]]:
    """The event of `event_or_404` with its slots, for the texts of a form. Both may be a second old.

    The action behind the form reads both again, under its lock.
    """
    event = cached(("event", public_id), lambda: open_event(public_id)) or event_or_404(request, public_id)
    return event, cached(("slots", event.pk), lambda: _slots_of(event))


def _slots_of(event: Event) -> list[Slot]:
    slots = list(slots_of(event.pk).values())
    for slot in slots:
        slot.event = event
    return slots


def event_and_part(request: HttpRequest, public_id: str) -> tuple[Event, Participant | None]:
    """The event, and the reader's part in it. The part is None for a reader who is not signed in. Raises Http404."""
    if not request.user.is_authenticated:
        return event_or_404(request, public_id), None
    found = open_event_and_part(public_id, request.user)
    if found:
        return found
    event = _for_me(request, public_id)
    return event, part_of(event, request.user)


def shift_or_404(event: Event, pk: int) -> Shift:
    """A shift of `event` with its slot. Raises Http404."""
    return get_object_or_404(Shift.objects.select_related("slot", "event"), event=event, pk=pk)
