"""An event in both languages, and texts in the other language than the page."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from meetups.events.models import Event
from meetups.lifecycle.tasks import index_events
from meetups.notifications.actions.deliver import deliver
from tests.support import cast

pytestmark = pytest.mark.django_db

JAPANESE = "推薦システムの夜"
ENGLISH = "A night of recommenders"
OTHER = {
    "other_title": ENGLISH,
    "other_hook": "Three years of it,\nfailures included.",
    "other_description": "How to keep one alive.",
}


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def event_in(**words: Any) -> Event:
    return cast.event(title=JAPANESE, hook="3年の話。", description="動かし続ける方法。", **words)


def page(path: str, language: str, client: Client | None = None) -> str:
    return (client or Client()).get(path, headers={"accept-language": language}).content.decode()


def told(html: str) -> str:
    """The part in which the event speaks."""
    return html[html.index("<main") :]


def test_a_reader_sees_the_event_in_their_language_and_nothing_is_said_of_languages() -> None:
    path = f"/events/{event_in(**OTHER).public_id}/"
    english, japanese = page(path, "en"), page(path, "ja")
    for html, mine, other in ((english, ENGLISH, JAPANESE), (japanese, JAPANESE, ENGLISH)):
        assert mine in re.sub("<.*?>", "", told(html))
        assert other not in html
        assert "written-in" not in html
    assert "How to keep one alive." in english
    assert "failures included." in english


def test_without_the_other_language_a_line_says_it_and_the_words_carry_theirs() -> None:
    path = f"/events/{event_in().public_id}/"
    english = page(path, "en")
    assert "Written in Japanese" in english
    assert re.search(r'<h1 lang="ja">', english)
    assert '<p class="obi" lang="ja">' in english
    assert '<div class="prose" lang="ja">' in english
    japanese = told(page(path, "ja"))
    assert "written-in" not in japanese
    assert 'lang="ja"' not in japanese
    Event.objects.update(language="en", title=ENGLISH, hook="", description="Come along.")
    assert "英語で書かれています" in page(path, "ja")


def test_a_second_title_stands_without_a_text_and_the_line_says_which_language_the_text_has() -> None:
    path = f"/events/{event_in(other_title=ENGLISH).public_id}/"
    english = page(path, "en")
    assert f"<h1 >{ENGLISH}</h1>" in english or f"<h1>{ENGLISH}</h1>" in english
    assert '<div class="prose" lang="ja">' in english
    assert "Written in Japanese" in english


def test_slots_talks_shifts_and_questions_carry_the_language_in_which_they_are_written() -> None:
    event = cast.event(
        title=ENGLISH,
        language="en",
        slots=[cast.first_come_plan(5, name="一般枠"), cast.duty_plan(), cast.invited_plan(2)],
        shifts=[cast.teardown_plan()],
    )
    cast.talk(cast.person("emi"), event, title="推薦システムの話")
    html = told(page(f"/events/{event.public_id}/", "en"))
    assert re.search(r'<b lang="ja">.*?一般枠', html.replace("<wbr>", ""))
    assert re.search(r'<h3 lang="ja">.*?推薦', html.replace("<wbr>", ""))
    japanese = told(page(f"/events/{event.public_id}/", "ja"))
    assert f'<h1 lang="en">{ENGLISH}</h1>' in japanese
    assert 'lang="ja"' not in japanese


def test_cards_calendars_feeds_previews_and_machines_have_the_words_of_their_reader() -> None:
    event = event_in(**OTHER)
    path = f"/events/{event.public_id}/"
    for address in (
        "/",
        reverse("community", args=[event.community.slug]),
        "/feed.atom",
        "/calendar.ics",
        f"{path}calendar.ics",
    ):
        assert ENGLISH in page(address, "en").replace("\r\n ", ""), address
        assert JAPANESE not in page(address, "en").replace("<wbr>", "").replace("\r\n ", ""), address
        assert JAPANESE in page(address, "ja").replace("<wbr>", "").replace("\r\n ", ""), address
    for language, title in (("en", ENGLISH), ("ja", JAPANESE)):
        html = page(path, language)
        data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])  # type: ignore[index]
        assert (data["name"], data["inLanguage"]) == (title, language)
        assert f'<meta property="og:title" content="{title}">' in html
    card = re.search(r'og:image" content="http://testserver(.*?)"', page(path, "en"))
    own = re.search(r'og:image" content="http://testserver(.*?)"', page(path, "ja"))
    if card and own:  # where the machine has fonts
        assert card[1] == f"{own[1]}?lang=en"
        assert Client().get(card[1]).content != Client().get(own[1]).content


def test_both_languages_are_searched_and_a_change_of_either_is_found() -> None:
    event = event_in(**OTHER)

    def found(words: str) -> bool:
        index_events()
        return f"/events/{event.public_id}/" in Client().get("/search/", {"q": words}).content.decode()

    assert found("推薦")
    assert found("recommenders")
    assert found("alive")
    Event.objects.update(other_title="Ranking at night")
    assert found("ranking")
    assert not found("recommenders")


def test_a_mail_has_the_title_in_the_language_of_its_reader() -> None:
    event = event_in(**OTHER, slots=[cast.first_come_plan(5)])
    cast.registered(cast.person("dan", language="en"), event)
    cast.registered(cast.person("emi", language="ja"), event)
    mail.outbox.clear()
    deliver(at=cast.NOW + timedelta(hours=1))
    texts = {letter.to[0]: f"{letter.subject}\n{letter.body}" for letter in mail.outbox}
    assert ENGLISH in texts["dan@example.org"]
    assert JAPANESE not in texts["dan@example.org"]
    assert JAPANESE in texts["emi@example.org"]
    assert ENGLISH not in texts["emi@example.org"]


def test_the_form_folds_the_second_language_away_and_asks_for_its_title() -> None:
    event = event_in(slots=[cast.first_come_plan(5)])
    aiko = cast.signed_in("aiko", language="en")
    edit = f"/desk/events/{event.public_id}/edit/"
    fields = form_of(aiko, edit)
    assert fold(aiko, edit) == '<details class="fold">'
    refused = aiko.post(edit, {**fields, "other_description": "How to keep one alive."})
    assert "Write the title in this language, too." in refused.content.decode()
    assert "How to keep one alive." in refused.content.decode()
    assert aiko.post(edit, {**fields, **OTHER}).status_code == 302
    event.refresh_from_db()
    assert (event.other_title, event.other_description) == (ENGLISH, "How to keep one alive.")
    assert fold(aiko, edit) == '<details class="fold" open>'


def test_the_database_keeps_no_words_of_the_other_language_without_a_title() -> None:
    event = event_in()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(other_hook="Without a title")


def own_words_alone(text: str) -> list[str]:
    """Where a page or a mail takes an event's title or hook from its own language, whoever reads."""
    return re.findall(r"\bevent\.(?:title|hook|description)\b", text)


