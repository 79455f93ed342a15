"""The layout of a mail: plain text and HTML from the same words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import MIMEPart
from email.utils import parseaddr
from functools import cache

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import get_language

from meetups.core import dates
from meetups.core.links import link
from meetups.core.mime import POLICY, Mail
from meetups.core.texts.calendar_invitation import invitation, method_of
from meetups.core.texts.plain_text import as_text
from meetups.core.texts.safe_text import for_strangers, without_invisible


@dataclass(frozen=True)
class Content:
    """The words of one message, in the language that is active while it is composed.

    `title` is the subject line. `heading` stands above the text if it differs from the title. `lead` is one sentence that says
    why the mail came. `prose` is Markdown that a person wrote. `facts` are pairs of label and value. `code` is a code to type.
    `action` is the label and URL of the one button, `links` are less prominent links. `calendars` are iCalendar files. All times
    carry the name of their zone. An answer to the mail goes to `reply_to`, where it is given.
    """

    title: str
    lead: str
    prose: str = ""
    facts: Sequence[tuple[str, str]] = ()
    paragraphs: Sequence[str] = ()
    code: str = ""
    action: tuple[str, str] | None = None
    links: Sequence[tuple[str, str]] = ()
    calendars: Sequence[bytes] = ()
    heading: str = ""
    small_print: Sequence[str] = ()
    reply_to: str = ""


@dataclass(frozen=True)
class Unsubscribe:
    """A way to stop mails about `topic` from `source` (both in words).

    `url` takes a POST without signing in (RFC 8058). GET only shows a page.
    """

    topic: str
    source: str
    url: str


@dataclass(frozen=True)
class When:
    """An instant on a venue's clock."""

    at: datetime
    zone: str


@dataclass(frozen=True)
class Masthead:
    """Whose a mail is: a community with its seal and colours, the names of its organizers, and the event, if it is about one.

    `about` is the title of that event, `place` where it is.
    """

    name: str
    letter: str
    organizers: tuple[str, ...]
    light: str
    on_light: str
    dark: str
    on_dark: str
    about: str | Promise = ""
    when: When | None = None
    place: str | Promise = ""


MOST_ORGANIZERS = 4


def sender(name: str) -> str:
    """The site's own address under the name of a community (RFC 5322).

    A name that looks like an address of its own, or like that of a web page, loses its likeness.
    """
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    plain = " ".join(without_invisible(for_strangers(name)).replace("@", "＠").split())
    plain = "".join(letter for letter in plain if letter.isprintable())[:LONGEST_SENDER].strip()
    return str(Address(plain, addr_spec=address)) if plain else settings.DEFAULT_FROM_EMAIL


LONGEST_SENDER = 60


def _preheader(masthead: Masthead | None, first: Content) -> str:
    """What a list of mails shows beside the subject: day, place, and what is inside. Empty for mails about no event."""
    if masthead is None or masthead.when is None:
        return ""
    language = get_language() or settings.LANGUAGE_CODE
    when = f"{dates.day(masthead.when.at, masthead.when.zone, language)} {dates.clock(masthead.when.at, masthead.when.zone, language)}"
    inside = first.action[0] if first.action else ""
    return " · ".join(filter(None, (when, str(masthead.place), inside)))


@cache
def _inliner() -> css_inline.CSSInliner:
    """Mail clients read style attributes. Only the rules for dark and narrow screens stay in a sheet."""
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def letter(
    parts: Sequence[Content],
    *,
    to: str,
    name: str = "",
    headers: dict[str, str] | None = None,
    unsubscribe: Unsubscribe | None = None,
    masthead: Masthead | None = None,
) -> EmailMultiAlternatives:
    """One mail to the address `to`, in the active language. It greets `name` if given. The first part gives the subject.

    With `masthead` it comes from that community, by name and seal; without it from the site. With `unsubscribe` the footer has that link, and mail programs show a button for it.

    Raises ValueError if an address or header cannot be written.
    """
    language = get_language() or settings.LANGUAGE_CODE
    context = {
        "parts": parts,
        "name": name,
        "language": language,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "my_page_url": link("my_page"),
        "preferences_url": link("preferences"),
        "unsubscribe": unsubscribe,
        "masthead": masthead,
        "organizers": masthead.organizers[:MOST_ORGANIZERS] if masthead else (),
        "preheader": _preheader(masthead, parts[0]),
    }
    text = get_template("mail/letter.txt").render({**context, "parts": [_indented(part) for part in parts]})
    html = _inliner().inline(get_template("mail/letter.html").render(context))
    if unsubscribe:
        one_click = {
            "List-Unsubscribe": f"<{unsubscribe.url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        headers = {**(headers or {}), **one_click}
    # A line break in a title must not become a header of its own.
    mail = Mail(
        " ".join(parts[0].title.split()),
        _tidy(text),
        from_email=sender(masthead.name) if masthead else None,
        to=[to],
        headers={"Content-Language": language, **(headers or {})},
    )
    mail.attach_alternative(html, "text/html")
    calendars = [invitation(file, to) for file in dict.fromkeys(file for part in parts for file in part.calendars)]
    if calendars:
        # Mail programs take over the first of the alternatives that they understand; the attached file is for all others.
        mail.attach_alternative(calendars[0].decode(), f"text/calendar; method={method_of(calendars[0])}")
    for number, calendar in enumerate(calendars, start=1):
        mail.attach(_calendar_file(calendar, f"event-{number}.ics" if number > 1 else "event.ics"))
    return mail


def _indented(part: Content) -> Content:
    """The part for plain text: continued lines of a fact are indented, so the next fact is easy to see. Markdown has no marks."""
    return replace(
        part,
        prose=as_text(part.prose) if part.prose else "",
        facts=[(label, value.replace("\n", "\n  ")) for label, value in part.facts],
    )


def _calendar_file(calendar: bytes, filename: str) -> MIMEPart:
    """The file as an attachment."""
    part = MIMEPart(policy=POLICY)
    part.set_content(
        calendar.decode(),
        subtype="calendar",
        params={"method": method_of(calendar)},
        disposition="attachment",
        filename=filename,
        cte="base64",
    )
    return part


def _tidy(text: str) -> str:
    """The text without the blank lines that template tags leave. At most one blank line stays between two paragraphs."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"
