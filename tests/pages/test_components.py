"""The tag library and the rendering of forms."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

START = datetime(2026, 12, 5, 5, 0, tzinfo=UTC)
END = datetime(2026, 12, 5, 7, 30, tzinfo=UTC)


def draw(source: str, language: str = "ja", **context: object) -> str:
    with translation.override(language):
        return Template(source).render(Context({"start": START, "end": END, "zone": "Asia/Tokyo", **context}))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("古本屋の推薦を3年運用して", '<span class="phrases">古本屋の<wbr>推薦を<wbr>3年運用して</span>'),
        ("第4/2回", '<span class="phrases">第4/2回</span>'),
        ("Plain <b> & English", "Plain &lt;b&gt; &amp; English"),
        ("", ""),
    ],
)
def test_titles_break_between_phrases(text: str, html: str) -> None:
    assert draw("{{ text|phrase }}", text=text) == html


def test_a_date_in_a_sentence_stands_in_one_line() -> None:
    html = draw("{{ text|whole_days }}", text="<b>12月1日(火) 12:00に会いましょう")
    assert html == '&lt;b&gt;<span class="whole">12月1日(火)</span> <span class="whole">12:00に</span>会いましょう'
    assert draw("{{ text|whole_days }}", text="See you on Tue, Dec 1.") == "See you on Tue, Dec 1."


def test_a_hostile_japanese_title_is_text() -> None:
    html = draw("{{ text|phrase }}", text="<script>会</script>をひらく&amp;")
    assert "<script" not in html
    assert "&amp;amp;" in html.replace("<wbr>", "")
    # Inside a sentence it is escaped once, not twice.
    sentence = "{% blocktranslate asvar sentence %}“{{ text }}”{% endblocktranslate %}{{ sentence|phrase }}"
    for title in ("<b>会", "<b>"):
        assert "“&lt;b&gt;" in draw(sentence, text=title).replace("<wbr>", "")


def test_times_are_the_events_own_and_carry_their_instant() -> None:
    html = draw("{% when start end zone %}")
    assert '<time datetime="2026-12-05T14:00:00+09:00"' in html
    assert "2026年12月5日(土) 14:00〜16:30 JST" in html
    assert "2:00–4:30 PM JST" in draw("{% when start end zone %}", "en", zone=ZoneInfo("Asia/Tokyo"))
    assert draw("{% short_moment start zone as at %}{% if at %}{{ at }}{% endif %}").endswith(">12/5 14:00</time>")


def test_the_leaf_shows_the_venues_day() -> None:
    html = draw("{% leaf start zone %}", start=datetime(2026, 12, 4, 15, 0, tzinfo=UTC))
    assert '<span class="leaf-day">5</span>' in html
    assert "土曜日" in html


def test_a_part_sees_only_its_parameters() -> None:
    html = draw(
        '{% part "state" tone="lottery" sentence=text %}<a href="/">{{ zone }}</a>{% endpart %}',
        text="<b>",
        label="outside",
    )
    assert "&lt;b&gt;" in html
    assert '<a href="/">Asia/Tokyo</a>' in html
    assert "outside" not in html


class SampleForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the tag.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)
    agree = forms.BooleanField(label="I agree")


def test_a_form_with_errors_opens_with_their_summary() -> None:
    html = draw("{{ form }}", "en", form=SampleForm({"name": ""}))
    assert html.index('class="error-summary"') < html.index('name="name"')
    assert "autofocus" in html
    assert '<a href="#id_name">' in " ".join(html.split()).replace('<a href="#id_name" >', '<a href="#id_name">')
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html


def test_an_empty_form_has_labels_and_says_what_is_optional() -> None:
    html = draw("{{ form }}", "en", form=SampleForm())
    assert "error-summary" not in html
    plain = " ".join(html.split()).replace(" >", ">").replace("> ", ">")
    assert '<label for="id_name">Name</label>' in plain
    assert "<legend>" in plain
    assert html.count('class="optional"') == 1
