"""Teardown in two real browsers: several people tick one list live, and a bad network loses nothing."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.conftest import Site
from tests.support.cast import PASSWORD

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
from tests.support.scenes import teardown_scene
at = timezone.now()
since = at - timedelta(days=3)
cast.person("tove", language="en")
group = cast.community(slug="teardown", name="Teardown group", owner="tove", at=since)
for name in ("ulla", "vera", "wim"):
    cast.person(name, language="en")
    event = cast.event(of=group, slots=[cast.first_come_plan(9), cast.duty_plan()], at=since, title="Teardown",
        starts_at=at - timedelta(hours=2), ends_at=at - timedelta(minutes=1))
    cast.volunteering(name, event, at=since)
    for text in ("Wipe the desks", "Sort the rubbish", "Lights off", "Doors locked"):
        teardown_scene.line(event, text, by=cast.person("tove"))
    print(f"/events/{event.public_id}/teardown/")
"""
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture(scope="module")
def evenings(site: Site) -> dict[str, str]:
    """The address of each evening's list, by the name of the person who does its teardown. Tove is on the team of all."""
    made = site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()
    return dict(zip(("ulla", "vera", "wim"), made[-3:], strict=True))


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Callable[[str, str], Page]]:
    """Opens a list on a person's phone."""
    contexts: list[BrowserContext] = []

    def opened(who: str, path: str) -> Page:
        context = browser.new_context(
            base_url=site.base_url, locale="en-US", viewport={"width": 390, "height": 844}, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.fill("input[name=login]", f"{who}@example.org")
        page.fill("input[name=password]", PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url("**/me/")
        page.clock.install()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_what_one_ticks_the_others_see(phone: Callable[[str, str], Page], evenings: dict[str, str]) -> None:
    tove, ulla = phone("tove", evenings["ulla"]), phone("ulla", evenings["ulla"])
    asked: list[str] = []
    tove.on("request", lambda request: asked.append(request.url) if "/lines/" in request.url else None)
    row = ulla.get_by_role("button", name="Wipe the desks")
    box = row.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert box["width"] > 340
    row.click()
    expect(ulla.locator(".tally-open")).to_have_text("3 of 4 left")
    for _turn in range(3):
        with tove.expect_response(lambda response: "/lines/" in response.url):
            tove.clock.run_for(5_000)
    expect(tove.locator("[data-state=done]")).to_contain_text("Ulla ·")
    # Once in five seconds, however often the list was drawn again; never while no one looks.
    assert len(asked) == 3
    tove.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    tove.clock.run_for(30_000)
    assert len(asked) == 3
    tove.evaluate(f"delete document.hidden; {LOOK}")
    for name in ("Sort the rubbish", "Lights off", "Doors locked"):
        tove.get_by_role("button", name=name).click()
    expect(tove.locator(".tally")).to_contain_text("Thank you all")
    ulla.evaluate(LOOK)
    expect(ulla.locator(".tally")).to_contain_text("Thank you all")
    with ulla.expect_response(lambda response: "/tick/" in response.url):
        ulla.get_by_role("button", name="Mark as not done: Lights off").click()
    expect(ulla.locator(".tally-open")).to_have_text("1 of 4 left")


def test_a_tick_without_a_network_says_so_and_is_sent_later(
    phone: Callable[[str, str], Page], evenings: dict[str, str]
) -> None:
    page = phone("vera", evenings["vera"])
    page.context.set_offline(True)
    for name in ("Wipe the desks", "Lights off"):
        page.get_by_role("button", name=name).click()
    expect(page.locator("[data-unsent]")).to_have_count(2)
    expect(page.locator("[data-unsent] .chore-unsent").first).to_be_visible()
    expect(page.locator("#teardown-offline")).to_be_visible()
    expect(page.locator(".tally-open")).to_have_text("4 of 4 left")
    page.context.set_offline(False)
    expect(page.locator(".tally-open")).to_have_text("2 of 4 left")
    expect(page.locator("[data-unsent]")).to_have_count(0)
    expect(page.locator("#teardown-offline")).to_be_hidden()


def test_a_server_that_stumbles_and_a_page_opened_anew_lose_nothing(
    phone: Callable[[str, str], Page], evenings: dict[str, str]
) -> None:
    page = phone("wim", evenings["wim"])

    def stumble(route: Route) -> None:
        route.fulfill(status=503, content_type="text/html", body="<h1>away</h1>")

    page.route("**/tick/", stumble)
    page.get_by_role("button", name="Sort the rubbish").click()
    expect(page.locator("[data-unsent]")).to_contain_text("Sort the rubbish")
    expect(page.locator("h1")).to_have_text("Teardown")
    expect(page.locator(".chore")).to_have_count(4)
    page.reload()
    expect(page.locator("[data-unsent]")).to_contain_text("Sort the rubbish")
    page.unroute("**/tick/")
    page.clock.run_for(4_000)
    expect(page.locator("[data-state=done]")).to_contain_text("Sort the rubbish")
