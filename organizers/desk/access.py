"""Access to the desk: who may enter, and which objects they may load."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_htmx.middleware import HtmxDetails

from meetups.accounts.models import User
from meetups.accounts.second_factor import has_shown_factor
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import GRANTS, Permission, Role
from meetups.events.models import Event
from organizers.desk.freshness import is_idle
from organizers.desk.three_way import MergedByItself

# Pages behind these rights are lists of people, or lead to them.
MOST_MERGES = 3
OF_PEOPLE = {Permission.SEE_ATTENDEES, Permission.MANAGE_ATTENDEES, Permission.CHECK_IN, Permission.MANAGE_MEMBERS}


class DeskRequest(HttpRequest):
    """A request that passed the access check. `grants` holds the person's rights in the community of the request."""

    user: User
    htmx: HtmxDetails
    grants: frozenset[Permission]


def open_to_all[**P](view: Callable[Concatenate[DeskRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """For desk pages that belong to no community: anyone who is signed in may see them."""

    @wraps(view)
    def gate(request: DeskRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        refused = _refuse(request)
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
            refused = _refuse(request)
            if refused:
                return refused
            found = Community.objects.manageable_by(request.user, permission).filter(slug=slug)
            community = _one(found, request, of_community="pk")
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
            refused = _refuse(request, of_event=public_id)
            if refused:
                return refused
            found = Event.objects.manageable_by(request.user, permission).filter(public_id=public_id)
            event = _one(found.select_related("community"), request, of_community="community")
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


def _one(found: QuerySet[Any], request: DeskRequest, *, of_community: str) -> Any:
    """The one object of `found`; the person's role in its community comes with the same query. Raises Http404."""
    role = Membership.objects.filter(community=OuterRef(of_community), person=request.user).values("role")[:1]
    thing = found.annotate(my_role=Subquery(role)).first()
    if thing is None:
        raise Http404
    request.grants = GRANTS[Role(thing.my_role)]
    return thing


def _refuse(request: HttpRequest, *, of_event: str = "") -> HttpResponse | None:
    """The redirect for a person who is not signed in, or not lately or strongly enough; None for a person who may enter."""
    at = timezone.now()
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else reverse("desk")
    dates = Event.objects.filter(public_id=of_event).only("starts_at", "ends_at", "time_zone").first
    if not request.user.is_authenticated:
        return redirect_to_login(here)
    if is_idle(request, at=at):
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': here})}")
    if not settings.DESK_SECOND_FACTOR:
        return None
    if not is_mfa_enabled(request.user):
        return HttpResponseRedirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': here})}")
    if not has_shown_factor(request, request.user, at=at, event=dates):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': here})}")
    return None
