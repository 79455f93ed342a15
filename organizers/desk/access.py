"""Access to the desk: who may enter, and which objects they may load."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, cast
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_htmx.middleware import HtmxDetails

from meetups.accounts.models import User
from meetups.accounts.second_factor import has_shown_factor
from meetups.communities.models import Community
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.events.event_roles import EventRole
from meetups.events.models import Event
from organizers.desk.freshness import is_idle
from organizers.desk.gate_reads import community_at, event_at
from organizers.desk.three_way import MergedByItself

# Pages behind these rights are lists of people, or lead to them.
MOST_MERGES = 3
OF_PEOPLE = {Permission.SEE_ATTENDEES, Permission.MANAGE_ATTENDEES, Permission.CHECK_IN, Permission.MANAGE_MEMBERS}


class DeskRequest(HttpRequest):
    """A request that passed the access check. `grants` holds the person's rights in the community, or at the event, of the request;
    `at` is when it came.
    """

    at: datetime
    user: User
    htmx: HtmxDetails
    grants: frozenset[Permission]


def open_to_all[**P](view: Callable[Concatenate[DeskRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """For desk pages that belong to no community: anyone who is signed in may see them."""

    @wraps(view)
    def gate(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        refused = _not_known(request) or _no_factor(request)
        if refused:
            return refused
        request.grants = frozenset()
        return view(request, *args, **kwargs)

    return gate


def for_community[**P](
    permission: Permission,
) -> Callable[[Callable[Concatenate[DeskRequest, Community, P], HttpResponse]], Callable[..., HttpResponse]]:
    """The view gets the community named by `slug`, loaded through the person's rights; 404 if they lack `permission`."""

    def decorate(view: Callable[Concatenate[DeskRequest, Community, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gate(request: DeskRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            refused = _not_known(request) or _no_factor(request)
            if refused:
                return refused
            community = _let_in(request, community_at(slug, request.user), permission)
            return _kept_by_browsers(_answered(view, request, community, *args, **kwargs), permission)

        return gate

    return decorate


def for_event[**P](
    permission: Permission,
) -> Callable[[Callable[Concatenate[DeskRequest, Event, P], HttpResponse]], Callable[..., HttpResponse]]:
    """The view gets the event named by `public_id` with its community; 404 if the person lacks `permission` there."""

    def decorate(view: Callable[Concatenate[DeskRequest, Event, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def gate(request: DeskRequest, public_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            refused = _not_known(request)
            if refused:
                return refused
            refused = _no_factor(request, of_event=public_id)
            helps = (
                bool(refused) and permission in GRANTS[Role.HELPER] and helps_only(request.user, public_id, request.at)
            )
            if refused and not helps:
                return refused
            event = _let_in(request, event_at(public_id, request.user, request.at), permission)
            if helps:
                request.grants = GRANTS[Role.HELPER]
            return _kept_by_browsers(_answered(view, request, event, *args, **kwargs), permission)

        return gate

    return decorate


def _answered(view: Callable[..., HttpResponse], request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer of the view. A form that another organizer was faster with is sent again with both changes, where they go
    together (RULES 195).
    """
    for _attempt in range(MOST_MERGES):
        try:
            return view(request, *args, **kwargs)
        except MergedByItself as merge:
            _send_again(request, merge.data)
            fields = pgettext("list", ", ").join(merge.taken)
            words = _("Someone else changed this meanwhile, and both changes are in. Theirs: %(fields)s.")
            messages.info(request, words % {"fields": fields})
    # Others save again and again: what differs is asked.
    sent = request.POST.copy()
    sent.pop("was", None)
    _send_again(request, sent)
    return view(request, *args, **kwargs)


def _send_again(request: DeskRequest, data: QueryDict) -> None:
    """The request with other fields."""
    request.POST = cast(Any, data)


def _kept_by_browsers(response: HttpResponse, permission: Permission) -> HttpResponse:
    """No browser stores lists of people. Other pages are asked for again, and going back to them stays fast."""
    if permission in OF_PEOPLE:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _let_in[Thing: (Community, Event)](
    request: DeskRequest, found: tuple[Thing, frozenset[Permission]] | None, permission: Permission
) -> Thing:
    """The thing, and the person's rights there in the request. Raises Http404 without `permission`, as where there is nothing."""
    if found is None or permission not in found[1]:
        raise Http404
    thing, request.grants = found
    return thing


def helps_only(person: User | AnonymousUser, public_id: str, at: datetime) -> bool:
    """Whether `person` is a check-in helper of the event and not of its team: then they need no second factor (RULES 227)."""
    if not person.is_authenticated:
        return False
    here = EventRole.objects.current(at).filter(event__public_id=public_id, person=person, role=Role.HELPER)
    return here.exclude(event__community__memberships__person=person).exists()


def _not_known(request: DeskRequest) -> HttpResponse | None:
    """The redirect for a person who is not signed in, or not lately; else None."""
    if not request.user.is_authenticated:
        return redirect_to_login(_here(request))
    if is_idle(request, at=request.at):
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': _here(request)})}")
    return None


def _no_factor(request: DeskRequest, *, of_event: str = "") -> HttpResponse | None:
    """The redirect for a person who is signed in, but has not shown a second factor; else None."""
    assert request.user.is_authenticated
    if not settings.DESK_SECOND_FACTOR:
        return None
    dates = Event.objects.filter(public_id=of_event).only("starts_at", "ends_at", "time_zone").first
    if not is_mfa_enabled(request.user):
        return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': _here(request)})}")
    if not has_shown_factor(request, request.user, at=request.at, event=dates):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': _here(request)})}")
    return None


def _here(request: HttpRequest) -> str:
    return request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("desk")
