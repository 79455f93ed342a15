"""What search engines may read, and where: robots.txt and the sitemap."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap, views
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from meetups.communities.models import Community
from meetups.events.models import Event, EventQuerySet
from meetups.speakers.models import Talk
from meetups.speakers.models.talk import TalkQuerySet

# A file with more addresses than 50,000 is refused; each has a page of its own in the index long before.
A_FILE = 10_000
ROBOTS = """User-agent: *
Disallow: /desk/
Disallow: /me/
Disallow: /accounts/
Disallow: /calendar/

Sitemap: {site}{sitemap}
"""


class _Pages(Sitemap):  # type: ignore[type-arg]  # it takes its type only in stubs
    limit = A_FILE
    protocol = settings.SITE_URL.partition("://")[0]

    def get_domain(self, site: Any = None) -> str:
        """The site's own name, whatever the request called it."""
        return settings.SITE_URL.partition("//")[2]


class _Events(_Pages):
    def items(self) -> EventQuerySet:
        events: EventQuerySet = Event.objects.listed_for(AnonymousUser()).order_by("-starts_at", "-pk")
        return events

    def location(self, item: Event) -> str:
        return reverse("event", args=[item.public_id])

    def lastmod(self, item: Event) -> datetime:
        return item.calendar_stamp


class _Communities(_Pages):
    def items(self) -> Any:
        return Community.objects.order_by("pk")

    def location(self, item: Community) -> str:
        return reverse("community", args=[item.slug])


class _Talks(_Pages):
    def items(self) -> TalkQuerySet:
        events = Event.objects.listed_for(AnonymousUser()).published().order_by()
        talks: TalkQuerySet = Talk.objects.on_programme().filter(event__in=events)
        return talks.select_related("event").order_by("-event__starts_at", "-pk")

    def location(self, item: Talk) -> str:
        return reverse("talk", args=[item.event.public_id, item.pk])


class _Home(_Pages):
    def items(self) -> list[str]:
        return ["home", "search"]

    def location(self, item: str) -> str:
        return reverse(item)


SECTIONS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "pages": _Home,
    "communities": _Communities,
    "events": _Events,
    "talks": _Talks,
}
_an_hour: Callable[..., Any] = cache_control(public=True, max_age=3600)


@require_safe
@_an_hour
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index of the files."""
    answer: HttpResponse = views.index(request, SECTIONS, sitemap_url_name="sitemap_section")
    return answer.render() if hasattr(answer, "render") else answer


@require_safe
@_an_hour
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    """One file: what a stranger may see. `?p=` is its page."""
    answer: HttpResponse = views.sitemap(request, SECTIONS, section)
    return answer.render() if hasattr(answer, "render") else answer


@require_safe
@_an_hour
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers leave alone. Nothing is hidden by it: pages that are not for everyone ask who reads."""
    text = ROBOTS.format(site=settings.SITE_URL, sitemap=reverse("sitemap"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
