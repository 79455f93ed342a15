"""People register, volunteer and speak over two web servers, PgBouncer in transaction mode and a bucket. No real S3 was tried: moto's
server stands in for it, and `tests/machines/test_bucket.py` uploads to it."""

import time
import urllib.request
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.journeys.chapters import change_slot, create, draw, keep_the_list, register, remind, volunteer
from tests.journeys.journey import Manage
from tests.journeys.online import connect, fill, prepare, publish, read_slides, rehearse
from tests.journeys.town import Town, speak
from tests.support.spread import Spread, spread


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    with spread(tmp_path_factory.mktemp("spread"), application="tests.support.travelling") as site:
        yield site


def people_of(language: str, wide: Spread, browser: Browser) -> Iterator[Town]:
    town = Town(wide, browser, language, Manage(wide))
    town.sign_up()
    town.found()
    yield town
    for person in town.people.values():
        person.page.context.close()


@pytest.fixture(scope="module")
def town(wide: Spread, browser: Browser) -> Iterator[Town]:
    yield from people_of("en", wide, browser)


@pytest.fixture
def japanese_town(wide: Spread, browser: Browser) -> Iterator[Town]:
    yield from people_of("ja", wide, browser)


def test_people_register_volunteer_speak_and_are_drawn_and_checked_in(town: Town, wide: Spread) -> None:
    meetup = create(town)
    register(meetup)
    change_slot(meetup)
    volunteer(meetup)
    speak(meetup)
    winner, first, second = draw(meetup)
    remind(meetup, winner, first, second)
    keep_the_list(meetup, first, second)
    assert "invariants hold" in wide.manage("check_invariants")
    assert wide.front
    served = wide.front.served
    assert min(served[port] for port in wide.web_ports) > 50, f"both web servers had their share: {served}"


def test_an_online_meetup_to_its_slides(japanese_town: Town, wide: Spread) -> None:
    """The slides are uploaded to one server, and read from the other. Others than those of the lottery: each reads all their mail."""
    town = japanese_town
    meetup = fill(town)
    try:
        prepare(meetup)
        rehearse(meetup)
        connect(meetup)
        publish(meetup)
        read_slides(meetup)
    finally:
        wide.travel(None)
    town.check()


def test_each_server_shows_strangers_what_is_new_within_a_second(town: Town, wide: Spread) -> None:
    """The caches of one second are each web process's own, and nothing has to tell them of a change."""
    with psycopg.connect(wide.settings["DIRECT_DATABASE_URL"], autocommit=True) as connection:
        for port in wide.web_ports:
            assert "Renamed" not in page(wide, port)
        connection.execute("UPDATE communities_community SET name = 'Renamed'")
        changed = time.monotonic()
        seen: dict[int, float] = {}
        while len(seen) < len(wide.web_ports) and time.monotonic() < changed + 10:
            for port in set(wide.web_ports) - seen.keys():
                if "Renamed" in page(wide, port):
                    seen[port] = time.monotonic() - changed
    # A page that was being made when the name was changed is a little older than a second.
    assert len(seen) == 2
    assert max(seen.values()) < 2.5, seen


def page(site: Spread, port: int) -> str:
    """The community's page, as a stranger gets it from one of the servers."""
    address = f"http://127.0.0.1:{port}/c/ml-en/"
    request = urllib.request.Request(address, headers={"Host": f"127.0.0.1:{site.port}", "Accept-Language": "en"})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return str(answer.read().decode())
