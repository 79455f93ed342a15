"""What search engines and link previews read (E5)."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from PIL import Image

from meetups.events.models import Event
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def text(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Cache-Control"]
    return answer.content.decode()


def structured(event: Event) -> dict[str, Any]:
    html = Client().get(f"/events/{event.public_id}/").content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    data: dict[str, Any] = json.loads(block)
    return data


def test_the_sitemap_has_what_a_stranger_may_see_and_nothing_else() -> None:
    shown = cast.event()
    talk = cast.talk("emi", shown)
    hidden = [
        cast.event(publish=False),
        *(cast.event(visibility=one) for one in Event.Visibility if one != Event.Visibility.PUBLIC),
    ]
    index = text("/sitemap.xml")
    addresses = re.findall(r"<loc>([^<]+)</loc>", index)
    assert addresses == [
        f"http://testserver/sitemap-{name}.xml" for name in ("pages", "communities", "events", "talks")
    ]
    pages = "".join(text(address.removeprefix("http://testserver")) for address in addresses)
    for path in ("/", "/c/ml/", f"/events/{shown.public_id}/", f"/events/{shown.public_id}/talks/{talk.pk}/"):
        assert f"<loc>http://testserver{path}</loc>" in pages
    assert not [event for event in hidden if event.public_id in pages]
    assert Client().get("/sitemap-nothing.xml").status_code == 404


def test_a_long_sitemap_has_several_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetups.pages.events.sitemaps._Events.limit", 2)
    for number in range(3):
        cast.event(title=str(number))
    assert "http://testserver/sitemap-events.xml?p=2" in text("/sitemap.xml")
    assert text("/sitemap-events.xml?p=2").count("<loc>") == 1


def test_robots_leave_personal_pages_alone_and_find_the_sitemap() -> None:
    robots = text("/robots.txt")
    assert "Disallow: /desk/\n" in robots
    assert "Sitemap: http://testserver/sitemap.xml\n" in robots
    assert "Disallow: /\n" not in robots


def test_structured_data_has_all_that_search_engines_ask_for() -> None:
    event = cast.event()
    cast.talk("emi", event)
    data = structured(event)
    assert {
        "name",
        "startDate",
        "endDate",
        "location",
        "description",
        "offers",
        "organizer",
        "performer",
    } <= data.keys()
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["location"]["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "東京都港区六本木6-10-1",
        "addressRegion": "Tokyo",
        "addressCountry": "JP",
    }
    for offer in data["offers"]:
        assert (offer["price"], offer["priceCurrency"], offer["@type"]) == (0, "JPY", "Offer")
        assert offer["availability"] in {"https://schema.org/InStock", "https://schema.org/SoldOut"}
        assert offer["validFrom"] == "2026-11-20T12:00:00+09:00"
        assert offer["validThrough"] > offer["validFrom"]
    assert data["performer"] == [{"@type": "Person", "name": "絵美"}]
    assert data["organizer"]["url"] == "http://testserver/c/ml/"


def test_the_preview_of_a_talk_says_its_day_in_the_language_of_its_title() -> None:
    event = cast.event(other_title="Recommenders in production")
    path = f"/events/{event.public_id}/talks/{cast.talk('emi', event).pk}/"
    for language, day in (("en", "Recommenders in production · Sat, Dec 5, 2026"), ("ja", "2026年12月5日(土)")):
        html = Client().get(path, headers={"accept-language": language}).content.decode()
        [said] = re.findall(r'property="og:description"\s+content="([^"]*)"', html)
        assert day in said


@pytest.mark.parametrize("path", ["/", "/c/ml/"])
def test_home_and_community_have_one_address_and_a_preview(path: str) -> None:
    cast.community()
    html = Client().get(path).content.decode()
    assert html.count(f'<link rel="canonical" href="http://testserver{path}">') == 1
    for name in ("og:type", "og:site_name", "og:title", "og:description", "og:url", "og:image"):
        assert len(re.findall(rf'property="{name}"', html)) == 1, name


def test_a_phone_can_put_the_site_among_its_apps() -> None:
    home = text_of_page("/")
    assert '<link rel="manifest" href="/site.webmanifest">' in home
    assert 'rel="apple-touch-icon"' in home
    manifest = json.loads(text("/site.webmanifest"))
    assert manifest["name"] == settings.SITE_NAME
    assert manifest["start_url"] == "/"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}
    for icon in manifest["icons"]:
        name = icon["src"].removeprefix(settings.STATIC_URL)
        with Image.open(settings.BASE_DIR / "meetups/static" / name) as drawn:
            assert f"{drawn.width}x{drawn.height}" == icon["sizes"]


def text_of_page(path: str) -> str:
    return Client().get(path).content.decode()
