"""The tag library of our pages. It is a builtin, so no template loads it.

Every date is shown in the event's time zone. Tags take an aware instant and that time zone (its name or a `ZoneInfo`). They give
a `<time>` element in the reader's language. With `as name` they put it into a variable, for use in `blocktranslate`.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from html import unescape
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import budoux
from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from meetups.communities.models import Community
from meetups.communities.patterns import svg
from meetups.core import dates
from meetups.core.texts.markdown import TextPicture, render
from meetups.core.texts.names import set_apart, set_apart_each
from meetups.events.models import Event

register = template.Library()

JAPANESE = re.compile(r"[぀-ヿ㐀-鿿ｦ-ﾟ]")
# A day with its time; where a word of one or two syllables belongs to the time, the day, and the time with that word.
WORD = "(?:に|から|まで)"
WHOLE = re.compile(
    rf"\d{{1,2}}月\d{{1,2}}日\([月火水木金土日]\)(?: \d{{1,2}}:\d{{2}}(?!{WORD}))?|\d{{1,2}}:\d{{2}}{WORD}"
)
# No line begins with such a word, behind a <time> neither.
AFTER_A_TIME, JOINED = re.compile(rf"(?<=</time>)(?={WORD})"), "\u2060"
# The hours of a period with their zone, where they are short enough for a line of the smallest phone.
CLOCK = r"\d{1,2}:\d{2}(?: [AP]M)?"
HOURS, SHORT = re.compile(rf"{CLOCK}(?:[〜–]{CLOCK})?(?: (?:UTC[+-]\d\d:\d\d|[A-Z]{{2,5}}\b))?"), 20
BEFORE_A_ZONE = re.compile(r" (?=[AP]M\b|UTC[+-]|[A-Z]{2,5}$)")
SET_APART = re.compile(r"(<bdi>.*?</bdi>)")
PHRASES = budoux.load_default_japanese_parser()


def _language() -> str:
    return get_language() or "en"


def _time(at: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)


@lru_cache(maxsize=4096)
def _phrases(text: str) -> str:
    """The text with `<wbr>` between its phrases, escaped."""
    html = ""
    last = ""
    for phrase in PHRASES.parse(text):
        # The model was trained on running text; it must not split numbers and Latin words such as 4/2.
        joins = last.isascii() and phrase[0].isascii()
        html += ("" if not html or joins else "<wbr>") + str(escape(phrase))
        last = phrase[-1]
    return html


@register.filter
def phrase(text: object) -> SafeString | str:
    """Japanese text that breaks only between phrases, for titles. Text without Japanese is returned unchanged."""
    # A translated sentence that comes from `asvar` is escaped already, and the names of people in it are set apart.
    pieces = SET_APART.split(text) if isinstance(text, SafeString) else [str(text or "")]
    plain = [unescape(piece) if isinstance(text, SafeString) else piece for piece in pieces[::2]]
    if not any(map(JAPANESE.search, plain)):
        return text if isinstance(text, SafeString) and len(pieces) > 1 else plain[0]
    pieces[::2] = map(_phrases, plain)
    return format_html('<span class="phrases">{}</span>', mark_safe("".join(pieces)))  # noqa: S308 - each part is escaped


@register.filter
def person(name: object) -> SafeString:
    """The name of a person in text: see `meetups.core.texts.names`. An attribute has the name alone."""
    return set_apart(name)


@register.filter
def people(found: Iterable[object]) -> SafeString:
    """The names of several people in one line of text."""
    return set_apart_each(found)


@register.filter
def whole_days(text: str | None) -> SafeString:
    """A sentence in which Japanese days and times stay on one line each. Browsers would split 11月 from 26日, and 20:00 from に."""
    whole = WHOLE.sub(r'<span class="whole">\g<0></span>', conditional_escape(text or ""))
    return mark_safe(AFTER_A_TIME.sub(JOINED, whole))  # noqa: S308 - each part is escaped


@register.filter
def whole_hours(text: str | None) -> SafeString:
    """A fact of a mail in which the hours stay on one line with their zone, so that no line is only a zone."""

    def whole(found: re.Match[str]) -> str:
        return f'<span class="whole">{found[0]}</span>' if len(found[0]) <= SHORT else found[0]

    return mark_safe(HOURS.sub(whole, conditional_escape(text or "")))  # noqa: S308 - each part is escaped


@register.filter
def markdown(text: str | None, pictures: tuple[TextPicture, ...] = ()) -> SafeString:
    """A Markdown text as clean HTML: see `meetups.core.texts.markdown`. Put it into a `<div class="prose">`."""
    return render(text or "", pictures)


@register.simple_tag
def when(starts_at: datetime, ends_at: datetime, zone: str | ZoneInfo, *, large: bool = False) -> SafeString:
    """`2026年12月5日(土) 14:00〜16:30 JST`. Where the reader's clock differs, the page's script adds the reader's own time.

    With `large`, no line begins with PM or a zone.
    """
    words = dates.event_time(starts_at, ends_at, str(zone), _language())
    return period(BEFORE_A_ZONE.sub("\u00a0", words) if large else words, starts_at, ends_at, zone)


@register.simple_tag
def period(words: str, starts_at: datetime, ends_at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`words` for a period, such as `16:30〜17:30 JST`, with the reader's own time beside it, as in `when`."""
    local = starts_at.astimezone(ZoneInfo(str(zone)))
    until = ends_at.astimezone(local.tzinfo)
    return format_html('<time datetime="{}" data-until="{}">{}</time>', local.isoformat(), until.isoformat(), words)


