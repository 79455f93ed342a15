"""Helpers for one event: a link lets them in to its check-in, until the day after, and to nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.accounts.models import User
from meetups.communities.models import Membership
from meetups.communities.permissions import Role
from meetups.core.links import helper_token
from meetups.events.event_roles import EventRole, HelperLink
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.lifecycle.actions.team import join_as_helper as joining
from meetups.lifecycle.actions.team.end_event_role import end_event_role
from meetups.lifecycle.actions.team.make_helper_link import make_helper_link
from meetups.lifecycle.actions.undo.take_back_change import take_back_change
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from tests.support import cast

pytestmark = pytest.mark.django_db

EVENING = cast.STARTS_AT - timedelta(hours=1)
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(5)])


def path_of(event: Event) -> str:
    link = make_helper_link(event=event, at=EVENING, by=cast.person("aiko"))
    return reverse("helper_link", args=[helper_token(link.pk)])


def helper(event: Event, name: str = "leo") -> Client:
    client = cast.signed_in(name)
    assert client.post(path_of(event)).status_code == 302
    return client


def door(event: Event) -> str:
    return reverse("desk_check_in", args=[event.public_id])


def team_page(event: Event, who: str = "aiko") -> str:
    return str(cast.signed_in(who).get(reverse("desk_event_team", args=[event.public_id])).content.decode())


def test_an_organizer_hands_out_a_link_and_someone_new_checks_people_in_with_it(event: Event) -> None:
    dan = cast.registered("dan", event)
    aiko = cast.signed_in("aiko")
    assert "<svg" not in team_page(event)
    aiko.post(reverse("desk_helper_link", args=[event.public_id]))
    page = team_page(event)
    assert 'class="qr-code"' in page
    path = urlsplit(re.search(r'value="([^"]+/help/[^"]+)"', page)[1]).path  # type: ignore[index]
    stranger = Client(headers={"Accept-Language": "en"})
    shown = stranger.get(path).content.decode()
    for words in ("names, numbers, slots", "won’t see email addresses", "It ends by itself"):
        assert words in shown
    stranger.post(path, {"name": "レオ", "email": "leo@example.org"})
    letter = Notification.objects.filter(kind="account_letter").latest("pk").letter
    assert letter
    answer = stranger.post("/code/", {"code": letter["code"]}, follow=True)
    assert answer.redirect_chain[-1][0] == door(event)
    assert dan.name in answer.content.decode()
    stranger.post(reverse("desk_arrival", args=[event.public_id, dan.pk]))
    dan.refresh_from_db()
    assert dan.checked_in_at == EVENING
    assert "レオ" in team_page(event)


def test_a_helper_needs_no_second_factor_and_reaches_nothing_else(event: Event, settings: Any) -> None:
    settings.DESK_SECOND_FACTOR = True
    leo = helper(event)
    assert leo.get(door(event)).status_code == 200
    assert leo.get(reverse("desk_attendees", args=[event.public_id])).status_code == 302
    assert leo.get(reverse("desk")).status_code == 302
    other = cast.event(slots=[cast.first_come_plan(5)], title="別の会")
    assert leo.get(door(other)).status_code == 302
    # The control: reception is on the team, and does need one.
    cast.member("chie", Role.RECEPTION)
    assert cast.signed_in("chie").get(door(event)).status_code == 302
    # Who joins the team meanwhile shows a factor like everyone there.
    Membership.objects.create(community=event.community, person=cast.person("leo"), role=Role.RECEPTION, since=EVENING)
    assert leo.get(door(event)).status_code == 302


@pytest.mark.in_short(1)
@pytest.mark.parametrize("who", ["helper", "reception", "organizer"])
def test_no_page_they_reach_has_an_address(event: Event, who: str) -> None:
    """The organizer is the control: they do find one."""
    one = cast.registered("dan", event)
    check_in(registration=one, at=EVENING, by=cast.person("aiko"))
    cast.registered("finn", event)
    if who == "helper":
        client = helper(event)
    else:
        cast.member("chie", Role.RECEPTION if who == "reception" else Role.ORGANIZER)
        client = cast.signed_in("chie")
    seen, found = set(), set()
    ahead = [door(event)]
    while ahead:
        path = ahead.pop()
        if path in seen or "logout" in path:
            continue
        seen.add(path)
        answer = client.get(path, follow=True)
        if not answer.get("Content-Type", "").startswith("text/html"):
            continue
        html = answer.content.decode()
        found |= {(path, address) for address in ADDRESS.findall(html) if "example.org" in address}
        ahead += [url for url in re.findall(r'href="(/desk/events/[^"#]+)"', html) if url not in seen]
    for name, fields in {
        "desk_arrival": {}, "desk_undo_check_in": {}, "desk_walk_in": {"name": "ダン", "request_id": "x"},
    }.items():  # fmt: skip
        pk = [] if name == "desk_walk_in" else [one.pk]
        answer = client.post(reverse(name, args=[event.public_id, *pk]), fields, follow=True)
        found |= {(name, address) for address in ADDRESS.findall(answer.content.decode()) if "example.org" in address}
    assert door(event) in seen
    found |= set(
        ADDRESS.findall(client.post(reverse("desk_person_address", args=[event.public_id, one.pk])).content.decode())
    )
    assert bool(found) == (who == "organizer"), found
    if who == "helper":
        assert {path.split("/")[4] for path in seen} == {"check-in"}


def test_it_ends_by_itself_on_the_day_after_and_moves_with_the_event(event: Event) -> None:
    leo = helper(event)
    for hours, status in ((23, 200), (25, 404)):
        with time_machine.travel(cast.ENDS_AT + timedelta(hours=hours), tick=False):
            assert leo.get(door(event)).status_code == status
    Event.objects.filter(pk=event.pk).update(ends_at=cast.ENDS_AT + timedelta(days=7))
    with time_machine.travel(cast.ENDS_AT + timedelta(hours=25), tick=False):
        assert leo.get(door(event)).status_code == 200


def test_a_canceled_event_has_no_helpers(event: Event) -> None:
    leo, path = helper(event), path_of(event)
    cancel_event(event=event, at=EVENING, by=cast.person("aiko"))
    assert leo.get(door(event)).status_code == 404
    assert cast.signed_in("gin").post(path).status_code == 409
    assert "no one can join" in team_page(event)


def test_a_revoked_link_lets_no_one_in_and_those_who_joined_stay(event: Event) -> None:
    leo, path = helper(event), path_of(event)
    cast.signed_in("aiko").post(reverse("desk_helper_link", args=[event.public_id]), {"revoke": "1"})
    assert "was revoked" in cast.signed_in("gin").get(path).content.decode()
    assert cast.signed_in("gin").post(path).status_code == 409
    assert leo.get(door(event)).status_code == 200
    assert path_of(event) != path


def test_a_person_who_was_removed_does_not_come_back_by_the_same_link(event: Event) -> None:
    leo, path = helper(event), path_of(event)
    role = EventRole.objects.get()
    said = cast.signed_in("aiko").post(reverse("desk_event_role_end", args=[event.public_id, role.pk]), follow=True)
    assert "can’t check people in here any longer" in re.sub(r"<[^>]+>|&[^;]+;", "", said.content.decode())
    assert leo.get(door(event)).status_code == 404
    assert "has ended your help" in leo.post(path).content.decode()
    # The role of another event is not found under this one.
    other = cast.event(slots=[cast.first_come_plan(5)], title="別の会")
    url = reverse("desk_event_role_end", args=[other.public_id, role.pk])
    assert cast.signed_in("aiko").post(url).status_code == 404


def test_the_link_takes_so_many_people_and_no_more(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "MOST", 2)
    path = path_of(event)
    said = [cast.signed_in(f"leo{number}").post(path).status_code for number in range(3)]
    assert said == [302, 302, 409]
    assert EventRole.objects.count() == 2


def test_joining_twice_is_joining_once_and_the_team_needs_no_link(event: Event) -> None:
    path = path_of(event)
    for who in ("leo", "leo", "aiko"):
        assert cast.signed_in(who).post(path).status_code == 302
    assert [role.person for role in EventRole.objects.all()] == [cast.person("leo")]
    assert "already" in cast.signed_in("leo").get(path).content.decode()
    assert HelperLink.objects.count() == 1


def test_a_draft_has_no_link() -> None:
    draft = cast.event(publish=False)
    assert "Publish the event first" in team_page(draft)
    cast.signed_in("aiko").post(reverse("desk_helper_link", args=[draft.public_id]))
    assert not HelperLink.objects.exists()


def test_helpers_find_the_door_on_the_home_page_and_their_own(event: Event) -> None:
    leo = helper(event)
    for path in ("/", "/me/", "/desk/"):
        assert door(event) in leo.get(path).content.decode(), path
        assert door(event) not in cast.signed_in("gin").get(path).content.decode(), path
    seen = leo.get(door(event)).content.decode()
    assert 'class="event-back" href="/me/"' in " ".join(seen.split())


def test_history_says_who_helped_and_forgets_an_erased_person(event: Event) -> None:
    helper(event)
    verbs = HistoryEntry.objects.filter(thread=event.thread, verb__contains="helper").order_by("pk")
    assert [entry.verb for entry in verbs] == ["make_helper_link", "join_as_helper"]
    erase_person(address="leo@example.org", at=EVENING)
    assert not EventRole.objects.exists()
    assert User.objects.filter(email="leo@example.org").count() == 0


def test_the_security_log_has_who_joined(event: Event, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="meetups.security"):
        helper(event)
    assert [line for line in caplog.messages if "helper_joined" in line]


def test_as_many_queries_for_three_helpers_as_for_one(event: Event) -> None:
    counts = []
    team_page(event)
    for name in ("leo", "leo2", "leo3"):
        helper(event, name)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            team_page(event)
        counts.append(len(queries))
    assert counts[0] == counts[2] <= 14


class TestTheirEventChanges:
    """A week before: what is done can be taken back for ten minutes (RULES 249)."""

    BEFORE = cast.STARTS_AT - timedelta(days=7)

    @pytest.fixture(autouse=True)
    def _earlier(self, event: Event, _now: None) -> Iterator[None]:
        with time_machine.travel(self.BEFORE, tick=False):
            helper(event)
            cast.signed_in("mio").post(path_of(event))
            Notification.objects.all().delete()
            yield

    def move(self, event: Event) -> None:
        fields = {"starts_at": cast.STARTS_AT + timedelta(days=1), "ends_at": cast.ENDS_AT + timedelta(days=1)}
        change_event(event=event, fields=dict(fields), at=self.BEFORE, by=cast.person("aiko"))

    def mails(self, minutes: int = 10) -> dict[str, str]:
        mail.outbox.clear()
        deliver(at=self.BEFORE + timedelta(minutes=minutes))
        return {sent.to[0].partition("@")[0]: str(sent.body) for sent in mail.outbox}

    def test_it_moves_and_each_is_told_once_after_ten_minutes(self, event: Event) -> None:
        self.move(event)
        assert self.mails(9) == {}
        told = self.mails()
        assert told.keys() == {"leo", "mio"}
        assert "You still help with check-in there." in told["leo"]
        assert "Your registration" not in told["leo"]
        assert self.mails(60) == {}

    def test_it_is_canceled(self, event: Event) -> None:
        cancel_event(event=event, at=self.BEFORE, by=cast.person("aiko"))
        assert self.mails(9) == {}
        told = self.mails()
        assert told.keys() == {"leo", "mio"}
        assert "won’t take place" in told["leo"]
        assert self.mails(60) == {}

    def test_taken_back_no_one_hears_of_it(self, event: Event) -> None:
        self.move(event)
        take_back_change(undo=event.undoable.get(), at=self.BEFORE, by=cast.person("aiko"))
        assert self.mails(60) == {}

    def test_who_helps_no_longer_hears_nothing(self, event: Event) -> None:
        self.move(event)
        role = EventRole.objects.get(event=event, person=cast.person("leo"))
        end_event_role(role=role, at=self.BEFORE, by=cast.person("aiko"))
        assert self.mails().keys() == {"mio"}
        cancel_event(event=event, at=self.BEFORE, by=cast.person("aiko"))
        assert self.mails(60).keys() == {"mio"}

    def test_after_its_end_no_one_hears_of_changes(self, event: Event) -> None:
        with time_machine.travel(cast.ENDS_AT + timedelta(hours=1), tick=False):
            fields: dict[str, object] = {"venue_name": "別のホール"}
            change_event(event=event, fields=fields, at=cast.ENDS_AT + timedelta(hours=1), by=cast.person("aiko"))
        assert not Notification.objects.exists()

    def test_who_attends_as_well_reads_of_the_registration(self, event: Event) -> None:
        cast.registered("leo", event)
        Notification.objects.all().delete()
        self.move(event)
        assert "Your registration" in self.mails()["leo"]

    def test_their_page_says_so(self, event: Event) -> None:
        leo = cast.signed_in("leo")
        assert "You help with check-in" in leo.get("/me/").content.decode()
        self.move(event)
        assert "Dec 6" in leo.get("/me/").content.decode()
        cancel_event(event=event, at=self.BEFORE, by=cast.person("aiko"))
        page = leo.get("/me/").content.decode()
        assert "Canceled: your help with check-in isn’t needed" in page
        assert door(event) not in page
