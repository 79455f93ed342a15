"""The readiness card: the speaker fills in her part, organizers tick theirs, and see all on one board."""

from typing import Any

import pytest
import time_machine
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.speakers.models import Presence, Readiness, Rehearsal, Talk
from meetups.speakers.readiness import card, seen_at
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
FILLED = {
    "title": "評価の話",
    "bio": "推薦を作っています。",
    "laptop": "own",
    "adapter": "none",
}


@pytest.fixture
def event() -> Event:
    cast.member("ben", Role.ORGANIZER)
    return cast.event(format=Event.Format.HYBRID, join_url="https://video.example.com/ml14")


@pytest.fixture
def talk(event: Event) -> Talk:
    return cast.talk("emi", event)


def mine(talk: Talk) -> str:
    return reverse("talk_preparation", args=[talk.pk])


def post(name: str, address: str, fields: dict[str, Any]) -> int:
    with time_machine.travel(cast.NOW, tick=False):
        return cast.signed_in(name).post(address, fields).status_code


def open_points(talk: Talk, **how: Any) -> list[str]:
    found = Talk.objects.with_speakers().select_related("speaker", "event", "readiness").get(pk=talk.pk)
    made = card(found, found.event, **{"has_rehearsal": False, "seen": seen_at(found.event), **how})
    return [point.name for point in made.open_points]


def test_the_speaker_fills_in_her_part(talk: Talk) -> None:
    assert "6 points are still open" in cast.signed_in("emi").get(mine(talk)).content.decode()
    assert post("emi", mine(talk), FILLED) == 302
    talk.refresh_from_db()
    assert talk.title == FILLED["title"]
    assert open_points(talk) == ["slides", "publication", "connection"]


def test_an_answer_about_publication_keeps_its_day(talk: Talk) -> None:
    address = reverse("talk_slides_publication", args=[talk.pk])
    post("emi", address, {"answer": "yes"})
    Readiness.objects.update(publication_answered_at=cast.NOW.replace(day=1))
    for answer, day in (("yes", 1), ("no", cast.NOW.day)):
        post("emi", address, {"answer": answer})
        assert Readiness.objects.get().publication_answered_at == cast.NOW.replace(day=day)
    assert "publication" not in open_points(talk)


def test_the_same_again_changes_nothing(talk: Talk) -> None:
    for _ in range(2):
        post("emi", mine(talk), FILLED)
    assert HistoryEntry.objects.filter(verb="prepare_talk").count() == 1


def test_what_is_wrong_is_said_on_the_page(talk: Talk) -> None:
    assert post("emi", mine(talk), {**FILLED, "laptop": "borrowed"}) == 422
    assert not Readiness.objects.exists()


def test_what_does_not_take_place_needs_nothing(event: Event, talk: Talk) -> None:
    proposed = cast.talk("emi", event, state=Talk.State.PROPOSED, title="まだの話")
    assert post("emi", mine(proposed), FILLED) == 409
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert post("emi", mine(talk), FILLED) >= 400
    assert not Readiness.objects.exists()


def test_who_speaks_from_home_is_not_asked_for_equipment() -> None:
    talk = cast.talk("emi", cast.online_event())
    page = cast.signed_in("emi").get(mine(talk)).content.decode()
    assert "HDMI" not in page
    assert open_points(talk, has_rehearsal=True) == ["bio", "slides", "publication", "rehearsal", "connection"]


def test_organizers_tick_and_take_back(event: Event, talk: Talk) -> None:
    address = reverse("desk_presence", args=[event.public_id, talk.speaker_id])
    for occasion in ("rehearsal", "connection"):
        assert post("ben", address, {"occasion": occasion, "seen": "1"}) == 302
    seen = {one.occasion: (one.person, one.seen_at) for one in Presence.objects.filter(event=event)}
    assert seen == dict.fromkeys(("rehearsal", "connection"), (cast.person("emi"), cast.NOW))
    assert post("ben", address, {"occasion": "rehearsal", "seen": "0"}) == 302
    assert [one.occasion for one in Presence.objects.all()] == ["connection"]
    assert post("ben", address, {"occasion": "here", "seen": "1"}) == 400


@pytest.mark.parametrize("talks", [1, 4])
def test_the_board_asks_the_same_few_questions_for_any_number_of_talks(
    event: Event, talks: int, django_assert_num_queries: Any
) -> None:
    Rehearsal.objects.create(event=event, starts_at=cast.NOW, ends_at=cast.STARTS_AT)
    for number in range(talks):
        made = cast.talk(f"guest{number}", event, title=f"話 {number}")
        Readiness.objects.create(talk=made, bio="紹介")
    ben = cast.signed_in("ben")
    board = reverse("desk_readiness", args=[event.public_id])
    ben.get(board)
    with django_assert_num_queries(7):
        page = ben.get(board).content.decode()
    assert page.count('value="connection"') == talks
