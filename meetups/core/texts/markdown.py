"""Markdown descriptions as safe HTML."""

import re
import sys
from collections.abc import Iterator
from hashlib import blake2b
from html import escape, unescape
from threading import Lock
from typing import NamedTuple

import nh3
from cachetools import LRUCache, cached
from comrak import ExtensionOptions, RenderOptions, markdown_to_html
from django.utils.safestring import SafeString, mark_safe

# The longest text that a form takes.
LONGEST_TEXT = 10_000
TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
# Only characters that an address can have, because Japanese text may follow without a space. Not in text like HTML.
ADDRESS = re.compile(r"(?<![\w=\"'/])https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)
# The parser escapes < and > in words and in attributes, so each < begins one of its own tags.
PIECE = re.compile(r"<(?P<closes>/?)(?P<tag>\w+)(?P<attributes>[^>]*)>|(?P<words>[^<]+)")
HEADINGS = {f"h{level}": level for level in range(1, 7)}
ALTERNATIVE = re.compile(r' alt="([^"]*)"')
SOURCE = re.compile(r' src="([^"]*)"')
# What a text calls a picture of its own, such as `![the room](picture:k7m2x4qp)`, and an address that may be a link.
OWN_PICTURE = "picture:"
ELSEWHERE = ("https://", "http://")
VOID = {"br", "hr", "img"}
# What stands deeper is shown, without the tags. Cleaning takes time for each level above a tag.
DEEPEST = 50
# Short rows of a wide table are filled up with empty cells: without a limit, 10,000 characters become megabytes.
MOST_CELLS = 20_000
# Stands for the & of what is escaped while it is cleaned, because cleaning is quadratic in entities. No text has it for itself.
AMPERSAND = "\ue000"
# Stands on both sides of the number of a picture while the rest is cleaned. What the parser gives has none left.
PLACE = "\ue001"
PLACED = re.compile(rf"{PLACE}(\d+){PLACE}")
KEPT_OCTETS = 8 * 1024 * 1024

PLAIN = ExtensionOptions(strikethrough=True, cjk_friendly_emphasis=True)
WITH_TABLES = ExtensionOptions(strikethrough=True, cjk_friendly_emphasis=True, table=True)
OPTIONS = RenderOptions(escape=True, hardbreaks=True)


class TextPicture(NamedTuple):
    """A picture that a text can show: the name that the text has for it, where it is, and its size in pixels."""

    name: str
    address: str
    width: int
    height: int


class Piece(NamedTuple):
    """A tag, or words where `tag` is empty. A picture of the text's own has the tag `img`, its words, and its name as attributes."""

    tag: str = ""
    closes: bool = False
    attributes: str = ""
    words: str = ""


def _digest(text: str, pictures: tuple[TextPicture, ...] = ()) -> bytes:
    return blake2b(f"{text}\0{pictures}".encode(), digest_size=16).digest()


def render(text: str, pictures: tuple[TextPicture, ...] = ()) -> SafeString:
    """`text` (CommonMark with tables and ~~strike~~) as clean HTML.

    Raw HTML is shown as text. Of pictures only those in `pictures` are shown, each where it comes first; the others become their
    alternative text. A picture on another server could count readers, so it becomes a link.
    Links are absolute http, https or mailto links, marked as written by users. The highest heading level becomes h3, because the
    page has its own headings above. A line break in the text is a line break on the page, as Japanese writers expect. A typed
    address becomes a link. It takes time in proportion to the length of the text, whatever the text is.
    """
    return mark_safe(_kept(text, pictures))  # noqa: S308 - nh3 has cleaned it


def html_of(text: str, pictures: tuple[TextPicture, ...] = ()) -> str:
    """What `render` keeps."""
    shown: list[str] = []
    clean = nh3.clean(
        "".join(_written(text.replace(AMPERSAND, ""), {one.name: one for one in pictures}, shown)),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener ugc",
    )
    return PLACED.sub(lambda found: shown[int(found[1])], clean.replace(AMPERSAND, "&"))


KEPT = LRUCache[bytes, str](KEPT_OCTETS, getsizeof=sys.getsizeof)
_kept = cached(KEPT, key=_digest, lock=Lock())(html_of)


def pieces(text: str) -> Iterator[Piece]:
    """The tags and words of `text`, in order. Each tag that opens is closed; a picture on another server is a link already.

    Not the parser's tree: making that of a deep text ends the process, because its library goes down by recursion.
    """
    html = markdown_to_html(text, WITH_TABLES if _cells(text) <= MOST_CELLS else PLAIN, None, OPTIONS).replace(
        PLACE, ""
    )
    above: list[str] = []
    links = 0
    for found in PIECE.finditer(html):
        tag = found["tag"]
        if not tag:
            words = unescape(found["words"])
            if (not above or above[-1] == "blockquote") and words.strip():
                # A block like HTML.
                yield Piece("p")
                for number, line in enumerate(words.strip().split("\n")):
                    yield from (Piece("br"), Piece(words="\n")) if number else ()
                    yield Piece(words=line)
                yield from (Piece("p", closes=True), Piece(words="\n"))
            else:
                yield Piece(words=words)
        elif tag == "img":
            yield from _picture(found["attributes"], may_be_link=not links and len(above) < DEEPEST)
        elif tag in VOID:
            yield Piece(tag)
        elif found["closes"]:
            links -= tag == "a"
            if len(above) <= DEEPEST:
                yield Piece(tag, closes=True)
            above.pop()
        else:
            links += tag == "a"
            above.append(tag)
            if len(above) <= DEEPEST:
                yield Piece(tag, attributes=found["attributes"])


def _picture(attributes: str, *, may_be_link: bool) -> Iterator[Piece]:
    """One of the text's own as it is; else its words, as a link where that leads somewhere and no link is around it."""
    source, words = (unescape(found[1]) if (found := each.search(attributes)) else "" for each in (SOURCE, ALTERNATIVE))
    if source.startswith(OWN_PICTURE):
        yield Piece("img", attributes=source.removeprefix(OWN_PICTURE), words=words)
    elif may_be_link and source.startswith(ELSEWHERE):
        yield Piece("a", attributes=f' href="{escape(source)}"')
        yield Piece(words=words or source)
        yield Piece("a", closes=True)
    else:
        yield Piece(words=words)


def _cells(text: str) -> int:
    lines = text.splitlines()
    return len(lines) * max((line.count("|") for line in lines), default=0)


def _written(text: str, pictures: dict[str, TextPicture], shown: list[str]) -> Iterator[str]:
    """The HTML before it is cleaned. Pictures are added to `shown`, and their numbers there stand in the HTML."""
    everything = list(pieces(text))
    highest = min((HEADINGS[piece.tag] for piece in everything if piece.tag in HEADINGS), default=1)
    verbatim = 0
    for tag, closes, attributes, words in everything:
        if not tag:
            yield _escaped(words) if verbatim else _with_links(words)
            continue
        if tag == "img":
            # Taken out, so that a text of a thousand marks shows no picture a thousand times.
            picture = pictures.pop(attributes, None)
            yield f"{PLACE}{len(shown)}{PLACE}" if picture else _escaped(words)
            shown += [_drawn(picture, words)] if picture else []
            continue
        if tag in {"a", "code"}:
            verbatim += -1 if closes else 1
        if tag == "del":
            tag = "s"
        elif tag in HEADINGS:
            tag = f"h{min(HEADINGS[tag] - highest + 3, 6)}"
        yield f"<{'/' if closes else ''}{tag}{attributes.replace('&', AMPERSAND)}>"


def _drawn(picture: TextPicture, words: str) -> str:
    """Its place on the page is reserved, and it is loaded when the reader comes near."""
    return (
        f'<img src="{escape(picture.address)}" alt="{escape(words)}" width="{picture.width}" height="{picture.height}"'
        ' loading="lazy" decoding="async">'
    )


def _with_links(words: str) -> str:
    """The words outside of links and code, as HTML. An address becomes a link."""
    parts: list[str] = []
    done = 0
    for found in ADDRESS.finditer(words):
        address = _without_end_of_sentence(found[0])
        if not address.partition("://")[2]:
            continue
        parts += (_escaped(words[done : found.start()]), f'<a href="{_escaped(address)}">{_escaped(address)}</a>')
        done = found.start() + len(address)
    return "".join((*parts, _escaped(words[done:])))


def _escaped(words: str) -> str:
    return escape(words, quote=False).replace("&", AMPERSAND)


def _without_end_of_sentence(address: str) -> str:
    """The address without the punctuation that follows it. A closing bracket stays if the address also opens it."""
    unopened = {b: address.count(b) - address.count(a) for a, b in ("()", "[]")}
    end = len(address)
    while end:
        last = address[end - 1]
        if last in unopened:
            if unopened[last] <= 0:
                break
            unopened[last] -= 1
        elif last not in ".,:;!?'*":
            break
        end -= 1
    return address[:end]
