"""The programme in a real browser: dragged on a phone, moved by buttons, with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.cast import PASSWORD
from tests.conftest import Site

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests import cast
at = timezone.now()
cast.person('rin', language='{language}')
of = cast.community(slug='{slug}', name='番組の会', owner='rin', at=at)
starts_at = at.replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=20)
event = cast.event(of=of, slots=[cast.first_come_plan()], starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=at)
for number, who in enumerate(('sora', 'tao', 'umi'), start=1):
    cast.talk(who, event, title=f'話{{number}}', at=at)
print('made', event.public_id)
"""


@pytest.fixture
def page(site: Site, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The programme of a new event, three talks long, on Rin's phone. `request.param`: whether scripts run."""
    scripts = getattr(request, "param", True)
    slug = "programme" if scripts else "programme-plain"
    made = site.manage("shell", "--no-imports", "--command", MAKE.format(slug=slug, language="ja"))
    public_id = made.rpartition("made ")[2].split()[0]
    context = browser.new_context(
        base_url=site.base_url, locale="ja", viewport={"width": 390, "height": 844}, java_script_enabled=scripts
    )
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "rin@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    page.goto(f"/desk/events/{public_id}/programme/")
    yield page
    context.close()
    assert faults == []


def lines(page: Page) -> Locator:
    return page.locator(".timetable-title")


def buttons(page: Page, title: str) -> Locator:
    return page.locator(".timetable-line", has_text=title).locator("button")


def drag(page: Page, title: str, *, onto: str, drop: bool = True) -> None:
    grip = page.locator(".timetable-line", has_text=title).locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    box, target = grip.bounding_box(), page.locator(".timetable-line", has_text=onto).bounding_box()
    assert box
    assert target
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, target["y"] + 6, steps=8)
    if drop:
        page.mouse.up()


def test_a_line_is_dragged_to_its_place_and_the_times_follow(page: Page) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    drag(page, "話3", onto="話1")
    expect(page.get_by_role("status").filter(has_text="話3")).to_contain_text("14:00")
    expect(lines(page)).to_have_text(["話3", "話1", "話2"])
    expect(page.locator(".timetable-time").nth(1)).to_contain_text("14:20")
    assert len(posts) == 1
    # Escape takes it back, and sends nothing.
    drag(page, "話2", onto="話3", drop=False)
    expect(lines(page)).to_have_text(["話2", "話3", "話1"])
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(lines(page)).to_have_text(["話3", "話1", "話2"])
    page.reload()
    expect(lines(page)).to_have_text(["話3", "話1", "話2"])
    assert len(posts) == 1


def test_buttons_keep_the_focus_and_say_the_new_place(page: Page) -> None:
    page.locator("#add-opening").click()
    expect(page.locator(".timetable-line")).to_have_count(4)
    up = buttons(page, "話2").first
    up.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".timetable-line").nth(1)).to_contain_text("話2")
    expect(page.get_by_role("status").filter(has_text="話2")).to_contain_text("14:10")
    expect(buttons(page, "話2").first).to_be_focused()
    page.keyboard.press("Enter")
    # At the top there is nothing above: the focus goes to its neighbour.
    expect(page.locator(".timetable-line").first).to_contain_text("話2")
    expect(buttons(page, "話2").last).to_be_focused()


@pytest.mark.parametrize("page", [False], indirect=True, ids=["without scripts"])
def test_everything_works_without_scripts(page: Page) -> None:
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
