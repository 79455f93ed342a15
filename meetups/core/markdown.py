"""Descriptions written in Markdown, as HTML that is safe to show."""

from collections.abc import Sequence
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


def render(text: str) -> SafeString:
    """`text` (CommonMark with tables and ~~strike~~) as clean HTML.

    Raw HTML is shown as text. Pictures become their alternative text, because a picture elsewhere counts readers. Links are absolute
    http, https or mailto links, marked as written by users. The highest heading becomes h3, whichever it was: they stand below the
    page's own. A line break in the text is one on the page, as people who write Japanese expect.
    """
    return mark_safe(
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


def _alternative_text(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return escape(renderer.renderInlineAsText(tokens[index].children, options, env))


def _line_break(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "<br>\n"


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    cjk_friendly(markdown)
    markdown.core.ruler.push("lower_headings", _lower_headings)
    markdown.add_render_rule("image", _alternative_text)
    markdown.add_render_rule("softbreak", _line_break)
    return markdown


MARKDOWN = _markdown()
