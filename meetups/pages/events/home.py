"""The home page: what is next in all communities."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetups.events.models import Event
from meetups.pages.sheets.event_cards import cards
from meetups.pages.sheets.my_part import next_part

A_PAGE = 12
RECENT = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Public events ahead, soonest first, and below them the latest past ones. `?when=past` lists the past, `?page=` pages both."""
    at = timezone.now()
    listed = Event.objects.listed().select_related("community")
    past = (
        listed.published()
        .past(at)
        .annotate(slides=Count("talks", filter=Q(talks__state="confirmed", talks__slides_published_at__isnull=False)))
    )
    shows_past = request.GET.get("when") == "past"
    page = Paginator(past if shows_past else listed.ahead(at), A_PAGE).get_page(request.GET.get("page"))
    recent = [] if shows_past or page.number > 1 else list(past[: RECENT + 1])
    return render(
        request,
        "pages/events/home.html",
        {
            "page": page,
            "cards": cards(page.object_list, at=at),
            "shows_past": shows_past,
            "recent": cards(recent[:RECENT], at=at),
            "more_past": len(recent) > RECENT,
            "mine": next_part(request.user, at=at) if request.user.is_authenticated and not shows_past else None,
        },
    )
