"""The codes of conduct that hold: the community's, and for an event the venue's."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from meetups.communities.conduct import link_in, text_of
from meetups.communities.models import Community
from meetups.pages.site.access import event_or_404


@require_safe
def community_conduct(request: HttpRequest, slug: str) -> HttpResponse:
    """The code of conduct of a community. One query."""
    return _page(request, get_object_or_404(Community, slug=slug))


@require_safe
def event_conduct(request: HttpRequest, public_id: str) -> HttpResponse:
    """The codes of conduct of an event's community and of its venue. One query."""
    event = event_or_404(request, public_id)
    there = event.venue.conduct
    return _page(request, event.community, event=event, venue_text=there, venue_link=link_in(there))


def _page(request: HttpRequest, community: Community, **more: Any) -> HttpResponse:
    text = text_of(community)
    context = {"community": community, "text": text, "link": link_in(text), **more}
    return render(request, "pages/events/conduct.html", context)
