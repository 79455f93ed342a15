"""The fixtures of all journeys: the clock's work, and the town of each language."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.conftest import Site
from tests.journeys.journey import Manage
from tests.journeys.town import Town


@pytest.fixture(scope="session")
def manage(site: Site) -> Manage:
    """Moves time, and checks the database."""
    return Manage(site)


@pytest.fixture(scope="session")
def towns(site: Site, browser: Browser, manage: Manage) -> Iterator[Callable[[str], Town]]:
    """Returns the town of a language; its people sign up at the first request for it."""
    made: dict[str, Town] = {}

    def town(language: str) -> Town:
        if language not in made:
            made[language] = Town(site, browser, language, manage)
            made[language].sign_up()
            made[language].found()
        return made[language]

    yield town
    for one in made.values():
        for person in one.people.values():
            person.page.context.close()
