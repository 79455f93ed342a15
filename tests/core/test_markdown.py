"""Markdown: the text of organizers is shown, and nothing else gets through."""

from html.parser import HTMLParser

import pytest

from meetups.core.texts import markdown
from meetups.core.texts.markdown import TAGS, pieces, render
from meetups.core.texts.plain_text import as_text


class Seen(HTMLParser):
    """The things that a browser would find in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("これは**重要（必須）**です。", "<p>これは<strong>重要（必須）</strong>です。</p>"),
        ("**「持ち物」**を確認", "<p><strong>「持ち物」</strong>を確認</p>"),
        ("前日は~~18:00~~19:00です", "<p>前日は<s>18:00</s>19:00です</p>"),
        ("plain **bold** and *italic*", "<p>plain <strong>bold</strong> and <em>italic</em></p>"),
        ("一行目\n二行目", "<p>一行目<br>\n二行目</p>"),
        ("# 見出し", "<h3>見出し</h3>"),
        ("## 見出し\n### その下", "<h3>見出し</h3>\n<h4>その下</h4>"),
        ("# 一\n###### 六", "<h3>一</h3>\n<h6>六</h6>"),
        ("3. 受付\n4. 開演", '<ol start="3">\n<li>受付</li>\n<li>開演</li>\n</ol>'),
        ("`code`", "<p><code>code</code></p>"),
        ("", ""),
    ],
)
def test_what_is_written_is_shown(text: str, html: str) -> None:
    assert render(text).strip() == html


def test_tables_are_kept() -> None:
    html = render("| 時刻 | 内容 |\n|---|--:|\n| 14:00 | 開演 |")
    assert "<td>14:00</td>" in html
    assert "style" not in html


def test_links_say_that_users_wrote_them() -> None:
    assert render("[資料](https://example.com/a?b=1)").strip() == (
        '<p><a href="https://example.com/a?b=1" rel="nofollow noopener ugc">資料</a></p>'
    )
    assert "mailto:a@example.com" in render("<a@example.com>")


def test_pictures_become_their_text() -> None:
    html = render("![会場の写真 <b>](https://tracker.example/p.gif)")
    assert html.strip() == "<p>会場の写真 &lt;b&gt;</p>"
    assert "tracker" not in render("[![x](https://tracker.example/p.gif)](https://example.com)")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<p style='position:fixed'>x</p>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "[x](//evil.example/login)",
        "[x](/logout)",
        "[x](file:///etc/passwd)",
        "[x]: javascript:alert(1)\n\n[x]",
        '[x](https://example.com "\\" onmouseover=alert(1)")',
        '<https://example.com/"onmouseover=alert(1)>',
        "<iframe src=https://evil.example></iframe>",
        "<svg><script>alert(1)</script></svg>",
        "`<script>`",
        "<!-- --><base href=//evil.example>",
    ],
)
def test_hostile_input_does_nothing(text: str) -> None:
    seen = Seen()
    seen.feed(render(text))
    assert seen.tags <= TAGS
    assert seen.attributes <= {"href", "title", "rel"}
    assert all(link.startswith("https://example.com") for link in seen.links)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("資料はhttps://a.example/x_y_z?q=1&p=2。どうぞ", ["https://a.example/x_y_z?q=1&p=2"]),
        ("(https://a.example/a_(b)), https://b.example/.", ["https://a.example/a_(b)", "https://b.example/"]),
        ("[https://a.example/](https://b.example/) <https://c.example/>", ["https://b.example/", "https://c.example/"]),
        ("`https://a.example/` https:// ftp://a.example/", []),
        ("- https://a.example/**太字**", ["https://a.example/"]),
    ],
)
def test_an_address_that_was_only_typed_is_a_link(text: str, links: list[str]) -> None:
    seen = Seen()
    seen.feed(render(text))
    assert seen.links == links
    assert text.startswith("[") or "(http" not in as_text(text).removeprefix("(")


def test_odd_input_is_no_error() -> None:
    assert "\x00" not in render("a\x00b")
    assert render(">" * 2000 + "x")
    assert render("[" * 2000)
    assert render("https://a" + ")" * 5000 + "https://" * 5000)
    assert render("*" * 5000 + "あ" * 10)
    assert "右から" in render("\u202e右から")


def test_a_text_of_any_depth_is_shown() -> None:
    html = render(">" * 100_000 + "奥")
    assert "奥" in html
    assert html.count("<blockquote>") == 50


def test_short_rows_of_a_wide_table_do_not_become_megabytes() -> None:
    assert len(render("|a" * 1000 + "|\n" + "|-" * 1000 + "|\n" + "|x\n" * 1000)) < 20_000
    assert "<td>" in render("|a" * 20 + "|\n" + "|-" * 20 + "|\n" + "|x\n" * 300)


def test_entities_are_escaped_once_and_no_text_can_make_one() -> None:
    assert render('a & b <c> "d" &amp;lt;').strip() == '<p>a &amp; b &lt;c&gt; "d" &amp;lt;</p>'
    assert "<script>" not in render("\ue000lt;script\ue000gt; [a](https://a.example '\ue000quot;')")
    assert render("\ue000lt;").strip() == "<p>lt;</p>"
    assert 'href="https://a.example/?b=1&amp;c=2"' in render("https://a.example/?b=1&c=2")


def test_a_block_like_html_is_a_paragraph() -> None:
    assert render("<div>\nhttps://a.example/\n</div>").strip() == (
        '<p>&lt;div&gt;<br>\n<a href="https://a.example/" rel="nofollow noopener ugc">https://a.example/</a><br>\n&lt;/div&gt;</p>'
    )


def test_html_is_kept_and_the_store_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    monkeypatch.setattr(markdown, "pieces", lambda text: parsed.append(text) or pieces(text))  # type: ignore[func-returns-value]
    assert render("**一度**だけ") == render("**一度**だけ")
    assert len(parsed) == 1
    for number in range(300):
        render(f"{number} " + "長" * 20_000)
    assert 0 < markdown.KEPT.currsize <= markdown.KEPT_OCTETS
