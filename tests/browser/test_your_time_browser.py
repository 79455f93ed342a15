"""A time of another zone is also said on the reader's own clock."""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import Site, running

MAKE = """
from tests.support import cast
from django.utils import timezone
from datetime import timedelta
at = timezone.now()
for name in ("aiko", "ben"):
    cast.person(name)
starts_at = (at + timedelta(days=14)).replace(hour=5, minute=0, second=0, microsecond=0)
dates = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
plans = [cast.first_come_plan(8), cast.lottery_plan(starts_at=starts_at, at=at), cast.invited_plan(2)]
event = cast.event(at=at, **dates, slots=plans, registration_opens_at=at + timedelta(days=1))
talk = cast.talk("ben", event, at=at)
print(f"/events/{event.public_id}/ /events/{event.public_id}/talks/{talk.pk}/ /c/{event.community.slug}/ /")
"""
# In winter and in summer.
BERLIN = r"(?:GMT\+[12]|CES?T)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"yourtime_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(tmp_path_factory.mktemp("yourtime"), name) as started:
        yield started


@pytest.fixture(scope="module")
def paths(site: Site) -> list[str]:
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1].split()


def told(site: Site, browser: Browser, path: str, zone: str, *, scripts: bool = True) -> list[str]:
    context = browser.new_context(base_url=site.base_url, locale="en-GB", timezone_id=zone, java_script_enabled=scripts)
    page: Page = context.new_page()
    page.goto(path)
    notes = page.locator(".your-time").all_text_contents()
    text = page.locator("main").inner_text()
    context.close()
    assert notes or "14:00" in text or "2:00" in text
    return notes


def test_every_public_page_says_the_readers_own_time(site: Site, browser: Browser, paths: list[str]) -> None:
    for path in paths:
        notes = told(site, browser, path, "Europe/Berlin")
        assert notes, path
        assert all(re.search(BERLIN, note) for note in notes), path
        # It is said at length once, where the event says its time.
        assert [note.startswith("Your time:") for note in notes].count(True) == (path == paths[0]), path


def test_a_reader_on_the_same_clock_or_without_scripts_reads_the_venues_time_alone(
    site: Site, browser: Browser, paths: list[str]
) -> None:
    for path in paths:
        assert told(site, browser, path, "Asia/Tokyo") == []
        assert told(site, browser, path, "Europe/Berlin", scripts=False) == []


def test_each_time_in_the_sentence_of_a_slot_stands_on_the_readers_clock_right_behind_it(
    site: Site, browser: Browser, paths: list[str]
) -> None:
    for zone, is_away in (("Europe/Berlin", True), ("Asia/Tokyo", False)):
        context = browser.new_context(base_url=site.base_url, locale="en-GB", timezone_id=zone)
        page = context.new_page()
        page.goto(paths[0])
        page.locator(".slot-line summary").nth(1).click()
        lottery = page.locator(".slot-line").nth(1)
        sentence = " ".join(lottery.locator(".slot-line-rules p").first.inner_text().split())
        line = " ".join(lottery.locator(".slot-line-way").inner_text().split())
        # Opening, closing and draw; the line itself says the opening.
        assert len(re.findall(BERLIN if is_away else "GMT", sentence)) == (3 if is_away else 0), sentence
        assert len(re.findall(BERLIN if is_away else "GMT", line)) == (1 if is_away else 0), line
        if is_away:
            assert re.search(
                rf"Enter from [^()]+ \([^()]+{BERLIN}\) to [^()]+ \([^()]+\)\. Draw: [^()]+ \([^()]+\)\.", sentence
            )
        context.close()
