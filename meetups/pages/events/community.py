"""A community's page."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from meetups.accounts.second_factor import has_shown_factor
from meetups.communities.models import Community, Follow, Membership
from meetups.communities.permissions import Permission, Role, roles_with
from meetups.events.models import Event
from meetups.pages.sheets.event_cards import cards
from meetups.pages.sheets.follow_words import current_words
from meetups.pages.sheets.people import initial
from meetups.pages.site.access import PageRequest
from meetups.pages.site.cached_figures import cached
from meetups.registrations.models import Registration
from meetups.speakers.models import Call, Talk

A_PAGE = 10
# Of the events ahead. Who makes thousands costs the readers of the page nothing.
MOST_AHEAD = 50


@require_safe
def community(request: PageRequest, slug: str) -> HttpResponse:
    """The next event, those after it, the past ones with their slides, and who runs them. `?page=` pages the past."""
    follows = Follow.objects.filter(community=OuterRef("pk"), person=request.user.pk)
    community = get_object_or_404(Community.objects.annotate(is_followed=Exists(follows)), slug=slug)
    events = Event.objects.listed_for(request.user).filter(community=community).select_related("community")
    past = events.exclude(state=Event.State.CANCELLED).past(request.at)
    talks = Talk.objects.on_programme().with_speakers()
    page = Paginator(past.prefetch_related(Prefetch("talks", queryset=talks, to_attr="held")), A_PAGE).get_page(
        request.GET.get("page")
    )
    members = list(Membership.objects.filter(community=community).select_related("person").order_by("since", "pk"))
    role = next((member.role for member in members if member.person_id == request.user.pk), None)
    call = Call.objects.filter(community=community, event=None).first()
    mine = Registration.objects.active().filter(event=OuterRef("pk"), attendee=request.user.pk)
    found = list(events.ahead(request.at).annotate(is_mine=Exists(mine))[: MOST_AHEAD + 1])
    ahead = cards(found[:MOST_AHEAD], at=request.at)
    upcoming = next((card for card in ahead if card.event.is_published), None)
    people, slides = cached(
        ("people and slides", community.pk, page.paginator.count), lambda: _people_and_slides(community, request.at)
    )
    context = {
        "community": community,
        "upcoming": upcoming,
        "is_registered": upcoming is not None and getattr(upcoming.event, "is_mine", False),
        "has_more": len(found) > MOST_AHEAD,
        "following": [card for card in ahead if card is not upcoming],
        "words": current_words(),
        "page": page,
        "this_year": request.at.year,
        "organizers": [
            (member, initial(member.person.name)) for member in members if member.role in {Role.OWNER, Role.ORGANIZER}
        ],
        "figures": _figures(page.paginator.count, people, slides),
        "slides": slides,
        "call": call if call and call.is_open(request.at) else None,
        "sees_desk": role in roles_with(Permission.SEE_DESK) and has_shown_factor(request, request.user, at=request.at),
    }
    return render(request, "pages/events/community.html", context)


def _people_and_slides(community: Community, at: datetime) -> tuple[int, int]:
    """How many people came, each counted once, and how many slides are out, both of events that everyone finds. One query."""
    # Readers of all kinds share these numbers.
    found = Event.objects.listed_for(AnonymousUser())
    held = found.exclude(state=Event.State.CANCELLED).filter(ends_at__lte=at)
    came = Registration.objects.confirmed().filter(event__in=held, event__community=OuterRef("pk"))
    out = Talk.objects.on_programme().slides_out().filter(event__in=found, event__community=OuterRef("pk"))
    of_people = came.order_by().values("event__community").values(number=Count("attendee", distinct=True))
    of_slides = out.order_by().values("event__community").values(number=Count("pk"))
    figures = Community.objects.values_list(Coalesce(Subquery(of_people), 0), Coalesce(Subquery(of_slides), 0))
    people, slides = figures.get(pk=community.pk)
    return people, slides


def _figures(held: int, people: int, slides: int) -> str:
    """One sentence of numbers, or two; empty before the first event."""
    if not held:
        return ""
    words = {
        "events": ngettext("%(count)d event so far", "%(count)d events so far", held) % {"count": held},
        "people": ngettext("%(count)d person came", "%(count)d people came", people) % {"count": people},
        "slides": ngettext("%(count)d slide deck is public", "%(count)d slide decks are public", slides)
        % {"count": slides},
    }
    return (_("%(events)s, %(people)s. %(slides)s.") if slides else _("%(events)s, %(people)s.")) % words
