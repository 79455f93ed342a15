"""The programme page in a browser: lines are dragged and the drag is undone, moved with keys, and moved without scripts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Site
from tests.support.cast import PASSWORD

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
cast.person('rin')
of = cast.community(slug='programme', name='番組の会', owner='rin', at=at)
starts_at = at.replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=20)
for times in range(2):
    event = cast.event(
        of=of, slots=[cast.first_come_plan()], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=at
    )
    for number, who in enumerate(('sora', 'tao', 'umi'), start=1):
        cast.talk(who, event, title=f'話{number}', at=at)
    print('made', event.public_id)
"""


@pytest.fixture(scope="module")
def programme(site: Site, browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """The programme of an event with three talks, on Rin's phone, with or without scripts."""
    made = site.manage("shell", "--no-imports", "--command", MAKE)
    events = dict(zip((True, False), [line.split()[1] for line in made.splitlines() if "made" in line], strict=True))
    first = browser.new_context(base_url=site.base_url)
    page = first.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "rin@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    signed_in, faults, contexts = first.storage_state(), [], [first]

    def at_the_desk(scripts: bool) -> Page:
        context = browser.new_context(
            base_url=site.base_url,
            locale="ja",
            viewport={"width": 390, "height": 1200},
            java_script_enabled=scripts,
            storage_state=signed_in,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"/desk/events/{events[scripts]}/programme/")
        return page

    yield at_the_desk
    for context in contexts:
        context.close()
    assert faults == []


def lines(page: Page) -> Locator:
    return page.locator(".timetable-title")


def buttons(page: Page, title: str) -> Locator:
    return page.locator(".timetable-line", has_text=title).locator("button")


def test_a_drag_is_one_step_and_can_be_taken_back_and_keys_do_the_same(programme: Callable[[bool], Page]) -> None:
    page = programme(True)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    # Positions are measured after everything has loaded: on a busy machine things still move before that.
    page.wait_for_load_state("networkidle")
    grip = page.locator(".timetable-line", has_text="話3").locator("[data-grip]").bounding_box()
    target = page.locator(".timetable-line", has_text="話1").bounding_box()
    assert grip
    assert target
    for taken_back in (True, False):
        page.mouse.move(grip["x"] + 10, grip["y"] + 10)
        page.mouse.down()
        page.mouse.move(grip["x"] + 10, target["y"] + 6, steps=4)
        expect(lines(page)).to_have_text(["話3", "話1", "話2"])
        if taken_back:
            page.keyboard.press("Escape")
        page.mouse.up()
        if taken_back:
            expect(lines(page)).to_have_text(["話1", "話2", "話3"])
    expect(page.get_by_role("status").filter(has_text="話3")).to_contain_text("14:00")
    assert len(posts) == 1
    # With keys the focus stays on the button. At the top, where nothing is above, it goes to the button beside it.
    buttons(page, "話2").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="話2")).to_contain_text("14:20")
    expect(buttons(page, "話2").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="話2")).to_contain_text("14:00")
    expect(buttons(page, "話2").last).to_be_focused()
    page.reload()
    expect(lines(page)).to_have_text(["話2", "話3", "話1"])


def test_everything_works_without_scripts(programme: Callable[[bool], Page]) -> None:
    page = programme(False)
    expect(page.locator("[data-grip]").first).to_be_hidden()
    buttons(page, "話1").last.click()
    expect(lines(page)).to_have_text(["話2", "話1", "話3"])
    expect(page.locator(".timetable-line:target")).to_contain_text("話1")
    page.locator("button[name=usual][value=break]").click()
    expect(page.locator(".timetable-line[data-pause]")).to_have_count(1)
    page.locator(".timetable-line[data-pause] a").click()
    page.fill("input[name=minutes]", "25")
    page.locator("main form.form button[type=submit]").first.click()
    expect(page.locator(".timetable-line[data-pause]")).to_contain_text("25")
