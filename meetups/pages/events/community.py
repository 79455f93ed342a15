"""A community's page."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetups.accounts.second_factor import has_shown_factor
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Permission, Role, roles_with
from meetups.events.models import Event
from meetups.pages.sheets.event_cards import cards
from meetups.pages.site.kept_figures import kept
from meetups.registrations.models import Registration
from meetups.speakers.models import Call, Talk

A_PAGE = 10


@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponse:
    """The organizers, the events ahead, and the past events with their slides. `?page=` pages the past."""
    at = timezone.now()
    community = get_object_or_404(Community, slug=slug)
    events = Event.objects.listed_for(request.user).filter(community=community).select_related("community")
    past = events.exclude(state=Event.State.CANCELLED).past(at)
    talks = Talk.objects.on_programme().with_speakers()
    page = Paginator(past.prefetch_related(Prefetch("talks", queryset=talks, to_attr="held")), A_PAGE).get_page(
        request.GET.get("page")
    )
    members = list(Membership.objects.filter(community=community).select_related("person").order_by("since", "pk"))
    role = next((member.role for member in members if member.person_id == request.user.pk), None)
    call = Call.objects.filter(community=community, event=None).first()
    context = {
        "community": community,
        "ahead": cards(events.ahead(at), at=at),
        "page": page,
        "organizers": [member.person.name for member in members if member.role in {Role.OWNER, Role.ORGANIZER}],
        "held": page.paginator.count,
        "people": kept(
            ("people", community.pk, page.paginator.count),
            lambda: (
                Registration.objects.confirmed()
                .filter(event__community=community, event__ends_at__lte=at)
                .values("attendee")
                .distinct()
                .count()
            ),
        ),
        "call": call if call and call.is_open(at) else None,
        "sees_desk": role in roles_with(Permission.SEE_DESK) and has_shown_factor(request, request.user),
    }
    return render(request, "pages/events/community.html", context)
