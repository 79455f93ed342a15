"""Pictures in the text of an event, in a real browser: put where the cursor is, dropped onto the text, and without scripts."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from meetups.demo.sample.room import room
from tests.conftest import Site
from tests.support.cast import PASSWORD
from tests.support.scenes.teardown_scene import jpeg

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
at = timezone.now()
cast.person('kai', language='en')
of = cast.community(slug='pictures', name='Picture group', owner='kai', language='en', at=at)
times = dict(starts_at=at + timedelta(days=20), ends_at=at + timedelta(days=20, hours=2), at=at)
public = cast.event(of=of, slots=[cast.first_come_plan()], description='One two', **times)
draft = cast.event(of=of, slots=[cast.first_come_plan()], title='A draft', description='One two', publish=False, **times)
print('made', public.public_id, draft.public_id)
"""
DROP = """([name, octets]) => {
  const bytes = Uint8Array.from(atob(octets), one => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, {type: 'image/jpeg'}));
  document.getElementById('id_description').dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture(scope="module")
def made(site: Site) -> list[str]:
    said = site.manage("shell", "--no-imports", "--command", MAKE)
    [line] = [line for line in said.splitlines() if line.startswith("made")]
    return line.split()[1:]


def signed_in(site: Site, browser: Browser, **options: Any) -> BrowserContext:
    context = browser.new_context(
        base_url=site.base_url, locale="en-US", viewport={"width": 1280, "height": 900}, **options
    )
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "kai@example.org")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    page.close()
    return context


@pytest.fixture
def photo() -> bytes:
    return jpeg(room(800, 600))


@pytest.fixture
def tab(site: Site, browser: Browser, made: list[str]) -> Iterator[Page]:
    context = signed_in(site, browser)
    yield context.new_page()
    context.close()


def test_a_dropped_picture_comes_where_the_cursor_was_and_is_in_the_preview(
    tab: Page, made: list[str], photo: bytes
) -> None:
    tab.goto(f"/desk/events/{made[0]}/edit/")
    text = tab.locator("#id_description")
    text.focus()
    text.evaluate("field => field.setSelectionRange(4, 4)")
    tab.fill("#id_hashtag", "typed")
    text.focus()
    text.evaluate("field => field.setSelectionRange(4, 4)")
    tab.evaluate(DROP, ["room.jpg", base64.b64encode(photo).decode()])
    expect(tab.locator("#id_picture_alt")).to_be_focused()
    # Its words are asked for before anything is sent.
    tab.locator("[data-add-picture]").click()
    assert tab.locator("#id_picture_alt").evaluate("field => field.value === ''")
    tab.fill("#id_picture_alt", "Around a table")
    tab.locator("[data-add-picture]").click()
    expect(tab.locator("#pictures [role=status]")).to_contain_text("The picture is in the text.")
    assert text.input_value().startswith("One\n\n![Around a table](picture:")
    assert text.input_value().endswith(")\n\ntwo")
    assert tab.locator("#id_hashtag").input_value() == "typed"
    # Going back to the page later is no second upload.
    assert tab.url.split("#")[0].endswith("/edit/")
    shown = tab.locator(".written .preview img")
    expect(shown).to_have_attribute("alt", "Around a table")
    shown.scroll_into_view_if_needed()
    tab.wait_for_function("() => document.querySelector('.written .preview img').naturalWidth === 800")


def test_a_draft_saves_the_text_with_its_picture_by_itself(tab: Page, made: list[str], photo: bytes) -> None:
    address = f"/desk/events/{made[1]}/edit/"
    tab.goto(address)
    tab.set_input_files("#id_picture", {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": photo})
    tab.fill("#id_picture_alt", "Around a table")
    tab.locator("[data-add-picture]").click()
    expect(tab.locator("#pictures [role=status]")).to_contain_text("The picture is in the text.")
    expect(tab.locator("#autosaved")).to_contain_text("Saved")
    tab.goto(address)
    assert "![Around a table](picture:" in tab.locator("#id_description").input_value()


def test_who_chose_a_picture_and_saves_gets_it_first(tab: Page, made: list[str], photo: bytes) -> None:
    tab.goto(f"/desk/events/{made[0]}/edit/")
    tab.set_input_files("#id_picture", {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": photo})
    tab.fill("#id_picture_alt", "Before saving")
    tab.locator("button[name=intent][value=save]").click()
    expect(tab.locator("#pictures [role=status]")).to_contain_text("The picture is in the text.")
    assert "![Before saving]" in tab.locator("#id_description").input_value()
    # Enter in a field saves, and removes nothing.
    tab.locator("#id_title").press("Enter")
    tab.wait_for_url(f"**/desk/events/{made[0]}/")


def test_without_scripts_it_is_chosen_and_stands_at_the_end(
    site: Site, browser: Browser, made: list[str], photo: bytes
) -> None:
    context = signed_in(site, browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/desk/events/{made[1]}/edit/")
    page.fill("#id_description", "Typed, not saved")
    page.set_input_files("#id_picture", {"name": "room.jpg", "mimeType": "image/jpeg", "buffer": photo})
    page.fill("#id_picture_alt", "Plain")
    page.locator("[data-add-picture]").click()
    text = page.locator("#id_description")
    assert text.input_value().startswith("Typed, not saved\n\n![Plain](picture:")
    page.locator("#pictures li", has=page.locator("img[alt=Plain]")).locator("button.danger").click()
    assert text.input_value() == "Typed, not saved"
    context.close()
