"""The venue in two languages: name, address and the way in, each as its reader can read it."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client

from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.tasks import index_events
from meetups.notifications.actions.deliver import deliver
from tests.support import cast

pytestmark = pytest.mark.django_db

NAME, ADDRESS, STEP = "六本木オフィス 18階", "東京都港区六本木6-10-1", "総合受付で名前を伝える"
IN_ENGLISH = {
    "other_venue_name": "Roppongi Office 18F",
    "other_venue_address": "6-10-1 Roppongi, Minato, Tokyo",
    "other_venue_directions": "Give your name at the main desk\nTake the lift to floor 18",
}
HERE = {"venue_name": NAME, "venue_address": ADDRESS, "venue_directions": f"{STEP}\n18階まで上がる"}


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def event_at(**fields: Any) -> Event:
    return cast.event(slots=[cast.first_come_plan(5)], **{**HERE, **fields})


def page(path: str, language: str, client: Client | None = None) -> str:
    html = (client or Client()).get(path, headers={"accept-language": language}).content.decode()
    return html.replace("<wbr>", "").replace("\r\n ", "").replace("\\,", ",")


def test_every_place_that_names_the_venue_names_it_in_the_language_of_its_reader() -> None:
    event = event_at(**IN_ENGLISH)
    dan = {code: cast.signed_in(name, language=code) for name, code in (("dan", "en"), ("emi", "ja"))}
    cast.registered("dan", event)
    cast.registered("emi", event)
    own = f"/events/{event.public_id}/"
    places = (
        own,
        "/",
        "/me/",
        f"{own}registration/",
        f"{own}calendar.ics",
        "/calendar.ics",
        "/feed.atom",
        f"{own}conduct/",
    )
    for path in places:
        english, japanese = page(path, "en", dan["en"]), page(path, "ja", dan["ja"])
        assert "Roppongi Office 18F" in english, path
        assert NAME not in english, path
        assert NAME in japanese, path
        assert "Roppongi" not in japanese, path
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page(own, "en"))
    data = json.loads(found)
    assert data["location"]["name"] == "Roppongi Office 18F"
    assert data["location"]["address"]["streetAddress"] == "6-10-1 Roppongi, Minato, Tokyo"


def test_mails_name_it_in_the_language_of_their_reader_with_the_way_in_for_who_has_a_seat() -> None:
    event = event_at(**IN_ENGLISH)
    cast.registered(cast.person("dan", language="en"), event)
    cast.registered(cast.person("emi", language="ja"), event)
    mail.outbox.clear()
    deliver(at=cast.NOW + timedelta(minutes=1))
    # The preheader, too.
    texts = {letter.to[0]: f"{letter.subject}\n{letter.body}\n{html_of(letter)}" for letter in mail.outbox}
    calendars = {letter.to[0]: entry_in(letter) for letter in mail.outbox}
    assert "LOCATION:Roppongi Office 18F 6-10-1 Roppongi, Minato, Tokyo" in calendars["dan@example.org"]
    assert "DESCRIPTION:Give your name at the main desk" in calendars["dan@example.org"]
    assert f"DESCRIPTION:{STEP}" in calendars["emi@example.org"]
    for address, mine, other in (
        ("dan@example.org", ["Roppongi Office 18F", "Take the lift to floor 18"], [NAME, STEP]),
        ("emi@example.org", [NAME, STEP], ["Roppongi", "main desk"]),
    ):
        assert all(words in texts[address] for words in mine), address
        assert not any(words in texts[address] for words in other), address


def html_of(letter: Any) -> str:
    return str(letter.alternatives[0][0])


def entry_in(letter: Any) -> str:
    """The calendar entry that a mail carries, without its folds."""
    (part,) = [part for part in letter.message().walk() if part.get_content_type() == "text/calendar"][:1]
    text: str = part.get_payload(decode=True).decode()
    return re.sub("\r?\n ", "", text).replace("\\,", ",")


def test_each_part_falls_back_alone_and_says_which_language_it_has() -> None:
    event = event_at(other_title="A night of recommenders", other_description="How to keep one alive.")
    path = f"/events/{event.public_id}/"
    assert page(path, "en").count("Written in Japanese") == 1
    assert f'<span lang="ja">{ADDRESS}</span>' in page(path, "en")
    assert "書かれています" not in page(path, "ja")
    Event.objects.update(other_venue_address=IN_ENGLISH["other_venue_address"])
    half = page(path, "en")
    assert re.search(rf'<span lang="ja">{NAME}</span>\s*\(On site\)', half)
    assert IN_ENGLISH["other_venue_address"] in half
    # Where the line at the head says it already, it isn't said twice.
    Event.objects.update(other_title="", other_description="", other_venue_address="")
    assert page(path, "en").count("Written in Japanese") == 1


def test_its_code_of_conduct_is_read_in_the_language_of_its_reader() -> None:
    event = event_at(venue_conduct="**静かに**歩いてください", other_venue_conduct="https://venue.example/rules/en")
    path = f"/events/{event.public_id}"
    english, japanese = page(f"{path}/conduct/", "en"), page(f"{path}/conduct/", "ja")
    assert '<a href="https://venue.example/rules/en"' in english
    assert "静かに" not in english
    assert "<strong>静かに</strong>" in japanese
    assert "venue.example" not in japanese
    # Where no one wrote it in the other language, it's shown as it is, and says so.
    Event.objects.update(other_venue_conduct="")
    english, japanese = page(f"{path}/conduct/", "en"), page(f"{path}/conduct/", "ja")
    assert re.search(r'Written in Japanese</p>\s*<div class="prose" lang="ja"\s*><p><strong>静かに</strong>', english)
    assert "書かれています" not in japanese
    assert "and of the venue" in page(f"{path}/registration/", "en")


def test_the_way_in_is_for_people_with_a_seat_and_stands_on_their_page_of_the_day() -> None:
    event = event_at()
    path = f"/events/{event.public_id}/"
    cast.registered("dan", event)
    dan = cast.signed_in("dan", language="ja")
    with_seat = page(path, "ja", dan)
    assert STEP in with_seat
    assert "会場への入り方" in with_seat
    for stranger in (Client(), cast.signed_in("finn")):
        for address in (path, f"{path}calendar.ics", f"{path}registration/", "/calendar.ics"):
            assert STEP not in page(address, "ja", stranger), address
    with time_machine.travel(cast.STARTS_AT - timedelta(hours=1), tick=False):
        today = page(path, "ja", cast.signed_in("dan", language="ja"))
        assert "of-today" in today
        # Once: at the top.
        assert today.count(STEP) == 1
        assert re.search(rf'<ol class="steps"\s*>\s*<li>{STEP}</li>\s*<li>18階まで上がる</li>', today)


def test_when_it_is_over_no_one_needs_the_way_in() -> None:
    event = event_at()
    cast.registered("dan", event)
    with time_machine.travel(cast.ENDS_AT + timedelta(hours=1), tick=False):
        assert STEP not in page(f"/events/{event.public_id}/", "ja", cast.signed_in("dan", language="ja"))


def test_an_online_event_has_no_venue_in_any_language() -> None:
    event = event_at(**IN_ENGLISH)
    edited = edit(event, format="online", join_url="https://video.example.com/1")
    assert edited.status_code == 302
    event.refresh_from_db()
    assert not any(getattr(event, name) for name in (*HERE, *IN_ENGLISH))


def test_the_venue_is_found_by_the_words_of_both_languages() -> None:
    event = event_at(**IN_ENGLISH)

    def found(words: str) -> bool:
        index_events()
        return f"/events/{event.public_id}/" in Client().get("/search/", {"q": words}).content.decode()

    assert found("六本木オフィス")
    assert found("roppongi office")
    Event.objects.update(other_venue_name="Shibuya Loft")
    assert found("loft")
    assert not found("roppongi office")


def edit(event: Event, **fields: str) -> Any:
    aiko = cast.signed_in("aiko", language="en")
    address = f"/desk/events/{event.public_id}/edit/"
    form = aiko.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"day": str(typed["day"]), "starts": f"{typed['starts']:%H:%M}", "ends": f"{typed['ends']:%H:%M}"}
    typed = {name: value for name, value in typed.items() if value not in (None, False)}
    return aiko.post(address, {"intent": "send", **typed, **fields})


def test_the_form_keeps_the_venue_in_both_languages_without_a_title_in_the_other() -> None:
    event = event_at()
    assert edit(event, **IN_ENGLISH).status_code == 302
    event.refresh_from_db()
    assert {name: getattr(event, name).replace("\r", "") for name in IN_ENGLISH} == IN_ENGLISH


def test_before_a_change_is_published_the_sheet_names_what_keeps_its_old_words() -> None:
    event = event_at(**IN_ENGLISH)
    cast.registered("dan", event)
    asked = edit(event, venue_name="渋谷ホール", intent="").content.decode()
    assert "Not changed in the other language:" in asked
    assert "Venue in the other language" in asked.split("Not changed in the other language:")[1].split("</p>")[0]
    both = edit(event, venue_name="渋谷ホール", other_venue_name="Shibuya Hall", intent="").content.decode()
    assert "Not changed in the other language:" not in both


@pytest.mark.parametrize(
    ("changed", "english", "japanese"),
    [
        ({"venue_name": "渋谷ホール", "other_venue_name": "Shibuya Hall"}, "Roppongi Office 18F", NAME),
        # Only the event's own words: who reads the others learns what was, all the same.
        ({"venue_name": "渋谷ホール"}, NAME, NAME),
        # Only the others: nothing new for who reads its own.
        ({"other_venue_name": "Shibuya Hall"}, "Roppongi Office 18F", ""),
    ],
)
def test_a_mail_about_a_change_says_where_it_was_in_the_language_of_its_reader(
    changed: dict[str, object], english: str, japanese: str
) -> None:
    event = event_at(**IN_ENGLISH)
    cast.registered(cast.person("dan", language="en"), event)
    cast.registered(cast.person("emi", language="ja"), event)
    deliver(at=cast.NOW)
    mail.outbox.clear()
    change_event(event=event, fields=changed, tell=["confirmed"], at=cast.NOW, by=cast.person("aiko"))
    deliver(at=cast.NOW + timedelta(minutes=11))
    texts = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    for address, label, was in (
        ("dan@example.org", "Previous location", english),
        ("emi@example.org", "変更前の場所", japanese),
    ):
        before = texts[address].partition(label)[2][:40]
        assert was in before if was else not before, address


def own_venue_alone(text: str) -> list[str]:
    """Where a page or a mail takes a venue from the event's own language, whoever reads."""
    return re.findall(r"\bevent\.venue_(?:name|address|directions)\b", text)


def test_public_pages_and_mails_ask_for_the_venue_of_their_reader() -> None:
    folders = ("pages", "parts", "mail")
    asked = [path for name in folders for path in (settings.BASE_DIR / "templates" / name).rglob("*.html")]
    asked += [
        path for path in settings.BASE_DIR.glob("meetups/**/*.py") if "emails" in path.parts or "pages" in path.parts
    ]
    assert len(asked) > 200
    assert not {str(path) for path in asked if own_venue_alone(path.read_text())}
    assert own_venue_alone("{{ event.venue_name }} {{ event.venue.name }}") == ["event.venue_name"]
