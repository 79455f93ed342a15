"""The codes of conduct: the community's and the venue's, named beside the button, with somewhere to report."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.communities.models import Community
from meetups.communities.permissions import Role
from meetups.history.models import HistoryEntry
from meetups.registrations.models import Slot
from tests.house.access.world import World, make_world
from tests.support import cast
from tests.support.shared_scene import shared_scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def page(path: str, client: Client | None = None) -> str:
    answer = (client or Client(headers={"Accept-Language": "en"})).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_community_has_one_from_the_start_in_both_languages() -> None:
    cast.community()
    assert "Stop when someone asks you to." in page("/c/ml/conduct/")
    assert "やめる" in page("/c/ml/conduct/", Client(headers={"Accept-Language": "ja"}))


def test_organizers_write_their_own_and_the_built_in_one_is_gone() -> None:
    cast.community()
    aiko = cast.signed_in("aiko")
    assert "Stop when someone asks you to." in page("/desk/c/ml/conduct/", aiko)
    sent = {"conduct": "**静かに聞く**", "conduct_address": "help@example.org"}
    assert aiko.post("/desk/c/ml/conduct/", sent).status_code == 302
    html = page("/c/ml/conduct/")
    assert "<strong>静かに聞く</strong>" in html
    assert "Stop when someone asks you to." not in html
    assert "help@example.org" in html
    assert "help@example.org" in page("/c/ml/")
    assert HistoryEntry.objects.get(verb="set_conduct").details == {}
    assert aiko.post("/desk/c/ml/conduct/", sent).status_code == 302
    assert HistoryEntry.objects.filter(verb="set_conduct").count() == 1


def test_a_link_alone_is_a_link() -> None:
    Community.objects.filter(pk=cast.community().pk).update(conduct="https://example.org/conduct")
    assert '<a href="https://example.org/conduct"' in page("/c/ml/conduct/")
    for text in ("javascript:alert(1)", "https://example.org/ and more"):
        Community.objects.update(conduct=text)
        assert '<a href="javascript' not in page("/c/ml/conduct/")


def test_both_are_named_beside_the_button() -> None:
    event = cast.event(slots=[cast.first_come_plan(9)], venue_conduct="https://venue.example/rules")
    path = f"/events/{event.public_id}"
    for client in (None, cast.signed_in("dan")):
        html = page(f"{path}/registration/", client)
        assert html.count(f'href="{path}/conduct/"') == 1
        assert "of ML勉強会 and of the venue" in html
    assert f'href="{path}/conduct/"' in page(f"{path}/")
    both = page(f"{path}/conduct/")
    assert "Stop when someone asks you to." in both
    assert '<a href="https://venue.example/rules"' in both


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with shared_scene(django_db_blocker), time_machine.travel(cast.NOW, tick=False):
        made = make_world()
        # Who has a link reads the same pages, signed in with the address that it went to.
        for address, name in (("guest@example.org", "guest"), ("two@example.org", "two"), ("new@example.org", "new")):
            assert cast.person(name).email == address
        Slot.objects.filter(event=made.event).update(takes_pairs=True)
        yield made


BUTTONS = {
    "registration": "jun",
    "signup": "jun",
    "event_shifts": "jun",
    "shifts": "jun",
    "pair": "jun",
    "seat_invitation": "guest",
    "offer": "hana",
    "handover": "gin",
    "speaker_invitation": "jun",
    "talk_offer": "two",
    "co_speaker": "two",
    "talk_proposal": "jun",
    "proposal": "jun",
    "helper_link": "jun",
    "invitation": "new",
}


@pytest.mark.parametrize("name", BUTTONS)
@pytest.mark.parametrize("signed_in", [False, True], ids=["a-stranger", "signed-in"])
def test_it_stands_beside_each_button_that_takes_something_on(world: World, name: str, signed_in: bool) -> None:
    path = reverse(name, kwargs=world.parameters[name])
    client = cast.signed_in(BUTTONS[name]) if signed_in else Client(headers={"Accept-Language": "en"})
    if not signed_in and name in ("shifts", "event_shifts"):
        # A link to the page with the gate, which says it.
        assert 'method="post"' not in main(client, path)
        return
    html = main(client, path)
    assert 'method="post"' in html
    # One is enough for the shifts of an event; the list of all names the community of each.
    assert html.count("you agree to the <a href=") == (html.count('name="shift"') if name == "shifts" else 1)


def main(client: Client, path: str) -> str:
    found = re.search("<main.*</main>", client.get(path).content.decode(), re.DOTALL)
    return found[0] if found else ""


def test_a_venue_without_one_is_not_named() -> None:
    event = cast.event(slots=[cast.first_come_plan(9)])
    html = page(f"/events/{event.public_id}/registration/")
    assert "of the venue" not in html
    assert "code of conduct" in html
    assert 'id="venue-conduct"' not in page(f"/events/{event.public_id}/conduct/")


def test_what_an_organizer_saved_meanwhile_is_not_overwritten() -> None:
    community = cast.community()
    ben, aiko = cast.member("ben", Role.ORGANIZER), cast.signed_in("aiko")
    html = page("/desk/c/ml/conduct/", aiko)
    [seen] = [part.split('"')[0] for part in html.split('name="seen" value="')[1:]]
    assert ben
    cast.signed_in("ben").post("/desk/c/ml/conduct/", {"conduct": "Ben", "conduct_address": ""})
    answer = aiko.post("/desk/c/ml/conduct/", {"conduct": "Aiko", "conduct_address": "", "seen": seen})
    assert answer.status_code == 409
    community.refresh_from_db()
    assert community.conduct == "Ben"
