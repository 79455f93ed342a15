"""How many clicks it takes on a phone: to follow a community, and to find one's slides after the event."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import Site

MAKE = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from meetups.events.models import Event
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.models import Readiness, Talk
from tests.support import cast
at = timezone.now()
since = at - timedelta(days=30)
group = cast.community(slug="clicks", name="Clicks", owner="carla", at=since)
starts_at = at + timedelta(days=3)
event = cast.event(of=group, at=since, title="What was shown", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2),
    slots=[cast.first_come_plan(5), cast.invited_plan(2)])
talk = cast.talk("lia", event, title="Found again", at=since)
cast.registered("milo", event, at=since)
answer_publication(talk=talk, answer=Readiness.Publication.YES, at=since, by=talk.speaker)
Event.objects.filter(pk=event.pk).update(starts_at=at - timedelta(days=2), ends_at=at - timedelta(days=2) + timedelta(hours=2))
Talk.objects.filter(pk=talk.pk).update(slides_url="https://example.org/slides", slides_published_at=at - timedelta(days=1))
cookie = cast.signed_in("milo", language="en").cookies[settings.SESSION_COOKIE_NAME].value
print(f"/c/clicks/ /events/{event.public_id}/ {cookie}")
"""


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    """The community's page, an event that is over, and the session of Milo, who was there."""
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1].split()


@pytest.fixture
def phone(site: Site, browser: Browser, made: list[str]) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.base_url, locale="en-US", viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": made[2], "url": site.base_url}])
    yield context
    context.close()


def click(page: Page, words: str, *, within: str = "main") -> int:
    """One click that leads to another page."""
    place = page.locator(within)
    target = place.get_by_role("link", name=words).or_(place.get_by_role("button", name=words))
    with page.expect_navigation():
        target.locator("visible=true").first.click()
    return 1


def test_a_person_follows_with_one_click(phone: BrowserContext, made: list[str]) -> None:
    page = phone.new_page()
    page.goto(made[0])
    assert click(page, "Follow") == 1
    assert page.url.endswith(made[0])
    assert page.locator("main").get_by_text("Following").first.is_visible()


def test_who_was_there_finds_the_slides_with_two_clicks_from_home_and_from_the_event(
    phone: BrowserContext, made: list[str]
) -> None:
    page = phone.new_page()
    for begin, words in (("/", "What was shown"), (made[1], "")):
        page.goto(begin)
        clicks = click(page, words) if words else 0
        clicks += click(page, "Slides")
        assert clicks <= 2
        slides = page.locator("main").get_by_role("link", name="View the slides on example.org")
        assert slides.is_visible()
        assert slides.get_attribute("href") == "https://example.org/slides"
