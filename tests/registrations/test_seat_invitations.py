"""A seat is held for a person who is invited by mail."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.core.links import place_token
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.actions.held_places import invite_attendees as inviting
from meetups.registrations.actions.held_places.claim_place import claim_place
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.actions.held_places.invite_attendees import Invitee, SeatsInvitedEnough
from meetups.registrations.models import HeldPlace, Registration, Slot
from meetups.registrations.pen.people_by_hand import NotEnoughSeats
from meetups.registrations.unverified_places import code_of
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def desk() -> Client:
    cast.community()
    return cast.signed_in("aiko")


def invited(email: str, event: Event, *, slot: Slot | None = None, at: datetime = cast.NOW, **how: Any) -> HeldPlace:
    """An invitation to the first slot, or to `slot`."""
    how = {"above": False, **how}
    slot = slot or event.slots.in_order()[0]
    [place] = inviting.invite_attendees(slot=slot, invitees=[Invitee(email)], at=at, by=cast.person("aiko"), **how)
    return place


def url_of(place: HeldPlace) -> str:
    return f"/places/{place_token(place.pk)}/"


class TestInviting:
    def test_each_line_is_a_person_and_a_seat_is_kept(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        slot = event.slots.get()
        url = f"/desk/events/{event.public_id}/places/"
        lines = "New@Example.org\n 山田 花子 <hanako@example.net>\n\njiro@example.net、次郎\nhanako+x@example.net"
        assert desk.post(url, {"people": lines, "slot": slot.pk}).status_code == 302
        places = HeldPlace.objects.order_by("pk")
        assert [(place.email, place.name) for place in places] == [
            ("new@example.org", ""),
            ("hanako@example.net", "山田 花子"),
            ("jiro@example.net", "次郎"),
        ]
        assert {place.expires_at for place in places} == {cast.NOW + timedelta(days=7)}
        slot.refresh_from_db()
        assert (slot.taken, slot.held) == (3, 3)
        mails = Notification.objects.filter(kind="seat_invitation")
        assert {mail.address for mail in mails} == {place.email for place in places}
        page = desk.get(url).content.decode()
        assert "hanako@example.net" in page
        assert breaches() == []

    def test_the_mail_has_the_link_and_says_until_when(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        place = invited("new@example.org", event)
        mail = compose([Notification.objects.get()], cast.NOW).mail
        assert mail is not None
        assert mail.to == ["new@example.org"]
        assert url_of(place) in str(mail.body)
        assert "JST" in str(mail.body)

    def test_problems_are_named_by_line_and_nobody_is_invited(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        answer = desk.post(
            f"/desk/events/{event.public_id}/places/",
            {"people": "a@example.org\nnobody\nx@y", "slot": event.slots.get().pk},
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Line 2 has no valid email address" in page
        assert "Line 3 has no valid email address" in page
        assert "a@example.org" in page
        assert not HeldPlace.objects.exists()

    def test_a_full_slot_needs_the_tick_and_keeps_its_number(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        slot = event.slots.get()
        url = f"/desk/events/{event.public_id}/places/"
        form = {"people": "new@example.org", "slot": slot.pk}
        refused = desk.post(url, form)
        assert refused.status_code == 409
        assert "has 0 free seats for 1 people" in refused.content.decode()
        assert desk.post(url, {**form, "above": "on"}).status_code == 302
        place = HeldPlace.objects.get()
        assert (place.has_seat, place.above_capacity) == (False, True)
        cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        registration = Registration.objects.get(attendee=cast.person("new"))
        assert (registration.state, registration.above_capacity) == ("confirmed", True)
        slot.refresh_from_db()
        assert (slot.taken, slot.capacity) == (1, 1)
        assert breaches() == []

    def test_all_or_nobody(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        with pytest.raises(NotEnoughSeats):
            inviting.invite_attendees(
                slot=event.slots.get(),
                invitees=[Invitee("a@example.org"), Invitee("b@example.org")],
                above=False,
                at=cast.NOW,
                by=cast.person("aiko"),
            )
        assert not HeldPlace.objects.exists()
        assert event.slots.get().taken == 0

    @pytest.mark.parametrize("who", ["dan@example.org", "DAN+alias@example.org"])
    def test_who_is_registered_or_invited_already_is_named(self, desk: Client, who: str) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        cast.registered("dan", event)
        url = f"/desk/events/{event.public_id}/places/"
        slot = event.slots.get().pk
        assert "is already registered for this event" in desk.post(url, {"people": who, "slot": slot}).content.decode()
        invited("new@example.org", event)
        again = desk.post(url, {"people": "new+2@example.org", "slot": slot})
        assert "already has an open invitation" in again.content.decode()

    def test_no_seat_is_kept_past_the_moment_when_promotion_stops(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        stop = cast.STARTS_AT - timedelta(hours=24)
        with time_machine.travel(stop - timedelta(days=2), tick=False):
            url = f"/desk/events/{event.public_id}/places/"
            slot = event.slots.get().pk
            desk.post(url, {"people": "a@example.org", "slot": slot})
            desk.post(url, {"people": "b@example.org", "slot": slot, "until": "2026-12-05T13:00"})
        assert {place.expires_at for place in HeldPlace.objects.all()} == {stop}
        with time_machine.travel(stop, tick=False):
            refused = desk.post(url, {"people": "c@example.org", "slot": slot})
        assert refused.status_code == 409
        assert "by hand" in refused.content.decode()

    def test_it_is_no_way_to_write_to_strangers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(inviting, "A_DAY", 2)
        event = cast.event(slots=[cast.first_come_plan(5)])
        for number in range(2):
            invited(f"guest{number}@example.net", event)
        with pytest.raises(SeatsInvitedEnough):
            invited("guest3@example.net", event)
        invited("guest3@example.net", event, at=cast.NOW + timedelta(days=1))

    def test_a_draft_invites_nobody(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)], publish=False)
        url = f"/desk/events/{event.public_id}/places/"
        refused = desk.post(url, {"people": "a@example.org", "slot": event.slots.get().pk})
        assert "Publish the event first" in refused.content.decode()

    def test_an_invited_slot_works_the_same_way(self) -> None:
        event = cast.event(slots=[cast.invited_plan(2, name="招待枠")])
        place = invited("new@example.org", event)
        cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        slot = event.slots.get()
        assert (Registration.objects.get().slot, slot.taken, slot.held) == (slot, 1, 0)


class TestAnswering:
    @pytest.fixture
    def event(self) -> Event:
        return cast.event(slots=[cast.first_come_plan(1)])

    @pytest.fixture
    def place(self, event: Event) -> HeldPlace:
        return invited("new@example.org", event)

    def test_opening_the_link_changes_nothing(self, place: HeldPlace) -> None:
        for client in (Client(), cast.signed_in("new")):
            assert client.get(url_of(place)).status_code == 200
            assert client.head(url_of(place)).status_code == 200
        place.refresh_from_db()
        assert place.state == "held"

    def test_yes_without_an_account_is_a_name_the_address_and_a_code(self, place: HeldPlace) -> None:
        answer = through_the_gate(Client(), url_of(place), "new@example.org", answer="accept")
        assert answer["Location"].endswith("/registration/")
        assert Registration.objects.get().person.email == "new@example.org"

    def test_yes_with_another_address_is_refused_once_that_is_proved(self, place: HeldPlace) -> None:
        stranger = Client(headers={"accept-language": "en"})
        answer = through_the_gate(stranger, url_of(place), "mallory@example.org", answer="accept")
        assert answer["Location"] == url_of(place)
        assert "another email address" in stranger.get(url_of(place)).content.decode()
        assert not Registration.objects.exists()

    def test_yes_needs_the_account_and_one_click(self, place: HeldPlace, event: Event) -> None:
        stranger = Client(headers={"Accept-Language": "en"})
        assert "new@example.org" not in stranger.get(url_of(place)).content.decode()
        assert stranger.post(url_of(place), {"answer": "accept"}).status_code == 422
        client = cast.signed_in("new")
        for _click in range(2):
            assert client.post(url_of(place), {"answer": "accept"})["Location"].endswith("/registration/")
        registration = Registration.objects.get()
        assert (registration.attendee, registration.state) == (cast.person("new"), "confirmed")
        slot = event.slots.get()
        assert (slot.taken, slot.held) == (1, 0)
        used = client.get(url_of(place))
        assert used.status_code == 410
        assert "already been accepted" in used.content.decode()
        assert breaches() == []

    def test_a_forwarded_link_gives_nobody_else_the_seat(self, place: HeldPlace) -> None:
        """The seat belongs to the account with the invited address, not to the person who has the link."""
        dan = cast.signed_in("dan")
        assert "went to another address" in dan.get(url_of(place)).content.decode()
        refused = dan.post(url_of(place), {"answer": "accept"})
        assert refused.status_code == 409
        assert not Registration.objects.exists()
        place.refresh_from_db()
        assert place.state == "held"

    def test_no_needs_no_account_and_the_seat_goes_to_who_waits(self, place: HeldPlace, event: Event) -> None:
        waiting = cast.registered("dan", event)
        assert waiting.state == "waitlisted"
        stranger = Client(headers={"Accept-Language": "en"})
        for _click in range(2):
            assert "You’ve declined" in stranger.post(url_of(place), {"answer": "decline"}).content.decode()
        waiting.refresh_from_db()
        assert waiting.state == "confirmed"
        assert Notification.objects.get(kind="place_declined").recipient == cast.person("aiko")
        assert "declined" in stranger.get(url_of(place)).content.decode()
        assert breaches() == []

    def test_after_its_time_the_link_says_so(self, place: HeldPlace, event: Event) -> None:
        with time_machine.travel(place.expires_at, tick=False):
            client = cast.signed_in("new")
            page = client.get(url_of(place))
            assert page.status_code == 410
            assert "The reply deadline has passed" in page.content.decode()
            assert client.post(url_of(place), {"answer": "accept"}).status_code == 409
            # The next person finds the seat free.
            assert cast.registered("dan", event, at=place.expires_at).state == "confirmed"
        place.refresh_from_db()
        assert place.state == "lapsed"
        assert breaches() == []

    def test_withdrawing_ends_link_and_mail(self, place: HeldPlace, event: Event, desk: Client) -> None:
        url = f"/desk/events/{event.public_id}/places/{place.pk}/withdrawal/"
        assert "goes to the waitlist" in desk.get(url).content.decode()
        for _click in range(2):
            assert "is withdrawn" in desk.post(url, follow=True).content.decode()
        assert compose([Notification.objects.get()], cast.NOW).mail is None
        client = cast.signed_in("new")
        assert "organizers canceled it" in client.get(url_of(place)).content.decode()
        assert client.post(url_of(place), {"answer": "accept"}).status_code == 409
        assert event.slots.get().taken == 0

    def test_what_was_accepted_cannot_be_withdrawn(self, place: HeldPlace, event: Event, desk: Client) -> None:
        cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        answer = desk.post(f"/desk/events/{event.public_id}/places/{place.pk}/withdrawal/", follow=True)
        assert "has already accepted the invitation" in answer.content.decode()

    def test_her_place_in_the_queue_moves_into_it(self, place: HeldPlace, event: Event) -> None:
        registration = cast.registered("new", event)
        assert registration.state == "waitlisted"
        cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        registration.refresh_from_db()
        assert (registration.state, Registration.objects.count()) == ("confirmed", 1)
        assert breaches() == []

    def test_a_seat_elsewhere_is_left_to_who_waits_there(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(1), cast.invited_plan(1, name="招待枠")])
        first, guests = event.slots.in_order()
        mine, waiting = cast.registered("new", event, slot=first), cast.registered("dan", event, slot=first)
        # The organizer invited another address of the same mailbox before that person registered, or through another list.
        HeldPlace.objects.all().delete()
        Registration.objects.filter(pk=mine.pk).update(person_key="elsewhere@example.org")
        place = invited("new@example.org", event, slot=guests)
        Registration.objects.filter(pk=mine.pk).update(person_key="new@example.org")
        cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        mine.refresh_from_db()
        waiting.refresh_from_db()
        assert (mine.slot, mine.state, waiting.state) == (guests, "confirmed", "confirmed")
        assert breaches() == []

    def test_who_came_by_a_code_meanwhile_can_still_accept(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(20), cast.first_come_plan(3, name="招待枠")])
        first, guests = event.slots.in_order()
        place = invited("new@example.org", event, slot=guests)
        waits = hold_place(slot=first, name="新", email="new@example.org", language="en", browser="hers", at=cast.NOW)
        claim = claim_place(event=event, browser="hers", code=code_of(waits), at=cast.NOW)
        cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        mine = Registration.objects.get()
        assert (mine.attendee, mine.slot, mine.state) == (claim.person, guests, "confirmed")
        assert breaches() == []

    def test_who_accepts_while_she_passes_her_seat_on_comes(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        place = invited("new@example.org", event, expires_at=event.starts_at)
        mine, waiting = cast.registered("new", event), cast.registered("dan", event)
        late = event.slots.get().free_cancellation_ends_at + timedelta(hours=1)
        leave_event(event=event, person=mine.person, at=late, by=mine.person)
        with time_machine.travel(late, tick=False):
            cast.signed_in("new").post(url_of(place), {"answer": "accept"})
        mine.refresh_from_db()
        waiting.refresh_from_db()
        assert (mine.state, mine.hands_over_at, waiting.state) == ("confirmed", None, "confirmed")
        assert breaches() == []

    def test_a_cancelled_event_has_no_seats(self, place: HeldPlace, event: Event) -> None:
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        client = cast.signed_in("new")
        assert client.get(url_of(place)).status_code == 410
        assert client.post(url_of(place), {"answer": "accept"}).status_code == 409

    @pytest.mark.parametrize("token", ["x", "MQ:1u:forged", "あ", "a" * 500])
    def test_a_forged_link_is_unknown(self, token: str) -> None:
        for answer in (Client().get(f"/places/{token}/"), Client().post(f"/places/{token}/", {"answer": "decline"})):
            assert answer.status_code == 404
