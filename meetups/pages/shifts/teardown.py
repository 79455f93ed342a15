"""Teardown on the phone: the list that several people tick together, and photos that show how the room was (RULES 77)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, Concatenate

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, Max, OuterRef, Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Permission, roles_with
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.pages.site.access import SignedIn
from meetups.volunteers.actions.teardown.tick_chore import tick_chore
from meetups.volunteers.models import Chore, RoomPhoto, Shift
from meetups.volunteers.teardown_list import LineIsGone, can_be_ticked, photos_of, with_teardown_for

# This long after the planned end of teardown, a page still asks for the ticks of the others.
LIVE_AFTER = timedelta(hours=1)
WITHOUT_SHIFT = timedelta(hours=1)


class Helper(SignedIn):
    """A request of a signed-in person, perhaps for only a part of the page."""

    htmx: HtmxDetails


@dataclass(frozen=True)
class Board:
    """The list at `at`: what is open, what is done, what not to do. `ends_at` is the end of the last teardown shift; None without one."""

    event: Event
    at: datetime
    chores: list[Chore]
    ends_at: datetime | None

    @property
    def open(self) -> list[Chore]:
        return [one for one in self.chores if one.sort == Chore.Sort.DO and one.done_at is None]

    @property
    def done(self) -> list[Chore]:
        """The latest first, so that a tick by mistake is on top."""
        done = [(one.done_at, one) for one in self.chores if one.done_at is not None]
        return [one for _at, one in sorted(done, key=lambda pair: (pair[0], pair[1].pk), reverse=True)]

    @property
    def do_not(self) -> list[Chore]:
        return [one for one in self.chores if one.sort == Chore.Sort.DO_NOT]

    @property
    def total(self) -> int:
        return len(self.chores) - len(self.do_not)

    @property
    def is_finished(self) -> bool:
        return bool(self.done) and not self.open

    @property
    def can_tick(self) -> bool:
        return can_be_ticked(self.event, self.at)

    @property
    def is_late(self) -> bool:
        """Whether something is open after the end of the last teardown shift."""
        return bool(self.open) and self.can_tick and self.ends_at is not None and self.ends_at <= self.at

    @property
    def is_live(self) -> bool:
        """Whether the page asks again: while something is open, until an hour after the planned end of teardown."""
        until = max(self.ends_at or self.event.ends_at + WITHOUT_SHIFT, self.event.ends_at) + LIVE_AFTER
        return self.can_tick and bool(self.open) and self.at < until

    @property
    def version(self) -> str:
        """A value that changes as soon as the page would look different."""
        lines = [(one.pk, one.sort, one.text, one.detail, one.done_at, one.done_by_id) for one in self.chores]
        return sha256(repr((lines, self.can_tick, self.is_late, self.is_live)).encode()).hexdigest()[:12]


def for_helpers[**P](
    view: Callable[Concatenate[Helper, Event, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Gives the view the event with `teardown_ends_at` and `may_write`, if the person may see it; else 404.

    A person who is no longer signed in goes to sign-in with the whole page, because its form must not appear inside the list.
    """

    @wraps(view)
    def gate(request: Helper, public_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            sign_in = redirect_to_login(reverse("teardown", args=[public_id]))
            return HttpResponseClientRedirect(sign_in["Location"]) if request.htmx else sign_in
        writers = Membership.objects.filter(
            community=OuterRef("community"), person=request.user, role__in=roles_with(Permission.MANAGE_SHIFTS)
        )
        teardown_shifts = Q(shifts__phase=Shift.Phase.TEARDOWN, shifts__cancelled_at__isnull=True)
        found = with_teardown_for(request.user).annotate(
            teardown_ends_at=Max("shifts__ends_at", filter=teardown_shifts), may_write=Exists(writers)
        )
        return view(request, get_object_or_404(found, public_id=public_id), *args, **kwargs)

    return gate


@require_safe
@for_helpers
def teardown(request: Helper, event: Event) -> HttpResponse:
    """The list, the people to ask, and the photos."""
    shifts = event.shifts.open().filter(phase=Shift.Phase.TEARDOWN).in_order().select_related("lead")
    return render(
        request, "pages/shifts/teardown.html", {**_list(event), "shifts": list(shifts), "photos": photos_of(event)}
    )


@require_safe
@for_helpers
def lines(request: Helper, event: Event) -> HttpResponse:
    """The list alone; 204 if it is still the version in `seen`. Three queries with the session, whatever its length."""
    context = _list(event)
    if request.GET.get("seen") == context["board"].version:
        return HttpResponse(status=204)
    return render(request, "pages/shifts/teardown.html#list", context)


@require_POST
@for_helpers
def tick(request: Helper, event: Event, pk: int) -> HttpResponse:
    """Ticks a line if `done` is 1, and opens it again if `done` is 0."""
    done = request.POST.get("done", "")
    if done not in ("0", "1"):
        return HttpResponseBadRequest()
    refused = ""
    try:
        chore = Chore.objects.filter(event=event, pk=pk).first()
        if chore is None:
            raise LineIsGone
        tick_chore(chore=chore, done=done == "1", at=request.at, by=request.user)
    except DomainError as refusal:
        refused = str(refusal)
    if request.htmx:
        return render(request, "pages/shifts/teardown.html#list", {**_list(event), "refused": refused})
    if refused:
        messages.error(request, refused)
    return redirect("teardown", event.public_id)


@require_safe
@login_required
@cache_control(private=True, max_age=3600)
def photo(request: SignedIn, public_id: str, pk: int) -> FileResponse:
    """The image file, for the team and for people with a shift. It never changes, so phones may keep it for an hour."""
    shown = RoomPhoto.objects.filter(event__in=with_teardown_for(request.user), event__public_id=public_id)
    found = get_object_or_404(shown, pk=pk)
    try:
        return FileResponse(found.image.open("rb"), content_type="image/jpeg", filename=f"room-{found.pk}.jpg")
    except FileNotFoundError:
        raise Http404 from None


def _list(event: Event) -> dict[str, Any]:
    chores = Chore.objects.filter(event=event).in_order().select_related("done_by")
    ends_at = getattr(event, "teardown_ends_at", None)
    return {"event": event, "board": Board(event, timezone.now(), list(chores), ends_at)}


def teardowns_today(person: User, *, at: datetime) -> list[Shift]:
    """The person's teardown shifts that have a list, from half a day before until three hours after. One query."""
    mine = Shift.objects.open().filter(
        Exists(Chore.objects.filter(event=OuterRef("event"))),
        phase=Shift.Phase.TEARDOWN,
        signups__state="signed_up",
        signups__volunteer=person,
        event__state=Event.State.PUBLISHED,
        starts_at__lte=at + timedelta(hours=12),
        ends_at__gt=at - timedelta(hours=3),
    )
    return list(mine.select_related("event").in_order())
