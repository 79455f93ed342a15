"""Calendars (iCalendar) and feeds (Atom) that anyone can follow: of the site, a search, a community, a person's talks.

They hold what a stranger may see, so they are the same for everyone. The ETag is that of the content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.links import link
from meetups.events.calendar import CalendarEntry, calendar_file, entry_of, part_entry
from meetups.events.models import Event, EventQuerySet
from meetups.lifecycle.agenda import KEPT, on_programmes
from meetups.lifecycle.search.found_events import found
from meetups.pages.events.search import asked_of
from meetups.pages.sheets.share import preview_text
from meetups.speakers.models import Talk

# Calendars take the events ahead and the last 90 days, feeds the events that were published last.
MOST_ENTRIES = 300
MOST_NEWS = 40
# Readers ask again after this time at the earliest.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True)
class FeedItem:
    """One event or talk. `updated` is when what a reader is told here changed last."""

    entry: CalendarEntry
    title: str
    summary: str
    published: datetime
    updated: datetime


@dataclass(frozen=True)
class FeedSource:
    """What is followed: its name, its page, and its items."""

    name: str
    page: str
    items: list[FeedItem]


@require_safe
@conditional_page
def site_calendar(request: HttpRequest) -> HttpResponse:
    """The events of the site, or those that a search finds: `?tag=`, `?q=`, `?prefecture=`, `?online=1`."""
    return _calendar(_of_site(request, for_calendar=True))


@require_safe
@conditional_page
def site_feed(request: HttpRequest) -> HttpResponse:
    """The same as a feed, the latest first."""
    return _feed(request, _of_site(request, for_calendar=False))


@require_safe
@conditional_page
def community_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The events of a community."""
    return _calendar(_of_community(slug, for_calendar=True))


@require_safe
@conditional_page
def community_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a feed, the latest first."""
    return _feed(request, _of_community(slug, for_calendar=False))


@require_safe
@conditional_page
def speaker_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The public talks of a person. 404 where there is none."""
    return _calendar(_of_speaker(pk, for_calendar=True))


@require_safe
@conditional_page
def speaker_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a feed, the latest first."""
    return _feed(request, _of_speaker(pk, for_calendar=False))


def _of_site(request: HttpRequest, *, for_calendar: bool) -> FeedSource:
    asked = asked_of(request)
    events = (
        found(_listed(), words=asked.q, tag=asked.tag, prefecture=asked.prefecture) if asked.is_anything else _listed()
    )
    if asked.online:
        events = events.exclude(format=Event.Format.ON_SITE)
    words = " ".join(
        filter(None, (asked.q, asked.tag and f"#{asked.tag}", asked.place, _("Online") if asked.online else ""))
    )
    narrowed = {"q": asked.q, "tag": asked.tag, "prefecture": asked.prefecture, "online": "1" if asked.online else ""}
    query = urlencode({name: value for name, value in narrowed.items() if value})
    return FeedSource(
        f"{words} – {settings.SITE_NAME}" if words else settings.SITE_NAME,
        f"{link('search')}?{query}" if query else link("home"),
        _items(events, for_calendar=for_calendar),
    )


def _of_community(slug: str, *, for_calendar: bool) -> FeedSource:
    community = get_object_or_404(Community, slug=slug)
    events = _listed().filter(community=community)
    return FeedSource(community.name, link("community", slug), _items(events, for_calendar=for_calendar))


def _of_speaker(pk: int, *, for_calendar: bool) -> FeedSource:
    person = get_object_or_404(User, pk=pk, is_active=True)
    held = Talk.objects.on_programme().held_by(person).filter(event__in=_listed().order_by())
    if not held.exists():
        # Who never spoke has no page here, and no name.
        raise Http404
    ordered = held.order_by("-event__starts_at", "-pk").select_related("event__community")
    talks = list(ordered.filter(event__ends_at__gt=timezone.now() - KEPT) if for_calendar else ordered[:MOST_NEWS])
    lines = on_programmes(talks)
    items = []
    for talk in talks:
        event, line = talk.event, lines[talk.pk]
        entry = part_entry(
            event,
            part=f"talk-{talk.pk}",
            summary=f"{talk.title} – {event.words.title}",
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            stamp=max(event.calendar_stamp, talk.confirmed_at or event.calendar_stamp),
            url=link("talk", event.public_id, talk.pk),
            place=event.venue.name,
        )
        since = max(event.published_at or event.created_at, talk.confirmed_at or event.created_at)
        updated = max(entry.stamp, talk.slides_published_at or entry.stamp)
        items.append(FeedItem(entry, talk.title, preview_text(event), since, updated))
    return FeedSource(_("Talks by %(name)s") % {"name": person.name}, link("home"), items)


def _listed() -> EventQuerySet:
    events: EventQuerySet = Event.objects.listed_for(AnonymousUser()).select_related("community")
    return events


def _items(events: EventQuerySet, *, for_calendar: bool) -> list[FeedItem]:
    chosen: Iterable[Event] = (
        events.filter(ends_at__gt=timezone.now() - KEPT).order_by("starts_at", "pk")[:MOST_ENTRIES]
        if for_calendar
        else events.order_by("-published_at", "-pk")[:MOST_NEWS]
    )
    items = []
    for event in chosen:
        told = preview_text(event)
        entry = entry_of(event, stamp=event.calendar_stamp, url=link("event", event.public_id), description=told)
        items.append(FeedItem(entry, entry.title, told, event.published_at or event.created_at, event.calendar_stamp))
    return items


def _calendar(source: FeedSource) -> HttpResponse:
    content = calendar_file([item.entry for item in source.items], name=source.name)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="meetups.ics"'
    return _for_all(response, source)


def _feed(request: HttpRequest, source: FeedSource) -> HttpResponse:
    feed = Atom1Feed(
        title=source.name,
        link=source.page,
        description="",
        language=get_language(),
        feed_url=settings.SITE_URL + request.get_full_path(),
        feed_guid=f"{source.page}#feed",
    )
    for item in sorted(source.items, key=lambda item: item.published, reverse=True):
        feed.add_item(
            title=item.title,
            link=item.entry.url,
            description=item.summary,
            unique_id=item.entry.url,
            pubdate=item.published,
            updateddate=item.updated,
        )
    return _for_all(HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"), source)


def _for_all(response: HttpResponse, source: FeedSource) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}"
    if source.items:
        response["Last-Modified"] = http_date(max(item.updated for item in source.items).timestamp())
    return response
