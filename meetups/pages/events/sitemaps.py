"""What search engines may read, and where: robots.txt and the sitemap."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap, views
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from meetups.communities.models import Community
from meetups.events.models import Event, EventQuerySet
from meetups.pages.site.cached_figures import cached
from meetups.speakers.models import Talk
from meetups.speakers.models.talk import TalkQuerySet

# A crawler accepts 50,000 addresses a file. Smaller files are read at once from a database of many years.
A_FILE = 2_000
ROBOTS = """User-agent: *
Disallow: /desk/
Disallow: /me/
Disallow: /accounts/
Disallow: /calendar/

Sitemap: {site}{sitemap}
"""


class _Files(Paginator):  # type: ignore[type-arg]  # it takes its type only in stubs
    """The files of a section. Their number may be an hour old, as the answers may."""

    section: str

    @cached_property
    def count(self) -> int:
        return cached(("sitemap", self.section), lambda: Paginator(self.object_list, self.per_page).count)


class _Pages(Sitemap):  # type: ignore[type-arg]  # it takes its type only in stubs
    """Oldest first: a new page changes the last file alone."""

    limit = A_FILE
    protocol = settings.SITE_URL.partition("://")[0]

    @property
    def paginator(self) -> _Files:
        files = _Files(self.items(), self.limit)  # type: ignore[arg-type]  # the stubs do not know that it is sliced
        files.section = type(self).__name__
        return files

    def get_latest_lastmod(self) -> None:
        """None: to find the newest change, each page would be read, and it says nothing of a single file."""

    def get_domain(self, site: Any = None) -> str:
        """The site's own name, whatever the request called it."""
        return settings.SITE_URL.partition("//")[2]


class _Events(_Pages):
    def items(self) -> EventQuerySet:
        events: EventQuerySet = Event.objects.listed_for(AnonymousUser()).order_by("pk")
        return events.only("public_id", "created_at", *Event.CALENDAR_STAMPS)

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
        return talks.select_related("event").order_by("pk").only("event__public_id")

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
