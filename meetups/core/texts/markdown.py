"""Markdown descriptions as safe HTML."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_cjk_friendly import cjk_friendly

TAGS = {
    *("p", "br", "hr", "blockquote", "pre", "code", "em", "strong", "s", "a", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
# Only characters that an address can have, because Japanese text may follow without a space. Not in text like HTML.
ADDRESS = re.compile(r"(?<![\w=\"'/])https?://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII)


def render(text: str) -> SafeString:
    """`text` (CommonMark with tables and ~~strike~~) as clean HTML.

    Raw HTML is shown as text. Pictures become their alternative text, because a picture on another server could count readers.
    Links are absolute http, https or mailto links, marked as written by users. The highest heading level becomes h3, because the
    page has its own headings above. A line break in the text is a line break on the page, as Japanese writers expect. A typed
    address becomes a link.
    """
    return mark_safe(  # noqa: S308 - each part is escaped
        nh3.clean(
            MARKDOWN.render(text),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            url_relative="deny",
            link_rel="nofollow noopener ugc",
        )
    )


def _lower_headings(state: StateCore) -> None:
    headings = [token for token in state.tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1:]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1:]) - highest + 3, 6)}"


def _link_addresses(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and "://" in token.content:
            token.children = list(_with_links(token.children or []))


def _with_links(tokens: Sequence[Token]) -> Iterator[Token]:
    """The same words. An address outside of a link becomes a link."""
    depth = 0
    for token in tokens:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "text" or depth:
            yield token
            continue
        done = 0
        for found in ADDRESS.finditer(token.content):
            address = _without_end_of_sentence(found[0])
            if not address.partition("://")[2]:
                continue
            yield _text(token.content[done : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": address})
            yield _text(address)
            yield Token("link_close", "a", -1)
            done = found.start() + len(address)
        yield _text(token.content[done:])


def _without_end_of_sentence(address: str) -> str:
    """The address without the punctuation that follows it. A closing bracket stays if the address also opens it."""
    while address and (
        address[-1] in ".,:;!?'*"
        or any(address[-1] == b and address.count(a) < address.count(b) for a, b in ("()", "[]"))
    ):
        address = address[:-1]
    return address


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _alternative_text(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return escape(renderer.renderInlineAsText(tokens[index].children, options, env))


def _line_break(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "<br>\n"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    cjk_friendly(markdown)
    markdown.core.ruler.push("lower_headings", _lower_headings)
    markdown.core.ruler.push("link_addresses", _link_addresses)
    markdown.add_render_rule("image", _alternative_text)
    markdown.add_render_rule("softbreak", _line_break)
    return markdown


MARKDOWN = _markdown()
