"""Everything that can go wrong between the two of a pair (RULES 17)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client

from meetups.events.models import Event
from meetups.registrations.lottery.ranking import read_manifest
from meetups.registrations.models import Lottery, PairInvitation, Registration, Slot
from tests.registrations.pairs.steps import (
    AFTER_DRAW,
    AFTER_T,
    State,
    accept,
    at_the_time_of_the_cast,
    draw_of,
    frozen,
    invited,
    leave,
    link_of,
    meetup,
    paired,
    place,
    states,
    told,
    url,
)
from tests.support import cast

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


class TestHostile:
    def test_the_partner_declines(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        assert emi.post(address, {"decision": "decline"}).status_code == 302
        assert not Registration.objects.filter(attendee__email="emi@example.org").exists()
        assert told("dan") == ["entry_received", "pair_declined"]
        page = dan.get(url(event)).content.decode()
        assert "Your last invitation was declined" in page
        assert emi.post(address, {"decision": "decline"}).status_code == 302
        assert accept(emi, address).status_code == 409

    def test_the_partner_is_in_the_lottery_already(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        cast.registered("emi", event)
        assert "cancel that first" in emi.get(address).content.decode()
        answer = accept(emi, address)
        assert answer.status_code == 409
        assert "cancel that first" in answer.content.decode()
        assert place("emi", event).lead is None
        leave("emi", event)
        assert accept(emi, address).status_code == 302

    def test_the_partner_has_a_seat_in_another_slot(self, dan: Client, emi: Client) -> None:
        event = meetup(60, cast.first_come_plan())
        address = invited(event, dan)
        cast.registered("emi", event, slot=cast.slot_of(event, Slot.Admission.FIRST_COME))
        assert accept(emi, address).status_code == 409
        assert place("emi", event).state == State.CONFIRMED

    def test_the_partner_is_the_same_person(self, event: Event, dan: Client) -> None:
        address = invited(event, dan)
        assert "This is your own link" in dan.get(address).content.decode()
        assert accept(dan, address).status_code == 409
        assert dan.post(address, {"decision": "decline"}).status_code == 409

    def test_the_partner_is_another_account_of_the_same_mailbox(self, event: Event, dan: Client) -> None:
        address = invited(event, dan)
        twin = cast.person("dan+two")
        assert EmailAddress.objects.filter(user=twin, verified=True).exists()
        assert accept(cast.signed_in("dan+two"), address).status_code == 409
        assert Registration.objects.count() == 1

    def test_the_partner_uses_the_link_twice(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        assert accept(emi, address).status_code == accept(emi, address).status_code == 302
        assert emi.get(address).status_code == 302
        assert Registration.objects.count() == 2
        assert told("dan") == ["entry_received", "pair_accepted"]

    def test_a_third_uses_the_link(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        accept(emi, address)
        finn = cast.signed_in("finn")
        assert "used, declined or withdrawn" in finn.get(address).content.decode()
        assert "ダン" not in finn.get(address).content.decode()
        assert accept(finn, address).status_code == 409
        assert finn.post(address, {"decision": "decline"}).status_code == 409
        assert Registration.objects.count() == 2

    def test_after_entries_close_nobody_joins_and_nobody_invites(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        with time_machine.travel(AFTER_T, tick=False):
            assert "Entries have closed" in emi.get(address).content.decode()
            assert accept(emi, address).status_code == 409
            assert dan.post(url(event, "partner/"), {"decision": "invite"}).status_code == 302
            assert "/pairs/" not in dan.get(url(event)).content.decode()
            assert read_manifest(frozen(event).manifest).others[0].size == 1

    def test_the_lead_has_left_when_the_partner_says_yes(self, event: Event, dan: Client, emi: Client) -> None:
        address = invited(event, dan)
        leave("dan", event)
        assert accept(emi, address).status_code == 409
        assert PairInvitation.objects.get().state == PairInvitation.State.WITHDRAWN
        cast.registered("dan", event)
        assert accept(emi, address).status_code == 409

    def test_the_lead_leaves_before_entries_close(self, event: Event, emi: Client) -> None:
        paired(event)
        leave("dan", event)
        second = place("emi", event)
        assert (second.state, second.lead) == (State.APPLIED, None)
        assert told("emi") == ["pair_entered", "pair_parted"]
        assert str(second.entry_id) in emi.get(url(event)).content.decode()
        (entry,) = read_manifest(frozen(event).manifest).others
        assert (entry.entry_id, entry.size) == (second.entry_id, 1)

    def test_the_partner_leaves_before_entries_close_and_another_comes(self, event: Event, dan: Client) -> None:
        lead, _second = paired(event)
        leave("emi", event)
        assert told("dan") == ["entry_received", "pair_accepted", "pair_parted"]
        assert place("dan", event).entry_id == lead.entry_id
        assert accept(cast.signed_in("finn"), link_of(dan, event)).status_code == 302
        leave("finn", event)
        assert told("dan").count("pair_parted") == 2

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_one_of_a_pair_leaving_after_entries_close_vacates_one_seat(self, who: str) -> None:
        event = meetup(2)
        lead, _second = paired(event)
        cast.registered("finn", event)
        text = frozen(event).manifest
        with time_machine.travel(AFTER_T, tick=False):
            leave(who, event)
        stays = "emi" if who == "dan" else "dan"
        assert place(stays, event).drawn_as == lead.entry_id
        assert told(stays)[-1] == "pair_parted"
        drawn = cast.draw(event)
        assert drawn.manifest == text
        # The pair's line was for two people; the seat of the person who left goes down the list.
        assert states(stays, who, "finn") == [State.CONFIRMED, State.CANCELLED, State.CONFIRMED]

    def test_both_leave_after_entries_close(self) -> None:
        event = meetup(1)
        paired(event)
        cast.registered("finn", event)
        frozen(event)
        with time_machine.travel(AFTER_T, tick=False):
            leave("dan", event)
            leave("emi", event)
        cast.draw(event)
        assert states("dan", "emi", "finn") == [State.CANCELLED, State.CANCELLED, State.CONFIRMED]

    def test_the_lead_moves_to_another_lottery_after_entries_close(self) -> None:
        later = cast.lottery_plan(5, name="学生枠")
        event = meetup(5, later)
        lead, _second = paired(event)
        first, other = event.slots.in_order()
        Lottery.objects.filter(slot=other).update(
            closes_at=cast.CLOSES_AT + timedelta(hours=6), draws_at=cast.DRAWS_AT + timedelta(hours=6)
        )
        with time_machine.travel(AFTER_T, tick=False):
            sent = {"slot": other.public_id, "asked": other.public_id, "accept_waiting": "on"}
            assert cast.signed_in("dan").post(url(event, "slot/"), sent).status_code == 302
        assert place("dan", event).state == State.APPLIED
        assert place("emi", event).drawn_as == lead.entry_id != place("dan", event).entry_id
        lottery = Lottery.objects.get(slot=first)
        draw_of(lottery)
        assert states("emi") == [State.CONFIRMED]
        draw_of(Lottery.objects.get(slot=other))
        assert states("dan") == [State.CONFIRMED]

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_changing_slot_parts_the_pair(self, who: str) -> None:
        event = meetup(60, cast.first_come_plan())
        paired(event)
        other = cast.slot_of(event, Slot.Admission.FIRST_COME)
        sent = {"slot": other.public_id, "asked": other.public_id}
        assert cast.signed_in(who).post(url(event, "slot/"), sent).status_code == 302
        stays = "emi" if who == "dan" else "dan"
        assert (place(who, event).state, place(who, event).lead) == (State.CONFIRMED, None)
        assert (place(stays, event).state, place(stays, event).lead) == (State.APPLIED, None)
        assert told(stays)[-1] == "pair_parted"

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_taking_a_shift_leaves_the_pair(self, who: str) -> None:
        event = meetup(60, cast.duty_plan())
        paired(event)
        signup = cast.volunteering(who, event)
        stays = "emi" if who == "dan" else "dan"
        assert states(who, stays) == [State.CONFIRMED, State.APPLIED]
        assert place(stays, event).lead is None
        cast.signed_in(who).post(f"/events/{event.public_id}/shifts/{signup.shift_id}/signup/end/")
        assert (place(who, event).state, place(who, event).lead) == (State.APPLIED, None)
        assert [entry.size for entry in read_manifest(frozen(event).manifest).others] == [1, 1]

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_taking_a_shift_with_a_seat_of_the_draw_frees_one(self, who: str) -> None:
        event = meetup(2, cast.duty_plan())
        paired(event)
        cast.draw(event)
        waiting = cast.registered("finn", event, at=AFTER_DRAW)
        assert waiting.state == State.WAITLISTED
        cast.volunteering(who, event, at=AFTER_DRAW)
        assert states("dan", "emi", "finn") == [State.CONFIRMED] * 3
