"""An online meetup from its announcement to its slides, in a browser, in Japanese and in English, on the product as a whole.

`tick` does the clock's work for later times. When people act at such a time, the pages' clock is moved there, too.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.conftest import Site
from tests.journeys.online import connect, fill, prepare, publish, read_slides, rehearse
from tests.journeys.town import Town


@pytest.fixture
def _back_to_now(site: Site) -> Iterator[None]:
    """The next test finds the pages' clock at the real time."""
    yield
    site.travel(None)


@pytest.mark.usefixtures("_back_to_now")
@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_online_meetup_from_its_announcement_to_its_slides(towns: Callable[[str], Town], language: str) -> None:
    town = towns(language)
    meetup = fill(town)
    prepare(meetup)
    rehearse(meetup)
    connect(meetup)
    publish(meetup)
    read_slides(meetup)
    unread = {who: town.people[who].unread() for who in ("aiko", "dan", "emi", "finn") if town.people[who].unread()}
    assert not unread
    town.check()
