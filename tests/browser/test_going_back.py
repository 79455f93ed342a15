"""Going back is instant: Chromium keeps public pages as they were, and says so itself."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.conftest import CHROMIUM_FLAGS, Site, running
from tests.support.cast import PASSWORD
from tests.support.waiting import wait_until

MAKE = """
from django.utils import timezone
from tests.support import cast
from datetime import timedelta
at = timezone.now()
cast.person("yuna", language="en")
group = cast.community(slug="back", name="Back group", owner="yuna", at=at)
event = cast.event(of=group, slots=[cast.first_come_plan(40)], at=at, title="Back again",
    starts_at=at + timedelta(days=9), ends_at=at + timedelta(days=9, hours=2))
print(f"/events/{event.public_id}/")
"""
# Playwright switches off what is tried here, and its own browser is shared by other tests.
SWITCHED_OFF = "--disable-back-forward-cache"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"back_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running(Path(tmp_path_factory.mktemp("back")), name) as started:
        yield started


@pytest.fixture(scope="module")
def event(site: Site) -> str:
    return site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1]


@pytest.fixture(scope="module")
def keeping(browser: Browser) -> Iterator[Browser]:
    started = browser.browser_type.launch(
        executable_path=shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"),
        args=CHROMIUM_FLAGS,
        ignore_default_args=[SWITCHED_OFF],
    )
    yield started
    started.close()


def reported(keeping: Browser, site: Site, path: str, *, signed_in: bool = False, script: str = "") -> list[str]:
    """What Chromium says when a reader goes on from the page and back: that it was restored, or why not."""
    context = keeping.new_context(base_url=site.base_url, locale="en-US", bypass_csp=True)
    page = context.new_page()
    if signed_in:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", "yuna@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url("**/me/")
    browser = context.new_cdp_session(page)
    said: list[str] = []

    def not_used(report: dict[str, Any]) -> None:
        said.extend(one["reason"] for one in report["notRestoredExplanations"])

    def navigated(report: dict[str, Any]) -> None:
        if report.get("type") == "BackForwardCacheRestore":
            said.append("restored")

    browser.send("Page.enable")
    browser.on("Page.backForwardCacheNotUsed", not_used)
    browser.on("Page.frameNavigated", navigated)
    page.goto(path)
    page.evaluate(script or "0")
    page.goto("/accounts/signup/" if not signed_in else "/me/preferences/")
    entries = browser.send("Page.getNavigationHistory")["entries"]
    browser.send("Page.navigateToHistoryEntry", {"entryId": entries[-2]["id"]})
    wait_until(lambda: said, on=page)
    context.close()
    return said


@pytest.mark.parametrize("path", ["/", "/c/back/", "{event}", "{event}registration/"])
def test_a_public_page_is_there_at_once(keeping: Browser, site: Site, event: str, path: str) -> None:
    assert reported(keeping, site, path.format(event=event)) == ["restored"]


@pytest.mark.parametrize("path", ["{event}", "/me/"])
def test_so_it_is_for_a_person_who_is_signed_in(keeping: Browser, site: Site, event: str, path: str) -> None:
    assert reported(keeping, site, path.format(event=event), signed_in=True) == ["restored"]


def test_a_page_for_passwords_is_not_kept(keeping: Browser, site: Site) -> None:
    (reason,) = reported(keeping, site, "/accounts/login/")
    assert reason.startswith("CacheControlNoStore")


def test_the_control_a_page_that_cannot_be_kept_is_reported(keeping: Browser, site: Site) -> None:
    assert reported(keeping, site, "/", script="addEventListener('unload', () => 0)") != ["restored"]
