"""Two people who enter a lottery together, and everything that can go wrong between them (RULES 17)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.lottery.ranking import read_manifest
from meetups.registrations.models import Lottery, PairInvitation, Registration, Slot
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db
State = Registration.State
AFTER_T = cast.CLOSES_AT + timedelta(minutes=1)
AFTER_DRAW = cast.DRAWS_AT + timedelta(hours=1)
# Free cancellation has ended, and people still move up.
LATE = cast.STARTS_AT - timedelta(hours=36)


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    """At the end of every test, no invariant is broken."""
    with time_machine.travel(cast.NOW, tick=False):
        yield
    assert not breaches()


def meetup(seats: int = 60, *more: Any) -> Event:
    event = cast.event(slots=[cast.lottery_plan(seats), *more])
    event.slots.filter(admission=Slot.Admission.LOTTERY).update(takes_pairs=True)
    return event


@pytest.fixture
def event() -> Event:
    return meetup()


@pytest.fixture
def dan() -> Client:
    return cast.signed_in("dan")


@pytest.fixture
def emi() -> Client:
    return cast.signed_in("emi")


def url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/registration/{rest}"


def link_of(client: Client, event: Event) -> str:
    """Dan's pair link, read from the page."""
    client.post(url(event, "partner/"), {"decision": "invite"})
    found = re.search(r'value="http://testserver(/pairs/[a-z2-7]+/)"', client.get(url(event)).content.decode())
    assert found
    return found[1]


def invited(event: Event, client: Client, who: str = "dan") -> str:
    """`who` enters the lottery. Returns the link to pass on."""
    cast.registered(who, event)
    return link_of(client, event)


def accept(client: Client, address: str, **fields: str) -> Any:
    return client.post(address, {"decision": "accept", **fields})


def place(who: str, event: Event) -> Registration:
    return Registration.objects.active().select_related("lead").get(event=event, attendee__email=f"{who}@example.org")


def paired(event: Event, first: str = "dan", second: str = "emi") -> tuple[Registration, Registration]:
    """Two people who entered as a pair."""
    assert accept(cast.signed_in(second), invited(event, cast.signed_in(first), first)).status_code == 302
    return place(first, event), place(second, event)


def leave(who: str, event: Event) -> None:
    assert cast.signed_in(who).post(url(event, "cancellation/")).status_code == 302


def told(who: str) -> list[str]:
    return list(
        Notification.objects.filter(recipient__email=f"{who}@example.org").order_by("pk").values_list("kind", flat=True)
    )


def frozen(event: Event) -> Lottery:
    return freeze_lottery(lottery=Lottery.objects.get(slot__event=event), at=cast.CLOSES_AT)


def states(*people: str) -> list[str]:
    return [Registration.objects.filter(attendee__email=f"{one}@example.org").latest("pk").state for one in people]


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
        seen = desk.get(address).context["seen"]
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


def draw_of(lottery: Lottery) -> None:
    lottery = freeze_lottery(lottery=lottery, at=lottery.closes_at)
    lottery = fetch_randomness(lottery=lottery, at=lottery.draws_at)
    draw_lottery(lottery=lottery, at=lottery.draws_at)


