"""The home page: what is next in all communities."""

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetups.events.models import Event
from meetups.pages.sheets.community_list import A_SHELF, communities_of_site, followed_by
from meetups.pages.sheets.doors import doors_of
from meetups.pages.sheets.event_cards import cards
from meetups.pages.sheets.event_list_pages import page_of_past
from meetups.pages.sheets.event_weeks import weeks_of
from meetups.pages.sheets.my_part import next_part
from meetups.pages.sheets.usual_places import usual_places
from meetups.pages.site.access import PageRequest
from meetups.speakers.models import Talk

A_PAGE = 12
RECENT = 4
SEALS = 7


@require_safe
def home(request: PageRequest) -> HttpResponse:
    """The events ahead that the reader may find, by weeks, and below them the latest past ones, by `?page=`.

    `?when=past` lists the past. It is never counted: after years that would take longer than everything else here.
    """
    listed = Event.objects.listed_for(request.user).select_related("community")
    decks = Talk.objects.filter(event=OuterRef("pk"), state="confirmed", slides_published_at__isnull=False).order_by()
    slides = decks.values("event").annotate(number=Count("*")).values("number")
    past = listed.published().past(request.at).annotate(slides=Coalesce(Subquery(slides), 0))
    if request.GET.get("when") == "past":
        before = page_of_past(past, request, size=A_PAGE)
        context = {"page": before, "cards": cards(before.events, at=request.at), "shows_past": True}
        return render(request, "pages/events/home.html", context)
    page = Paginator(listed.ahead(request.at), A_PAGE).get_page(request.GET.get("page"))
    recent = [] if page.number > 1 else list(past[: RECENT + 1])
    person = request.user if request.user.is_authenticated else None
    communities = communities_of_site(request.at)
    followed = followed_by(person, at=request.at) if person else []
    context = {
        "page": page,
        "weeks": weeks_of(cards(page.object_list, at=request.at), at=request.at),
        "recent": cards(recent[:RECENT], at=request.at),
        "more_past": len(recent) > RECENT,
        "places": usual_places(request.at),
        "communities": communities,
        "seals": communities[:SEALS],
        "doors": doors_of(person, at=request.at) if person else [],
        "next_part": next_part(person, at=request.at) if person else None,
        "shelf": followed[:A_SHELF],
        "followed": {community.pk for community in followed},
    }
    return render(request, "pages/events/home.html", context)
