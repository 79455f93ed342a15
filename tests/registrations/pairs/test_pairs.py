"""Two people who enter a lottery together (RULES 17)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from meetups.events.models import Event
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.lottery.ranking import read_manifest
from meetups.registrations.models import PairInvitation, Registration, Slot
from tests.registrations.pairs.steps import (
    State,
    accept,
    at_the_time_of_the_cast,
    frozen,
    invited,
    link_of,
    meetup,
    paired,
    place,
    told,
    url,
)
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    yield from at_the_time_of_the_cast()


@pytest.fixture
def event() -> Event:
    return meetup()


@pytest.fixture
def dan() -> Client:
    return cast.signed_in("dan")


@pytest.fixture
def emi() -> Client:
    return cast.signed_in("emi")


class TestEntering:
    def test_the_partner_sees_who_asks_and_both_are_in_as_one(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        page = emi.get(address).content.decode()
        assert "<bdi>ダン</bdi> invites you to enter the lottery as a pair" in page
        assert accept(emi, address).status_code == 302
        lead, second = place("dan", event), place("emi", event)
        assert (second.state, second.lead, second.drawn_as) == (State.APPLIED, lead, lead.entry_id)
        assert told("dan") == ["entry_received", "pair_accepted"]
        assert told("emi") == ["pair_entered"]
        for client, partner in ((dan, "絵美"), (emi, "ダン")):
            page = client.get(url(event)).content.decode()
            assert f"You’re a pair with <strong><bdi>{partner}</bdi></strong>" in page
            assert "Our lottery number" in page
            assert str(lead.entry_id) in page
            assert str(second.entry_id) not in page
        assert read_manifest(frozen(event).manifest).others[0].size == 2

    def test_new_dates_name_to_both_the_entry_that_is_drawn(self, event: Event) -> None:
        lead, second = paired(event)
        deliver(at=cast.NOW + timedelta(hours=2))
        mail.outbox.clear()
        desk, address = cast.signed_in("aiko"), f"/desk/events/{event.public_id}/slots/{lead.slot.public_id}/admission/"
        seen = desk.get(address).context["edit"].seen
        desk.post(address, {"closes": "2026-12-01T12:00", "draws": "2026-12-02T12:00", "seen": seen})
        deliver(at=cast.NOW + timedelta(hours=2))
        assert {sent.to[0] for sent in mail.outbox} == {"dan@example.org", "emi@example.org"}
        for sent in mail.outbox:
            assert str(lead.entry_id) in sent.body
            assert str(second.entry_id) not in sent.body

    def test_a_stranger_joins_with_name_address_and_code(self, event: Event, dan: Client) -> None:
        address = invited(event, dan)
        stranger = Client(headers={"accept-language": "en"})
        assert "Dan" in stranger.get(address).content.decode() or "ダン" in stranger.get(address).content.decode()
        answer = through_the_gate(stranger, address, "nana@example.org", decision="accept")
        assert answer["Location"].endswith("/registration/")
        second = Registration.objects.get(lead__isnull=False)
        assert (second.name, second.person.email) == ("奈々", "nana@example.org")

    def test_a_no_needs_the_link_alone(self, event: Event, dan: Client) -> None:
        address = invited(event, dan)
        assert Client().post(address, {"decision": "decline"}).status_code == 302
        assert PairInvitation.objects.get().state == PairInvitation.State.DECLINED

    def test_the_one_who_invited_is_not_the_second_either(self, event: Event, dan: Client) -> None:
        address = invited(event, dan)
        answer = through_the_gate(Client(), address, "dan@example.org", decision="accept")
        assert answer["Location"] == address
        assert not Registration.objects.filter(lead__isnull=False).exists()

    def test_the_partner_answers_the_questions_of_the_slot(self, event: Event, dan: Client, emi: Client) -> None:
        question = {
            "id": "q1",
            "kind": "text",
            "label": "会社",
            "required": True,
            "help": "",
            "choices": [],
            "retired": False,
        }
        address = invited(event, dan)
        Slot.objects.update(questions=[question])
        assert "会社" in emi.get(address).content.decode()
        assert accept(emi, address).status_code == 422
        assert accept(emi, address, **{"answer-q1": "メルカリ"}).status_code == 302
        assert place("emi", event).answers == {"q1": "メルカリ"}

    def test_inviting_twice_gives_the_same_link(self, event: Event, dan: Client) -> None:
        assert invited(event, dan) == link_of(dan, event)
        assert PairInvitation.objects.count() == 1

    def test_a_withdrawn_link_leads_nowhere_and_the_next_one_does(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        dan.post(url(event, "partner/"), {"decision": "withdraw"})
        assert "used, declined or withdrawn" in emi.get(address).content.decode()
        assert accept(emi, address).status_code == 409
        assert accept(emi, link_of(dan, event)).status_code == 302

    @pytest.mark.parametrize("sent", [{}, {"decision": ""}, {"decision": "accept"}])
    def test_only_a_click_on_the_button_makes_a_link(self, event: Event, dan: Client, sent: dict[str, str]) -> None:
        cast.registered("dan", event)
        assert dan.post(url(event, "partner/"), sent).status_code == 400
        assert not PairInvitation.objects.exists()

    def test_nothing_is_offered_where_the_slot_takes_no_pairs(self, dan: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        dan.post(url(event, "partner/"), {"decision": "invite"})
        assert "enter with me" not in dan.get(url(event)).content.decode()
        assert not PairInvitation.objects.exists()

    def test_only_who_is_in_the_lottery_invites(self, event: Event, dan: Client) -> None:
        dan.post(url(event, "partner/"), {"decision": "invite"})
        assert not PairInvitation.objects.exists()

    def test_the_second_of_a_pair_cannot_invite_a_third(self, event: Event, emi: Client) -> None:
        paired(event)
        emi.post(url(event, "partner/"), {"decision": "invite"})
        assert PairInvitation.objects.count() == 1

    def test_a_link_that_does_not_exist_is_not_found(self, emi: Client) -> None:
        assert emi.get("/pairs/abcdefgh/").status_code == 404

    def test_opening_the_link_changes_nothing(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        emi.get(address)
        assert PairInvitation.objects.get().state == PairInvitation.State.OPEN
        assert Registration.objects.count() == 1
