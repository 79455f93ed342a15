"""How talks are found: an event's call with its deadline, and a community that accepts proposals all year."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Call, Proposal, Talk
from meetups.speakers.proposal_rules import OPEN_PROPOSALS
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
# 18:00 on November 27 in Tokyo.
CLOSES_AT = datetime(2026, 11, 27, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TALK = {"title": "Bandits in a shop", "abstract": "小さな店で**試しました**。", "minutes": "20"}


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    return cast.event()


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def call(desk: Client, event: Event, **fields: str) -> Any:
    return desk.post(reverse("desk_call", args=[event.public_id]), {"text": "", "until": "", **fields})


class TestOfAnEvent:
    def test_it_says_what_is_looked_for_and_until_when(self, event: Event, desk: Client) -> None:
        assert call(desk, event, text="**失敗談**を歓迎します。", until="2026-11-27T18:00").status_code == 302
        assert Call.objects.get(event=event).closes_at == CLOSES_AT
        html = page(Client(headers={"Accept-Language": "en"}), "event", event.public_id)
        assert "<strong>失敗談</strong>" in html
        assert "Fri, Nov 27, 6:00 PM" in html
        form = page(cast.signed_in("finn"), "talk_proposal", event.public_id)
        assert "<strong>失敗談</strong>" in form
        assert "Fri, Nov 27, 6:00 PM" in form

    def test_until_its_deadline_and_what_comes_later_is_given_back(self, event: Event, desk: Client, now: Any) -> None:
        call(desk, event, text="失敗談", until="2026-11-27T18:00")
        finn, url = cast.signed_in("finn"), reverse("talk_proposal", args=[event.public_id])
        now.move_to(CLOSES_AT - SECOND)
        assert finn.post(url, TALK).status_code == 302
        now.move_to(CLOSES_AT)
        late = finn.post(url, {**TALK, "title": "遅れた話"})
        assert late.status_code == 409
        assert "遅れた話" in late.content.decode()
        assert "小さな店で" in late.content.decode()
        assert "were open until" in late.content.decode()
        assert "Send proposal" not in late.content.decode()
        assert "Propose a talk" not in page(Client(headers={"Accept-Language": "en"}), "event", event.public_id)
        assert Talk.objects.count() == 1

    def test_an_event_without_one_takes_proposals_until_it_starts(self, event: Event, now: Any) -> None:
        now.move_to(cast.STARTS_AT - SECOND)
        finn, url = cast.signed_in("finn"), reverse("talk_proposal", args=[event.public_id])
        assert finn.post(url, TALK).status_code == 302
        now.move_to(cast.STARTS_AT)
        assert finn.post(url, TALK).status_code == 409

    def test_closed_and_opened_again_at_the_desk(self, event: Event, desk: Client) -> None:
        call(desk, event, text="失敗談", until="2026-11-27T18:00")
        url = reverse("talk_proposal", args=[event.public_id])
        call(desk, event, close="1")
        assert cast.signed_in("finn").post(url, TALK).status_code == 409
        assert "no one can propose a talk" in page(desk, "desk_talks", event.public_id)
        assert "Reopen the call" in page(desk, "desk_call", event.public_id)
        call(desk, event, text="失敗談", until="")
        assert cast.signed_in("finn").post(url, TALK).status_code == 302
        assert "until the event starts" in page(desk, "desk_talks", event.public_id)

    @pytest.mark.parametrize(
        ("until", "why"),
        [
            ("2026-11-20T11:59", "has passed"),
            ("2026-12-05T14:01", "That deadline is after the event begins"),
            ("tomorrow", "Enter a date and time"),
        ],
    )
    def test_a_deadline_that_cannot_be(self, event: Event, desk: Client, until: str, why: str) -> None:
        answer = call(desk, event, text="失敗談", until=until)
        assert 400 <= answer.status_code < 500
        assert why in answer.content.decode()
        assert "失敗談" in answer.content.decode()
        assert not Call.objects.exists()

    def test_its_deadline_moves_with_the_event_unless_it_has_passed(self, event: Event) -> None:
        aiko = cast.person("aiko")
        given: Any = {"community": event.community, "event": event, "text": "", "closes_at": CLOSES_AT}
        made = call_for_speakers(**given, at=cast.NOW, by=aiko)
        later: Any = {"starts_at": cast.STARTS_AT + timedelta(days=2), "ends_at": cast.ENDS_AT + timedelta(days=2)}
        change_event(event=event, fields=later, at=cast.NOW, by=aiko)
        made.refresh_from_db()
        assert made.closes_at == CLOSES_AT + timedelta(days=2)
        latest: Any = {"starts_at": cast.STARTS_AT + timedelta(days=30), "ends_at": cast.ENDS_AT + timedelta(days=30)}
        change_event(event=event, fields=latest, at=CLOSES_AT + timedelta(days=3), by=aiko)
        made.refresh_from_db()
        assert made.closes_at == CLOSES_AT + timedelta(days=2)

    def test_not_of_an_event_that_is_off(self, event: Event, desk: Client) -> None:
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        assert "the call for speakers is closed" in page(desk, "desk_call", event.public_id)
        assert call(desk, event, text="失敗談").status_code == 409


class TestOfACommunity:
    @pytest.fixture
    def community(self, desk: Client) -> Community:
        community = cast.community()
        desk.post(reverse("desk_standing_call", args=[community.slug]), {"text": "いつでも**歓迎**します。"})
        return community

    def offer(self, who: str, community: Community, **fields: str) -> Any:
        return cast.signed_in(who).post(reverse("proposal", args=[community.slug]), {**TALK, **fields})

    def test_a_talk_is_offered_and_the_organizers_are_told(self, community: Community) -> None:
        assert "<strong>歓迎</strong>" in page(Client(), "community", community.slug)
        assert self.offer("finn", community).status_code == 302
        deliver(at=cast.NOW)
        [sent] = [one for one in mail.outbox if one.to == ["aiko@example.org"]]
        assert TALK["title"] in sent.subject
        assert TALK["title"] in page(cast.signed_in("aiko"), "desk_proposals", community.slug)

    def test_only_while_its_call_is_open(self, community: Community, desk: Client) -> None:
        desk.post(reverse("desk_standing_call", args=[community.slug]), {"close": "1"})
        late = self.offer("finn", community)
        assert late.status_code == 409
        assert TALK["title"] in late.content.decode()
        assert reverse("proposal", args=[community.slug]) not in page(Client(), "community", community.slug)
        elsewhere = cast.community(slug="other", name="別の会", owner="finn")
        assert self.offer("emi", elsewhere).status_code == 409

    def test_as_many_as_are_meant_to_be_read(self, community: Community) -> None:
        for number in range(OPEN_PROPOSALS):
            assert self.offer("finn", community, title=f"話{number}").status_code == 302
        assert self.offer("finn", community, title="もう一つ").status_code == 409
        assert self.offer("emi", community).status_code == 302

    def test_the_same_words_twice_are_one_proposal(self, community: Community) -> None:
        assert [self.offer("finn", community).status_code for _click in "12"] == [302, 302]
        assert Proposal.objects.count() == Notification.objects.filter(kind="proposal_sent").count() == 1
        assert self.offer("finn", community, title="もう一つ").status_code == 302
        assert self.offer("emi", community).status_code == 302
        assert Proposal.objects.count() == 3

    def test_taken_into_an_event_it_is_an_accepted_talk(self, community: Community, desk: Client) -> None:
        self.offer("finn", community)
        event = cast.event()
        proposal = Proposal.objects.get()
        url = reverse("desk_proposal_answer", args=[community.slug, proposal.pk])
        desk.post(url, {"answer": "take", "event": event.public_id})
        talk = Talk.objects.get()
        assert (talk.event, talk.state, talk.title) == (event, Talk.State.ACCEPTED, TALK["title"])
        [asked] = Notification.objects.filter(kind="talk_accepted")
        assert asked.recipient == cast.person("finn")
        finn = cast.signed_in("finn")
        assert finn.post(reverse("talk_confirmation", args=[talk.pk])).status_code == 302
        assert event.title in page(finn, "proposal_revision", proposal.pk)
        # A second answer changes nothing.
        assert "has changed to" in desk.post(url, {"answer": "decline"}, follow=True).content.decode()

    @pytest.mark.parametrize("kind", ["draft", "past", "of others"])
    def test_only_into_a_published_event_of_its_own_that_is_ahead(
        self, community: Community, desk: Client, now: Any, kind: str
    ) -> None:
        self.offer("finn", community)
        of = cast.community(slug="other", name="別の会", owner="finn") if kind == "of others" else community
        event = cast.event(of=of, publish=kind != "draft")
        if kind == "past":
            now.move_to(cast.ENDS_AT)
        proposal = Proposal.objects.get()
        url = reverse("desk_proposal_answer", args=[community.slug, proposal.pk])
        desk.post(url, {"answer": "take", "event": event.public_id})
        proposal.refresh_from_db()
        assert proposal.state == Proposal.State.WAITING
        assert not Talk.objects.exists()

    def test_declined_its_speaker_is_told(self, community: Community, desk: Client) -> None:
        self.offer("finn", community)
        proposal = Proposal.objects.get()
        desk.post(reverse("desk_proposal_answer", args=[community.slug, proposal.pk]), {"answer": "decline"})
        [told] = Notification.objects.filter(kind="proposal_declined")
        assert told.recipient == cast.person("finn")
        assert "have no event that it fits" in page(cast.signed_in("finn"), "proposal_revision", proposal.pk)

    def test_the_speaker_sees_changes_and_withdraws_it(self, community: Community) -> None:
        self.offer("finn", community)
        proposal, finn = Proposal.objects.get(), cast.signed_in("finn")
        assert TALK["title"] in page(finn, "my_page")
        finn.post(reverse("proposal_revision", args=[proposal.pk]), {**TALK, "title": "新しい題", "minutes": "45"})
        proposal.refresh_from_db()
        assert (proposal.title, proposal.minutes) == ("新しい題", 45)
        assert cast.signed_in("emi").get(reverse("proposal_revision", args=[proposal.pk])).status_code == 404
        finn.post(reverse("proposal_withdrawal", args=[proposal.pk]))
        proposal.refresh_from_db()
        assert proposal.state == Proposal.State.WITHDRAWN
        assert Notification.objects.filter(kind="proposal_withdrawn", recipient=cast.person("aiko")).count() == 1
        assert reverse("proposal_revision", args=[proposal.pk]) not in page(finn, "my_page")
        assert finn.post(reverse("proposal_revision", args=[proposal.pk]), TALK).status_code == 409

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_desk_lists_any_number_with_the_same_queries(
        self, community: Community, desk: Client, django_assert_num_queries: Any, number: int
    ) -> None:
        for guest in cast.people(number):
            self.offer(guest.email.partition("@")[0], community)
        cast.event()
        page(desk, "desk_proposals", community.slug)  # this shows the message of the last click
        # Session and person; the community; the call, waiting proposals, events, answered proposals.
        with django_assert_num_queries(1 + 1 + 4):
            page(desk, "desk_proposals", community.slug)


def test_a_person_who_proposes_gets_a_receipt_until_it_is_answered() -> None:
    event = cast.event()
    talk = cast.talk("dan", event, state=Talk.State.PROPOSED)
    receipts = Notification.objects.filter(kind="talk_received")
    assert [one.recipient for one in receipts] == [cast.person("dan")]
    mail.outbox.clear()
    deliver(at=cast.NOW + timedelta(minutes=1))
    [letter] = [one for one in mail.outbox if one.to == ["dan@example.org"]]
    assert "提案を受け付けました" in letter.subject
    assert f"/talks/{talk.pk}/proposal/" in letter.body
    later = cast.talk("finn", event, state=Talk.State.PROPOSED)
    withdraw_talk(talk=later, at=cast.NOW, by=cast.person("finn"))
    mail.outbox.clear()
    deliver(at=cast.NOW + timedelta(minutes=1))
    assert not [one for one in mail.outbox if one.to == ["finn@example.org"]]
