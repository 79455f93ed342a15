"""A meetup from its announcement to its slides, over two web servers, PgBouncer in transaction mode and S3. No real S3 was tried:
moto's server stands in for it."""

import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import psycopg
import pytest
from playwright.sync_api import Browser

from tests.journeys.chapters import create, draw, fall_back_after_the_draw, keep_the_list, register, volunteer
from tests.journeys.journey import Manage
from tests.journeys.online import connect, fill, prepare, publish, read_slides, rehearse
from tests.journeys.town import Town, speak
from tests.support.spread import BUCKET, Spread, spread


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    with spread(tmp_path_factory.mktemp("spread"), application="tests.support.travelling") as site:
        yield site


@pytest.fixture(scope="module")
def town(wide: Spread, browser: Browser) -> Iterator[Town]:
    town = Town(wide, browser, "en", Manage(wide))
    town.sign_up()
    town.found()
    yield town
    for person in town.people.values():
        person.page.context.close()


def test_people_enter_a_lottery_speak_and_are_checked_in(town: Town, wide: Spread) -> None:
    meetup = create(town)
    register(meetup)
    volunteer(meetup)
    speak(meetup)
    _winner, first, second = draw(meetup)
    fall_back_after_the_draw(meetup, second)
    keep_the_list(meetup, first, second)
    town.check()
    assert wide.front
    served = wide.front.served
    assert min(served[port] for port in wide.web_ports) > 50, f"both web servers had their share: {served}"


def test_slides_are_uploaded_to_one_server_and_read_from_the_other(town: Town, wide: Spread) -> None:
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
    endpoint = wide.settings["UPLOADS_URL"].partition("endpoint=")[2].partition("&")[0]
    stored = boto3.client("s3", endpoint_url=endpoint).list_objects_v2(Bucket=BUCKET)["Contents"]
    assert any(thing["Key"].startswith("uploads/talk/") for thing in stored)
    assert not Path(wide.settings["UPLOADS_DIR"]).exists(), "nothing lies in a folder of one machine"


def test_a_backup_takes_its_files_from_the_bucket(town: Town, wide: Spread, tmp_path: Path) -> None:
    wide.manage("backup", str(tmp_path / "backup.tar"))
    assert b"%PDF" in (tmp_path / "backup.tar").read_bytes()


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