class TestDrawing:
    @pytest.mark.parametrize("seats", [1, 2, 3, 4, 5, 7])
    def test_pair_winners_never_exceed_the_capacity(self, seats: int) -> None:
        event = meetup(seats)
        for number in range(3):
            paired(event, f"first{number}", f"second{number}")
        for guest in cast.people(3):
            cast.registered(guest, event)
        cast.draw(event)
        slot = event.slots.get()
        confirmed = Registration.objects.confirmed().count()
        assert confirmed == slot.taken <= seats
        for number in range(3):
            assert len(set(states(f"first{number}", f"second{number}"))) == 1
        # Three single people take part, so at most one seat can stay free.
        assert seats - confirmed <= 1

    def test_drawn_in_together_or_queueing_together(self) -> None:
        event = meetup(1)
        paired(event)
        cast.draw(event)
        lead, second = place("dan", event), place("emi", event)
        assert (lead.state, lead.place) == (second.state, second.place) == (State.WAITLISTED, 1)
        assert told("dan")[-1] == told("emi")[-1] == "drawn_out"

    def test_a_pair_moves_up_only_when_both_fit(self) -> None:
        event = meetup(2)
        everyone = [cast.registered(guest, event) for guest in cast.people(2)]
        draw_first = Lottery.objects.get(slot__event=event)
        # The guests are nominated, so that both are drawn in and the pair waits.
        for number, one in enumerate(everyone, 1):
            Registration.objects.filter(pk=one.pk).update(nominated=number)
        paired(event)
        draw_of(draw_first)
        assert states("dan", "emi") == [State.WAITLISTED] * 2
        with time_machine.travel(AFTER_DRAW, tick=False):
            leave("guest1", event)
            assert states("dan", "emi") == [State.WAITLISTED] * 2
            # A pair that does not fit holds up no one.
            assert cast.registered("finn", event, at=AFTER_DRAW).state == State.CONFIRMED
            leave("guest2", event)
            assert states("dan", "emi") == [State.WAITLISTED] * 2
            leave("finn", event)
        assert states("dan", "emi") == [State.CONFIRMED] * 2
        assert told("dan")[-1] == told("emi")[-1] == "promoted"

    def test_where_only_a_pair_waits_people_leave_at_once_until_both_fit(self) -> None:
        event = meetup(2)
        for number, guest in enumerate(cast.people(2), 1):
            one = cast.registered(guest, event)
            Registration.objects.filter(pk=one.pk).update(nominated=number)
        paired(event)
        cast.draw(event)
        with time_machine.travel(LATE, tick=False):
            page = cast.signed_in("guest1").get(url(event, "cancellation/")).content.decode()
            assert "Your seat becomes available right away." in page
            leave("guest1", event)
            assert states("guest1", "dan", "emi") == [State.CANCELLED, State.WAITLISTED, State.WAITLISTED]
            page = cast.signed_in("guest2").get(url(event, "cancellation/")).content.decode()
            assert "The next person on the waitlist gets in right away." in page
            leave("guest2", event)
        assert states("guest2", "dan", "emi") == [State.CANCELLED, State.CONFIRMED, State.CONFIRMED]

    def test_a_seat_is_offered_to_the_one_behind_a_pair_and_without_them_its_person_leaves(self) -> None:
        event = meetup(1)
        one = cast.registered("guest1", event)
        Registration.objects.filter(pk=one.pk).update(nominated=1)
        paired(event)
        cast.draw(event)
        cast.registered("finn", event, at=AFTER_DRAW)
        with time_machine.travel(LATE, tick=False):
            page = cast.signed_in("guest1").get(url(event, "cancellation/")).content.decode()
            assert "stays yours until someone accepts" in page
            leave("guest1", event)
            assert states("guest1") == [State.CONFIRMED]
            assert told("finn")[-1] == "seat_offered"
            leave("finn", event)
        assert states("guest1", "dan", "emi") == [State.CANCELLED, State.WAITLISTED, State.WAITLISTED]
        assert told("guest1")[-1] == "left"

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_one_of_a_waiting_pair_leaves_and_the_other_moves_up_alone(self, who: str) -> None:
        event = meetup(1)
        paired(event)
        cast.draw(event)
        with time_machine.travel(AFTER_DRAW, tick=False):
            leave(who, event)
        stays = "emi" if who == "dan" else "dan"
        assert states(who, stays) == [State.CANCELLED, State.CONFIRMED]
        assert "pair_parted" in told(stays)

    @pytest.mark.parametrize("who", ["dan", "emi"])
    def test_one_of_a_pair_with_seats_hands_hers_over(self, who: str) -> None:
        event = meetup(2)
        paired(event)
        cast.draw(event)
        cast.registered("finn", event, at=AFTER_DRAW)
        with time_machine.travel(LATE, tick=False):
            cast.signed_in(who).post(url(event, "cancellation/"))
            assert states(who) == [State.CONFIRMED]
            leave("finn", event)
            # The queue is empty now, so `who` has left; the partner keeps their seat.
            cast.signed_in(who).post(url(event, "cancellation/"))
        stays = "emi" if who == "dan" else "dan"
        assert states(who, stays) == [State.CANCELLED, State.CONFIRMED]
        assert place(stays, event).lead is None


@pytest.mark.parametrize(
    ("waits", "label", "lands"), [("", "Register", "confirmed"), ("ken", "Join the waitlist", "waitlisted")]
)
def test_a_single_seat_that_only_pairs_wait_for_is_announced_as_it_is_given(waits: str, label: str, lands: str) -> None:
    """No one moves up any longer. A pair does not fit into one seat, and a person alone comes before a newcomer."""
    event = meetup(2)
    for first, second in (("dan", "emi"), ("gin", "hana")):
        paired(event, first, second)
    cast.draw(event)
    if waits:
        cast.registered(waits, event, at=AFTER_DRAW)
    winner = Registration.objects.confirmed().filter(event=event)[0].person
    late = cast.STARTS_AT - timedelta(hours=20)
    leave_event(event=event, person=winner, at=late, by=winner)
    with time_machine.travel(late, tick=False):
        page = " ".join(cast.signed_in("finn").get(url(event)).content.decode().split())
        assert label in page
        cast.signed_in("finn").post(url(event), {"slot": event.slots.get().public_id, "request_id": str(uuid4())})
    assert states("finn") == [lands]
    for one in list(Registration.objects.filter(event=event).waiting()):
        # On PostgreSQL's own clock they would still move up, which the invariants would ask for.
        leave_event(event=event, person=one.person, at=late, by=cast.person("aiko"))
