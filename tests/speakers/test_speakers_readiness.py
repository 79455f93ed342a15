"""The readiness card: speakers fill in their part, organizers tick theirs, and one board shows everything."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.notifications.actions.deliver import deliver
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.speakers.models import CoSpeaker, Presence, Readiness, Rehearsal, Talk
from meetups.speakers.readiness import card, seen_at
from tests.support import cast

pytestmark = pytest.mark.django_db
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


def post(name: str, address: str, fields: dict[str, Any], *, at: datetime = cast.NOW) -> int:
    with time_machine.travel(at, tick=False):
        return cast.signed_in(name).post(address, fields).status_code


def open_points(talk: Talk, **how: Any) -> list[str]:
    found = Talk.objects.with_speakers().select_related("speaker", "event", "readiness").get(pk=talk.pk)
    made = card(found, found.event, **{"has_rehearsal": False, "seen": seen_at(found.event), **how})
    return [point.name for point in made.open_points]


def test_the_speaker_fills_in_her_part(talk: Talk) -> None:
    emi = cast.signed_in("emi")
    page = emi.get(mine(talk)).content.decode()
    # The number leaves out the items that organizers tick, and the page "me" shows the same number.
    assert "5 items are still open" in page
    assert "optional" not in page
    assert "Prepare: 5 items left" in emi.get("/me/").content.decode()
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
    Rehearsal.objects.create(event=event, starts_at=cast.NOW, ends_at=cast.NOW + timedelta(hours=1))
    address = reverse("desk_presence", args=[event.public_id, talk.speaker_id])
    for occasion in ("rehearsal", "connection"):
        assert post("ben", address, {"occasion": occasion, "seen": "1"}, at=cast.STARTS_AT) == 302
    seen = {one.occasion: (one.person, one.seen_at) for one in Presence.objects.filter(event=event)}
    assert seen == dict.fromkeys(("rehearsal", "connection"), (cast.person("emi"), cast.STARTS_AT))
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
    with time_machine.travel(cast.STARTS_AT, tick=False), django_assert_num_queries(7):
        page = ben.get(board).content.decode()
    assert page.count('value="connection"') == talks


def together(talk: Talk, name: str = "finn") -> CoSpeaker:
    return CoSpeaker.objects.create(
        talk=talk, person=cast.person(name), address=f"{name}@example.org", language="ja",
        state=CoSpeaker.State.JOINED, asked_at=cast.NOW, joined_at=cast.NOW,
    )  # fmt: skip


def test_a_talk_of_two_is_ready_when_both_are(event: Event, talk: Talk) -> None:
    together(talk)
    post("emi", mine(talk), FILLED)
    assert "bio" in open_points(talk)
    board = cast.signed_in("ben").get(reverse("desk_readiness", args=[event.public_id])).content.decode()
    assert "><bdi>フィン</bdi></small>" in board
    post("finn", mine(talk), {"bio": "基盤の話をします。"})
    assert "bio" not in open_points(talk)
    for name, still_open in (("emi", True), ("finn", False)):
        address = reverse("desk_presence", args=[event.public_id, cast.person(name).pk])
        post("ben", address, {"occasion": "connection", "seen": "1"}, at=cast.STARTS_AT)
        assert ("connection" in open_points(talk)) == still_open


class TestReminders:
    """Seven and two days before the event at 18:00 in Tokyo, about the speaker's open items."""

    SEVEN = datetime(2026, 11, 28, 9, tzinfo=UTC)
    TWO = datetime(2026, 12, 3, 9, tzinfo=UTC)

    def remind(self, at: datetime) -> dict[str, str]:
        """The mail to each person at `at`, by address."""
        # Earlier messages would come in the same mail, so they are sent first.
        deliver(at=at - timedelta(minutes=1))
        before = len(mail.outbox)
        plan_reminders(at=at)
        plan_reminders(at=at + timedelta(minutes=1))
        deliver(at=at + timedelta(minutes=1))
        sent = [one for one in mail.outbox[before:] if "/preparation/" in one.body]
        assert len({one.to[0] for one in sent}) == len(sent)
        return {one.to[0].partition("@")[0]: str(one.body) for one in sent}

    def test_each_gets_one_mail_with_what_is_open_and_a_link(self, talk: Talk) -> None:
        together(talk)
        second = cast.talk("emi", talk.event, title="二つ目", state=Talk.State.ACCEPTED)
        cast.signed_in("emi")
        cast.signed_in("finn")
        sent = self.remind(self.SEVEN)
        assert set(sent) == {"emi", "finn"}
        assert all(mine(one) in sent["emi"] for one in (talk, second))
        assert "Still needed: Title and bio, Slides, Publication, Laptop, Adapter" in sent["emi"]
        assert "Still needed: About you" in sent["finn"]

    def test_they_stop_when_it_is_done(self, talk: Talk) -> None:
        together(talk)
        assert set(self.remind(self.SEVEN)) == {"emi", "finn"}
        post("finn", mine(talk), {"bio": "基盤の話をします。"})
        assert set(self.remind(self.TWO)) == {"emi"}

    def test_one_that_waits_is_not_sent_when_it_has_been_done(self, talk: Talk) -> None:
        together(talk)
        deliver(at=self.SEVEN - timedelta(minutes=1))
        plan_reminders(at=self.SEVEN)
        post("finn", mine(talk), {"bio": "基盤の話をします。"})
        assert set(self.remind(self.SEVEN)) == {"emi"}

    def test_they_come_again_when_the_date_moves(self, event: Event, talk: Talk) -> None:
        assert set(self.remind(self.SEVEN)) == {"emi"}
        later = timedelta(days=7)
        fields: dict[str, object] = {"starts_at": event.starts_at + later, "ends_at": event.ends_at + later}
        change_event(event=event, fields=fields, at=self.SEVEN + timedelta(hours=1), by=cast.person("aiko"))
        assert not self.remind(self.TWO)
        assert set(self.remind(self.SEVEN + later)) == {"emi"}

    def test_whose_talk_was_accepted_afterwards_is_left_alone(self, event: Event) -> None:
        cast.talk("finn", event, state=Talk.State.ACCEPTED, at=self.SEVEN + timedelta(hours=1))
        assert not self.remind(self.SEVEN + timedelta(hours=2))