def test_public_pages_and_mails_ask_for_the_words_of_their_reader() -> None:
    asked = [
        path
        for pattern in ("templates/pages/**/*.html", "templates/parts/**/*.html", "templates/mail/**/*.html")
        for path in settings.BASE_DIR.glob(pattern)
    ]
    asked += [
        path for path in settings.BASE_DIR.glob("meetups/**/*.py") if "emails" in path.parts or "pages" in path.parts
    ]
    assert len(asked) > 200
    assert not {str(path) for path in asked if own_words_alone(path.read_text())}
    assert own_words_alone("{{ event.title|phrase }} {{ event.words.title }}") == ["event.title"]


# What people wrote and no one says the language of, and an event's title, of which it is known.
WROTE = (
    r"(?:\w+\.)*(?:shift\.(?:title|place|instructions)|slot\.name|talk\.(?:title|abstract)|call\.text|event\.cancel_reason"
    r"|item\.title|voice\.title|card\.place|words\.title|venue\.name)|title(?=\|phrase)"
)
# Parts whose headings the pages write themselves.
OF_THE_PAGE = {"link_closed.html", "confirm.html", "empty.html", "next.html"}
# In the element's own tag, or in the one around it.
NEAR = 250


def without_language(template: str) -> list[str]:
    """What people wrote, and what a page shows without saying its language to screen readers and fonts."""
    page = re.sub(r"\{% block (?:title|head)\b.*", "", template)
    found = []
    for match in re.finditer(rf"\{{\{{ ({WROTE})((?:\|\w+)*) \}}\}}", page):
        text, filters, before = match[1], match[2], page[max(0, match.start() - NEAR) : match.start()]
        is_attribute = page.rfind("<", 0, match.start()) > page.rfind(">", 0, match.start())
        asked = f"{text}|lang_of" in before or f"{text.removesuffix('title')}language|lang" in before
        # A title that a page wrote itself, with `translate` or `asvar`, has the page's language.
        own = text == "title" and re.search(r" as(?:var)? title\b", page)
        if not (asked or is_attribute or own or "lang" in filters):
            found.append(match[0])
    return found


def test_what_people_wrote_says_its_language_wherever_it_stands() -> None:
    pages = [
        path
        for pattern in ("templates/pages/**/*.html", "templates/parts/**/*.html")
        for path in settings.BASE_DIR.glob(pattern)
        if path.name not in OF_THE_PAGE
    ]
    found = {str(path.relative_to(settings.BASE_DIR)): without_language(path.read_text()) for path in pages}
    assert {path: texts for path, texts in found.items() if texts} == {}
    planted = "<p>{{ duty.shift.place }}</p><b {{ slot.name|lang_of }}>{{ slot.name }}</b>{{ shift.title|with_lang }}"
    assert without_language(planted) == ["{{ duty.shift.place }}"]


def form_of(client: Client, path: str) -> dict[str, Any]:
    """What the form at `path` would send as it stands."""
    form = client.get(path).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"day": str(typed["day"]), "starts": f"{typed['starts']:%H:%M}", "ends": f"{typed['ends']:%H:%M}"}
    return {name: value for name, value in typed.items() if value not in (None, False)}


def fold(client: Client, path: str) -> str:
    """The tag of the fold with the second language."""
    before, field, _rest = client.get(path).content.decode().partition('name="other_title"')
    assert field
    return re.sub(r"\s+>", ">", re.findall(r'<details class="fold"[^>]*>', before)[-1])
