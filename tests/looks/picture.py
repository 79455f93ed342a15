"""One picture of a whole page."""

from pathlib import Path

from playwright.sync_api import Error, Page

TRIES = 3


def take_picture(page: Page, path: Path) -> None:
    """Writes the whole page as an image. On a busy machine Chromium sometimes cannot take one, so it is asked again."""
    for tries_left in reversed(range(TRIES)):
        try:
            page.screenshot(path=path, full_page=True)
            return
        except Error:
            if not tries_left:
                raise
            page.wait_for_timeout(500)
