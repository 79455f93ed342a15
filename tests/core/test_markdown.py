"""Markdown: the text of organizers is shown, and nothing else gets through."""

import time
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from meetups.core.texts import markdown
from meetups.core.texts.markdown import TAGS, TextPicture, html_of, pieces, render
from meetups.core.texts.plain_text import as_text


class Seen(HTMLParser):
    """The things that a browser would find in a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.sources += [value or "" for name, value in attrs if name == "src"]


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


def test_a_picture_from_elsewhere_is_a_link_and_never_loaded() -> None:
    html = render("![会場の写真 <b>](https://tracker.example/p.gif)")
    assert html.strip() == (
        '<p><a href="https://tracker.example/p.gif" rel="nofollow noopener ugc">会場の写真 &lt;b&gt;</a></p>'
    )
    assert "https://tracker.example/p.gif</a>" in render("![](https://tracker.example/p.gif)")
    # A link in a link is none.
    assert "tracker" not in render("[![x](https://tracker.example/p.gif)](https://example.com)")
    for hidden in ("/logout", "//evil.example/p", "javascript:alert(1)", "data:image/svg+xml,x", "picture:unknown"):
        assert render(f"![words]({hidden})").strip() == "<p>words</p>"


ROOM = TextPicture("k7m2x4qp", "/events/a/pictures/k7m2x4qp.webp", 1280, 853)
STAGE = TextPicture("b3c4d5e6", "/events/a/pictures/b3c4d5e6.webp", 640, 480)


class TestPicturesOfTheText:
    def test_it_is_shown_with_its_words_and_its_place_reserved(self) -> None:
        html = render('前\n\n![みんなで "本" を読む](picture:k7m2x4qp)', (ROOM, STAGE))
        assert html.strip() == (
            '<p>前</p>\n<p><img src="/events/a/pictures/k7m2x4qp.webp" alt="みんなで &quot;本&quot; を読む" width="1280" height="853"'
            ' loading="lazy" decoding="async"></p>'
        )

    def test_one_that_is_not_there_any_more_is_its_words(self) -> None:
        assert render("![部屋](picture:k7m2x4qp)", (STAGE,)).strip() == "<p>部屋</p>"
        assert "<img" in render("![部屋](picture:k7m2x4qp)", (ROOM,))

    def test_a_text_of_a_thousand_marks_shows_each_picture_once(self) -> None:
        html = render("![部屋](picture:k7m2x4qp)![舞台](picture:b3c4d5e6)\n" * 500, (ROOM, STAGE))
        assert html.count("<img") == 2
        assert html.count("部屋") == 500

    def test_in_plain_text_its_words_stand(self) -> None:
        assert as_text("前\n\n![部屋](picture:k7m2x4qp)\n\n後") == "前\n\n部屋\n\n後"
        assert as_text("![部屋](https://a.example/p.png)") == "部屋 (https://a.example/p.png)"

    @pytest.mark.parametrize(
        "text",
        [
            '![" onerror="alert(1)](picture:k7m2x4qp)',
            "![<script>](picture:k7m2x4qp)",
            "![a](picture:../../k7m2x4qp)",
            "![a](picture:k7m2x4qp?x=1)",
            "![a](picture:/etc/passwd)",
            "![a](picture:https://evil.example/p.gif)",
            # Letters that stand for a picture while the rest is cleaned.
            "\ue0010\ue001 &#xe001;0&#xe001; ![a](picture:k7m2x4qp)",
            '[x](https://example.com "&#xe001;0&#xe001;") ![" onerror=alert(1) "](picture:k7m2x4qp)',
        ],
    )
    def test_hostile_input_shows_the_picture_or_nothing(self, text: str) -> None:
        seen = Seen()
        seen.feed(render(text, (ROOM,)))
        assert seen.tags <= {*TAGS, "img"}
        assert seen.attributes <= {"href", "title", "rel", "src", "alt", "width", "height", "loading", "decoding"}
        assert seen.sources in ([], [ROOM.address])

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize(
        "mark", ["![a](picture:k7m2x4qp) ", "![a](https://a.example/p) ", "![![", "![a](", "[![a](picture:x)](b) "]
    )
    def test_twice_the_text_takes_twice_the_time(self, mark: str) -> None:
        def seconds(length: int) -> float:
            text = mark * (length // len(mark))
            begun = [time.process_time()]
            for _again in range(3):
                html_of(text, (ROOM,))
                begun.append(time.process_time())
            return min(after - before for before, after in pairwise(begun))

        # Four times the text would take sixteen times as long if the time were quadratic.
        assert seconds(200_000) < 8 * max(seconds(50_000), 0.005)


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


@pytest.mark.story
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