@register.simple_tag
def day(at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`12月5日(土)`, `Sat, Dec 5`."""
    return _time(at, dates.day(at, str(zone), _language()))


@register.simple_tag
def full_day(at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`2026年12月5日(土)`, `Sat, Dec 5, 2026`."""
    return _time(at, dates.full_day(at, str(zone), _language()))


@register.simple_tag
def short_day(at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`12/5`, `Dec 5`."""
    return _time(at, dates.short_day(at, str(zone), _language()))


@register.simple_tag
def moment(at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`12月1日(火) 12:00`, `Tue, Dec 1, 12:00 PM`. The reader's own time, where it differs, stands at the end of the sentence."""
    local = at.astimezone(ZoneInfo(str(zone)))
    words = dates.moment(at, str(zone), _language())
    return format_html('<time datetime="{}" data-moment>{}</time>', local.isoformat(), words)


@register.simple_tag
def short_moment(at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`12/1 12:00`, `Dec 1, 12:00 PM`."""
    return _time(at, dates.short_moment(at, str(zone), _language()))


@register.simple_tag
def clock(at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`14:00`, `2:00 PM`."""
    return _time(at, dates.clock(at, str(zone), _language()))


@register.simple_tag
def time_range(starts_at: datetime, ends_at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`16:30〜17:30`, `4:30–5:30 PM`."""
    return _time(starts_at, dates.time_range(starts_at, ends_at, str(zone), _language()))


@register.simple_tag
def hours(starts_at: datetime, ends_at: datetime, zone: str | ZoneInfo) -> SafeString:
    """`16:30〜17:30`. Adds the zone if it is not the site's, and the reader's own time as in `when`."""
    words = dates.time_range(starts_at, ends_at, str(zone), _language())
    label = "" if str(zone) == settings.SITE_TIME_ZONE else f" {dates.zone_label(starts_at, str(zone))}"
    return period(words + label, starts_at, ends_at, zone)


@register.inclusion_tag("parts/events/leaf.html")
def leaf(at: datetime, zone: str | ZoneInfo, *, cancelled: bool = False, small: bool = False) -> dict[str, Any]:
    """The calendar leaf of the day in that time zone: month, day, weekday. Screen readers read the date beside it instead."""
    local = at.astimezone(ZoneInfo(str(zone)))
    return {
        "month": dates.month(at, str(zone), _language()),
        "day": local.day,
        "weekday": dates.weekday(at, str(zone), _language()),
        "cancelled": cancelled,
        "small": small,
    }


@register.inclusion_tag("parts/face/seal.html")
def seal(community: Community, size: str = "", *, resting: bool = False, stamped: bool = False) -> dict[str, Any]:
    """The mark of a community: `{% seal community "mini" %}` beside its name; without a size in lists; "large" on its own page."""
    letter = community.letter
    words = [size, "latin" if letter.isascii() else "", "resting" if resting else "", "stamped" if stamped else ""]
    return {"hue": community.hue, "letter": letter, "classes": " ".join(filter(None, ["seal", *words]))}


@register.inclusion_tag("parts/face/paper.html")
def paper(community: Community, *, low: bool = False, place: str = "p", event: Event | None = None) -> dict[str, Any]:
    """The strip of patterned paper at the top of a page of this community; `low` on wide screens, too.

    Once a page, or each with a `place` of its own for the drawing's id. The cover of the `event` takes its place.
    """
    if event is not None and event.cover:
        address = reverse("event_cover", args=[event.public_id, event.cover_version])
        return {"hue": community.hue, "low": low, "cover": address}
    drawing = svg(community.pattern, community.pattern_scale, place=place)
    return {"hue": community.hue, "low": low, "pattern": mark_safe(drawing)}  # noqa: S308 - numbers and our own names


@register.simple_tag(takes_context=True)
def sign_in_url(context: dict[str, Any]) -> str:
    """The address of sign-in, from which the reader comes back to this page; from a page on the way to an account, to where that leads."""
    request: HttpRequest | None = context.get("request")
    onward = request.get_full_path() if request else "/"
    if request and onward.startswith((reverse("account_login").partition("login")[0], reverse("gate_code"))):
        onward = request.GET.get("next", "/")
    address = reverse("account_login")
    return address if onward == "/" else f"{address}?{urlencode({'next': onward})}"


@register.simple_block_tag
def part(content: str, name: str, /, **parameters: Any) -> SafeString:
    """`{% part "state" tone="lottery" sentence=… %}…{% endpart %}`: templates/parts/<name>.html with the text in between as
    `content`.

    The part sees its parameters only, as with `include … only`.
    """
    return render_to_string(f"parts/{name}.html", {**parameters, "content": mark_safe(content.strip())})  # noqa: S308 - each part is escaped


@register.filter
def starts_with(text: object, beginning: str) -> bool:
    """Whether a path begins with another: `{% if request.path|starts_with:"/desk/" %}`."""
    return str(text or "").startswith(beginning)
