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
VOID = {"br", "hr", "img"}
# What stands deeper is shown, without the tags. Cleaning takes time for each level above a tag.
DEEPEST = 50
# Short rows of a wide table are filled up with empty cells: without a limit, 10,000 characters become megabytes.
MOST_CELLS = 20_000
# Stands for the & of what is escaped while it is cleaned, because cleaning is quadratic in entities. No text has it for itself.
AMPERSAND = "\ue000"
KEPT_OCTETS = 8 * 1024 * 1024

PLAIN = ExtensionOptions(strikethrough=True, cjk_friendly_emphasis=True)
WITH_TABLES = ExtensionOptions(strikethrough=True, cjk_friendly_emphasis=True, table=True)
OPTIONS = RenderOptions(escape=True, hardbreaks=True)


class Piece(NamedTuple):
    """A tag, or words where `tag` is empty."""

    tag: str = ""
    closes: bool = False
    attributes: str = ""
    words: str = ""


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def render(text: str) -> SafeString:
    """`text` (CommonMark with tables and ~~strike~~) as clean HTML.

    Raw HTML is shown as text. Pictures become their alternative text, because a picture on another server could count readers.
    Links are absolute http, https or mailto links, marked as written by users. The highest heading level becomes h3, because the
    page has its own headings above. A line break in the text is a line break on the page, as Japanese writers expect. A typed
    address becomes a link. It takes time in proportion to the length of the text, whatever the text is.
    """
    return mark_safe(_kept(text))  # noqa: S308 - nh3 has cleaned it


def html_of(text: str) -> str:
    """What `render` keeps."""
    clean = nh3.clean(
        "".join(_written(text.replace(AMPERSAND, ""))),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener ugc",
    )
    return clean.replace(AMPERSAND, "&")


KEPT = LRUCache[bytes, str](KEPT_OCTETS, getsizeof=sys.getsizeof)
_kept = cached(KEPT, key=_digest, lock=Lock())(html_of)


def pieces(text: str) -> Iterator[Piece]:
    """The tags and words of `text`, in order. Each tag that opens is closed; pictures are words already.

    Not the parser's tree: making that of a deep text ends the process, because its library goes down by recursion.
    """
    html = markdown_to_html(text, WITH_TABLES if _cells(text) <= MOST_CELLS else PLAIN, None, OPTIONS)
    above: list[str] = []
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
            alternative = ALTERNATIVE.search(found["attributes"])
            yield Piece(words=unescape(alternative[1]) if alternative else "")
        elif tag in VOID:
            yield Piece(tag)
        elif found["closes"]:
            if len(above) <= DEEPEST:
                yield Piece(tag, closes=True)
            above.pop()
        else:
            above.append(tag)
            if len(above) <= DEEPEST:
                yield Piece(tag, attributes=found["attributes"])


def _cells(text: str) -> int:
    lines = text.splitlines()
    return len(lines) * max((line.count("|") for line in lines), default=0)


def _written(text: str) -> Iterator[str]:
    everything = list(pieces(text))
    highest = min((HEADINGS[piece.tag] for piece in everything if piece.tag in HEADINGS), default=1)
    verbatim = 0
    for tag, closes, attributes, words in everything:
        if not tag:
            yield _escaped(words) if verbatim else _with_links(words)
            continue
        if tag in {"a", "code"}:
            verbatim += -1 if closes else 1
        if tag == "del":
            tag = "s"
        elif tag in HEADINGS:
            tag = f"h{min(HEADINGS[tag] - highest + 3, 6)}"
        yield f"<{'/' if closes else ''}{tag}{attributes.replace('&', AMPERSAND)}>"


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