def test_her_page_counts_what_is_open_at_the_same_cost(event: Event) -> None:
    emi, costs = cast.signed_in("emi"), []
    for number in range(3):
        together(cast.talk("emi", event, title=f"話 {number}"), f"guest{number}")
        with time_machine.travel(cast.NOW, tick=False), CaptureQueriesContext(connection) as asked:
            page = emi.get("/me/").content.decode()
        assert page.count("Prepare: 5 items left") == number + 1
        costs.append(len(asked))
    assert costs[1:] == [costs[0]] * 2


def test_the_board_speaks_of_what_there_is_and_leads_to_the_talk(talk: Talk) -> None:
    event = cast.event(title="会場")
    on_site = cast.talk("finn", event, title="会場の話")
    ben = cast.signed_in("ben")
    page = ben.get(reverse("desk_readiness", args=[event.public_id])).content.decode()
    assert f'href="/events/{event.public_id}/talks/{on_site.pk}/"' in page
    assert "Add a co-speaker" in page
    assert "You record" not in page
    hybrid = ben.get(reverse("desk_readiness", args=[talk.event.public_id])).content.decode()
    assert "You record who’s connected, from three hours before the event." in hybrid
    assert "who was at the rehearsal" not in hybrid


def test_a_rehearsal_is_ticked_on_the_board_once_it_has_begun(event: Event, talk: Talk) -> None:
    starts_at = event.starts_at - timedelta(days=1)
    Rehearsal.objects.create(event=event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    board = reverse("desk_readiness", args=[event.public_id])
    seen = []
    for at in (starts_at - timedelta(minutes=1), starts_at):
        with time_machine.travel(at, tick=False):
            page = cast.signed_in("aiko").get(board).content.decode()
        seen.append(("絵美 was there" in page, "絵美 is connected" in page))
    assert seen == [(False, False), (True, False)]
