"""A community rests and wakes: what its page says, who hears of it, and who raises a hand."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from meetups.communities.actions.follow import follow
from meetups.communities.models import Community, Follow, RaisedHand
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.reminders.actions.announce_events import announce_events
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SENTENCE = "話したいことができたら、また集まります。"


def rest(who: str = "aiko") -> None:
    cast.signed_in(who).post("/desk/c/ml/rest/", {"words": SENTENCE})


def wake(who: str = "aiko") -> str:
    return str(cast.signed_in(who).post("/desk/c/ml/rest/", {"wake": "1"}, follow=True).content.decode())


def offer(who: str, kind: str = "help", about: str = "") -> int:
    return cast.signed_in(who).post("/c/ml/hands/", {"kind": kind, "about": about}).status_code


def test_its_page_says_so_until_it_wakes() -> None:
    community = cast.community()
    rest()
    page = cast.signed_in("dan").get("/c/ml/").content.decode()
    assert SENTENCE in page.replace("<wbr>", "")
    assert "I could help" in page
    wake()
    assert "Taking a break" not in cast.signed_in("dan").get("/c/ml/").content.decode()
    community.refresh_from_db()
    assert not community.rests
    assert [one.verb for one in HistoryEntry.objects.filter(thread=community.thread).order_by("pk")][-2:] == [
        "rest_community",
        "wake_community",
    ]


def test_nothing_is_published_and_waking_is_offered_there() -> None:
    event = cast.event(publish=False)
    rest()
    answer = cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/publication/", follow=True)
    assert answer.redirect_chain[-1][0] == "/desk/c/ml/rest/"
    assert "Wake it first" in answer.content.decode()
    event.refresh_from_db()
    assert event.state == Event.State.DRAFT
    wake()
    cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/publication/")
    event.refresh_from_db()
    assert event.state == Event.State.PUBLISHED


@pytest.mark.parametrize("rests", [True, False])
def test_followers_are_kept_and_told_nothing(rests: bool) -> None:
    """With an event that was published a moment before. Awake, they are told: the control."""
    follow(person=cast.person("finn"), community=cast.community(), at=cast.NOW - timedelta(days=1))
    cast.event()
    if rests:
        rest()
    announce_events(at=timezone.now())
    assert Notification.objects.filter(kind="event_announced").count() == (0 if rests else 1)
    assert Follow.objects.count() == 1


def test_raised_hands_wait_for_whoever_wakes_it() -> None:
    cast.community()
    rest()
    assert offer("dan", "speak", "埋め込みの評価") == 302
    assert offer("dan", "speak", "埋め込みの評価と運用") == 302
    assert offer("emi") == 302
    assert RaisedHand.objects.count() == 2
    assert not Notification.objects.exists()
    shown = wake()
    for text in ("ダン", "埋め込みの評価と運用", "絵美", "I could help"):
        assert text in shown
    assert offer("finn") == 409
    cast.signed_in("dan").post("/c/ml/hands/", {"lower": "1"})
    assert [hand.person for hand in RaisedHand.objects.all()] == [cast.person("emi")]


def test_a_person_raises_five_hands_a_day() -> None:
    for number in range(6):
        community = cast.community(slug=f"c{number}", name=f"会{number}", owner=f"owner{number}")
        Community.objects.filter(pk=community.pk).update(resting_since=cast.NOW, resting_words="また。")
    dan = cast.signed_in("dan")
    raised = [dan.post(f"/c/c{number}/hands/", {"kind": "help"}).status_code for number in range(6)]
    assert raised == [302] * 5 + [429]


def test_a_stranger_proves_an_address_first(client: Client) -> None:
    cast.community()
    rest()
    assert "six-digit code" in client.get("/c/ml/hands/", headers={"Accept-Language": "en"}).content.decode()
    client.post("/c/ml/hands/", {"kind": "help"})
    assert not RaisedHand.objects.exists()


def test_check_in_staff_neither_let_it_rest_nor_see_hands() -> None:
    cast.community()
    cast.member("chie", Role.RECEPTION)
    assert cast.signed_in("chie").get("/desk/c/ml/rest/").status_code == 404
    rest("chie")
    assert not Community.objects.get().rests


def test_a_rest_without_a_sentence_is_refused_by_the_database() -> None:
    community = cast.community()
    with pytest.raises(IntegrityError):
        Community.objects.filter(pk=community.pk).update(resting_since=cast.NOW)
