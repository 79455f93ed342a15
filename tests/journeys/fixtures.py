"""The fixtures of all journeys: the clock's work, and the town of each language."""

from collections.abc import Callable, Generator, Iterator

import pytest
from playwright.sync_api import Browser

from tests.conftest import Site
from tests.journeys.journey import Manage
from tests.journeys.town import Town


@pytest.fixture(scope="session")
def manage(site: Site) -> Manage:
    """Moves time, and checks the database."""
    return Manage(site)


_towns = pytest.StashKey[dict[str, Town]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a story fails, its report says what each person has before their eyes, and what the servers have logged."""
    report = yield
    if report.failed and report.when == "call":
        given = getattr(item, "funcargs", {}).values()
        sites = [one.site if isinstance(one, Town | Manage) else one for one in given]
        logs = {str(process.log): process for site in sites if isinstance(site, Site) for process in site.processes}
        report.sections += [(log, process.last_words()) for log, process in logs.items()]
    if report.failed and report.when == "call" and "towns" in getattr(item, "fixturenames", ()):
        for town in item.config.stash.get(_towns, {}).values():
            for person in town.people.values():
                report.sections.append((f"{person.address} sees", person.view()))
    return report


@pytest.fixture(scope="session")
def towns(site: Site, browser: Browser, manage: Manage, pytestconfig: pytest.Config) -> Iterator[Callable[[str], Town]]:
    """Returns the town of a language; its people sign up at the first request for it."""
    made = pytestconfig.stash[_towns] = {}

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
