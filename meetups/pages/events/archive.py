"""The archive of a community's talks: by theme, by speaker, by word."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Func, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.events.models import Event, EventQuerySet
from meetups.pages.site.cached_figures import cached
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.models.talk import TalkQuerySet

A_PAGE = 20
THEMES = 24
LONGEST = 80


@require_safe
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """The talks of past events, latest first. Every word of `q` must occur in title, abstract, themes or speakers. `theme` and
    `speaker` match exactly. `slides=1` leaves out talks without slides. `page` selects the page. Seven queries at most, any size.
    """
    community = get_object_or_404(Community, slug=slug)
    past = _past(community, request.user)
    talks: TalkQuerySet = Talk.objects.on_programme().filter(event__in=past)
    asked = {name: _text(request, name) for name in ("q", "theme", "speaker")}
    only_slides = request.GET.get("slides") == "1"
    found = _found(talks, **asked)
    if only_slides:
        found = found.filter(slides_published_at__isnull=False)
    # The numbers first, once: to count them and to find a page among them would search everything twice.
    ordered = list(found.order_by("-event__starts_at", "-event", "position", "pk").values_list("pk", flat=True))
    page: Page[Any] = Paginator(ordered, A_PAGE).get_page(request.GET.get("page"))
    held = Talk.objects.filter(pk__in=list(page.object_list)).with_speakers().select_related("speaker", "event")
    by_number = {talk.pk: talk for talk in held}
    page.object_list = [by_number[number] for number in page.object_list if number in by_number]
    is_narrowed = only_slides or any(asked.values())
    # Beside a search the number of all talks may be an hour old, but never a nought that is over.
    total = (
        (cached(("talks", community.pk, request.user.pk), talks.count) or talks.count())
        if is_narrowed
        else len(ordered)
    )
    context = {
        "community": community,
        "page": page,
        # What is kept is shown to all, so it is counted in what everyone finds.
        "themes": cached(("themes", community.pk, total), lambda: _themes(_past(community, AnonymousUser()))),
        "total": total,
        **asked,
        "only_slides": only_slides,
        "is_narrowed": is_narrowed,
    }
    return render(request, "pages/events/archive.html", context)


def _past(community: Community, reader: User | AnonymousUser) -> EventQuerySet:
    """The past events that the reader finds."""
    listed: EventQuerySet = Event.objects.listed_for(reader).filter(community=community)
    return listed.exclude(state=Event.State.CANCELLED).past(timezone.now()).order_by().only("pk")


def _text(request: HttpRequest, name: str) -> str:
    return " ".join(request.GET.get(name, "").split())[:LONGEST]


def _found(talks: TalkQuerySet, *, q: str, theme: str, speaker: str) -> TalkQuerySet:
    """The talks in which every word of `q` occurs. A word may be two letters long, because no word index is used."""
    # Asked row by row: a join would read all people of the site.
    name = Subquery(User.objects.filter(pk=OuterRef("speaker")).values("name"))
    talks = talks.alias(all_themes=Cast("themes", TextField()), speaker_name=name)
    for word in q.split():
        # Where a word has no capitals, PostgreSQL need not turn every text into them.
        contains = "contains" if word.upper() == word.lower() else "icontains"
        with_others = CoSpeaker.objects.active().filter(**{f"person__name__{contains}": word})
        texts = [(f"{text}__{contains}", word) for text in ("title", "abstract", "all_themes", "speaker_name")]
        talks = talks.filter(Q(*texts, ("pk__in", with_others.values("talk")), _connector=Q.OR))
    if theme:
        talks = talks.filter(themes__contains=[theme])
    if speaker:
        together = CoSpeaker.objects.active().filter(talk=OuterRef("pk"), person__name=speaker)
        talks = talks.filter(Q(speaker__name=speaker) | Q(Exists(together)))
    return talks


def _themes(events: EventQuerySet) -> list[dict[str, Any]]:
    """The most frequent themes of the talks at `events`, each with its count. One query."""
    talks = Talk.objects.on_programme().filter(event__in=events)
    words = talks.order_by().annotate(theme=Func(F("themes"), function="unnest")).values("theme")
    most = words.annotate(count=Count("pk")).order_by("-count", "theme")[:THEMES]
    return [{"theme": one["theme"], "count": one["count"]} for one in most]
