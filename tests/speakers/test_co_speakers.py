"""Several people give one talk: each is asked by mail, accepts with their own account, and has their own seat."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.core.links import mailed_token
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.remove_attendees import remove_attendees
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.participants import part_of, parts_of
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Hold, Registration, Slot
from meetups.speakers.actions.co_speakers.ask_co_speaker import MOST, AskedEnoughToday, ask_co_speaker
from meetups.speakers.actions.co_speakers.release_co_speaker import release_co_speaker
from meetups.speakers.co_speaker_quota import A_DAY
from meetups.speakers.models import CoSpeaker, Talk
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
State = CoSpeaker.State


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(5), cast.invited_plan(1)], shifts=[])


@pytest.fixture
def talk(event: Event) -> Talk:
    """Emi's talk, on the programme. It has taken the only seat for speakers."""
    return cast.talk("emi", event)


def asked(talk: Talk, address: str = "finn@example.org") -> CoSpeaker:
    """Emi asks on the page that prepares the talk."""
    answer = cast.signed_in("emi").post(reverse("talk_co_speakers", args=[talk.pk]), {"address": address})
    assert answer.status_code == 302
    return CoSpeaker.objects.select_related("talk__event").latest("pk")


def link(co_speaker: CoSpeaker) -> str:
    return reverse("co_speaker", args=[mailed_token(co_speaker)])


def joined(talk: Talk, name: str = "finn") -> CoSpeaker:
    """`name` is asked and accepts."""
    co_speaker = asked(talk, cast.person(name).email)
    assert cast.signed_in(name).post(link(co_speaker), {"answer": "accept"}).status_code == 302
    co_speaker.refresh_from_db()
    assert co_speaker.state == State.JOINED
    return co_speaker


def seat(name: str, event: Event) -> Registration | None:
    return Registration.objects.active().filter(event=event, attendee=cast.person(name)).first()


def told(name: str, *, at: datetime = cast.NOW + timedelta(minutes=2)) -> list[str]:
    """The kinds of the messages that `name` got."""
    deliver(at=at)
    rows = Notification.objects.filter(recipient=cast.person(name), state=Notification.State.SENT)
    return list(rows.order_by("pk").values_list("kind", flat=True))


class TestAsking:
    def test_the_mail_has_a_link_that_only_the_account_of_that_address_can_say_yes_with(self, talk: Talk) -> None:
        cast.person("finn")
        co_speaker = asked(talk, "Finn@Example.org")
        deliver(at=cast.NOW)
        [sent] = [one for one in mail.outbox if one.to == ["finn@example.org"]]
        assert link(co_speaker) in sent.body
        # Opening the page is not an answer, and the link alone is not enough.
        for client in (cast.signed_in("finn"), cast.signed_in("dan")):
            assert client.get(link(co_speaker)).status_code == 200
        assert cast.signed_in("dan").post(link(co_speaker), {"answer": "accept"}).status_code == 409
        assert "dan" not in {one.attendee and one.attendee.name for one in Registration.objects.all()}
        assert cast.signed_in("finn").post(link(co_speaker), {"answer": "accept"}).status_code == 302
        assert told("emi").count("co_speaker_answered") == 1

    def test_another_account_of_the_same_mailbox_may_say_yes(self, talk: Talk) -> None:
        co_speaker = asked(talk, "finn+talks@example.org")
        assert cast.signed_in("finn").post(link(co_speaker), {"answer": "accept"}).status_code == 302
        assert CoSpeaker.objects.get().person == cast.person("finn")

    def test_nobody_is_asked_twice_and_not_the_speaker_herself(self, talk: Talk) -> None:
        asked(talk)
        emi = cast.signed_in("emi")
        for address in ("finn@example.org", "finn+2@example.org", "emi+me@example.org"):
            page = emi.post(reverse("talk_co_speakers", args=[talk.pk]), {"address": address})
            assert page.status_code == 409
            assert f"{address} is already a speaker of this talk" in page.content.decode()
        page = emi.post(reverse("talk_co_speakers", args=[talk.pk]), {"address": "not an address"})
        assert page.status_code == 422
        assert "not an address" in page.content.decode()
        assert CoSpeaker.objects.count() == 1

    def test_a_talk_has_four_beside_its_speaker_and_asking_is_no_way_to_write_to_strangers(self, talk: Talk) -> None:
        for number in range(MOST):
            asked(talk, f"one{number}@example.org")
        page = cast.signed_in("emi").post(reverse("talk_co_speakers", args=[talk.pk]), {"address": "x@example.org"})
        assert "at most 4 co-speakers" in page.content.decode()
        emi = cast.person("emi")
        for one in CoSpeaker.objects.select_related("talk__event"):
            release_co_speaker(co_speaker=one, at=cast.NOW, by=emi)
        for number in range(MOST, A_DAY):
            one = ask_co_speaker(talk=talk, address=f"one{number}@example.org", at=cast.NOW, by=emi)
            release_co_speaker(co_speaker=one, at=cast.NOW, by=emi)
        with pytest.raises(AskedEnoughToday):
            ask_co_speaker(talk=talk, address="x@example.org", at=cast.NOW, by=emi)
        # The mail with a withdrawn link is not sent.
        deliver(at=cast.NOW)
        assert not [one for one in mail.outbox if one.to[0].startswith("one")]

    def test_declining_needs_the_link_alone(self, talk: Talk, client: Any) -> None:
        co_speaker = asked(talk)
        assert (
            "You’ve declined"
            in client.post(link(co_speaker), {"answer": "decline"}, headers={"Accept-Language": "en"}).content.decode()
        )
        assert cast.signed_in("finn").post(link(co_speaker), {"answer": "accept"}).status_code == 409
        assert CoSpeaker.objects.get().state == State.DECLINED

    def test_who_said_no_is_not_asked_again(self, talk: Talk, client: Any) -> None:
        client.post(link(asked(talk)), {"answer": "decline"})
        again = cast.signed_in("emi").post(
            reverse("talk_co_speakers", args=[talk.pk]), {"address": "Finn+again@example.org"}
        )
        assert again.status_code == 409
        assert "The person at this address declined" in again.content.decode()
        assert CoSpeaker.objects.count() == 1

    def test_an_organizer_asks_at_the_desk_and_takes_back(self, event: Event, talk: Talk) -> None:
        cast.member("ben", Role.ORGANIZER)
        ben, address = cast.signed_in("ben"), reverse("desk_co_speakers", args=[event.public_id, talk.pk])
        assert ben.post(address, {"address": "finn@example.org"}).status_code == 302
        assert "finn@example.org" in ben.get(address).content.decode()
        co_speaker = CoSpeaker.objects.get()
        ben.post(reverse("desk_co_speaker_end", args=[event.public_id, co_speaker.pk]))
        assert cast.signed_in("finn").get(link(co_speaker)).status_code == 410
        assert cast.signed_in("finn").post(link(co_speaker), {"answer": "accept"}).status_code == 409

    def test_nobody_is_asked_for_a_talk_that_is_only_proposed(self, event: Event) -> None:
        proposed = cast.talk("emi", event, state=Talk.State.PROPOSED)
        page = cast.signed_in("emi").post(
            reverse("talk_co_speakers", args=[proposed.pk]), {"address": "finn@example.org"}
        )
        assert page.status_code == 409


class TestSeats:
    def test_whoever_joins_a_confirmed_talk_has_a_seat_at_once(self, event: Event, talk: Talk) -> None:
        joined(talk)
        mine = seat("finn", event)
        assert mine is not None
        # The slot for speakers was full (RULES 37).
        assert (mine.state, mine.slot.admission, mine.above_capacity) == ("confirmed", Slot.Admission.INVITED, True)
        assert told("finn") == ["co_speaker_seat"]
        assert breaches() == []
        # This shows that the invariant can fail: a seat without a hold is found.
        Hold.objects.filter(subject__startswith="co-speaker:").update(ended_at=cast.NOW)
        assert len(breaches()) == 1

    def test_whoever_joined_before_gets_it_when_the_talk_is_confirmed(self, event: Event) -> None:
        accepted = cast.talk("emi", event, state=Talk.State.ACCEPTED)
        cast.registered("finn", event)
        joined(accepted)
        before = seat("finn", event)
        assert before is not None
        assert before.slot.admission == Slot.Admission.FIRST_COME
        cast.signed_in("emi").post(reverse("talk_confirmation", args=[accepted.pk]))
        after = seat("finn", event)
        assert after is not None
        assert (after.pk, after.slot.admission) == (before.pk, Slot.Admission.INVITED)
        assert breaches() == []

    def test_a_second_account_with_a_place_stands_in_the_way_and_is_named(self, event: Event) -> None:
        accepted = cast.talk("emi", event, state=Talk.State.ACCEPTED)
        joined(accepted)
        cast.registered("finn+2", event)
        page = cast.signed_in("emi").post(reverse("talk_confirmation", args=[accepted.pk]))
        assert page.status_code == 409
        assert "Co-speaker フィン is already registered with another account" in page.content.decode()
        assert not Hold.objects.exists()

    @pytest.mark.parametrize("how", ["leaves the talk", "is taken off", "talk withdrawn"])
    def test_the_seat_falls_back_when_it_ends(self, event: Event, talk: Talk, how: str) -> None:
        co_speaker = joined(talk)
        told("finn")
        if how == "talk withdrawn":
            page = cast.signed_in("emi").get(reverse("talk_withdrawal", args=[talk.pk])).content.decode()
            assert "1 co-speaker will be notified" in page
            cast.signed_in("emi").post(reverse("talk_withdrawal", args=[talk.pk]))
        else:
            name, warns = ("finn", "has an open one") if how == "leaves the talk" else ("emi", "They lose the seat")
            who = cast.signed_in(name)
            assert warns in who.get(reverse("co_speaker_end", args=[co_speaker.pk])).content.decode()
            for _click in range(2):
                assert who.post(reverse("co_speaker_end", args=[co_speaker.pk])).status_code == 302
        mine = seat("finn", event)
        assert mine is not None
        assert mine.slot.admission == Slot.Admission.FIRST_COME
        later = cast.NOW + timedelta(minutes=4)
        expected = "talk_ended" if how == "talk withdrawn" else "co_speaking_ended"
        assert told("finn", at=later)[1:] == [expected]
        assert told("emi", at=later).count("co_speaker_answered") == (2 if how == "leaves the talk" else 1)
        assert breaches() == []

    def test_whoever_cannot_come_leaves_the_talk_with_everything_else(self, event: Event, talk: Talk) -> None:
        joined(talk)
        page = cast.signed_in("finn").get(reverse("registration_cancellation", args=[event.public_id]))
        assert f"“{talk.title}” goes ahead with its other speakers." in page.content.decode()
        cast.signed_in("finn").post(reverse("registration_cancellation", args=[event.public_id]))
        assert seat("finn", event) is None
        talk.refresh_from_db()
        assert talk.state == Talk.State.CONFIRMED
        assert CoSpeaker.objects.get().state == State.LEFT
        assert breaches() == []

    def test_organizers_take_off_both_who_speak(self, event: Event, talk: Talk) -> None:
        joined(talk)
        everyone = Registration.objects.active().filter(event=event).values_list("pk", flat=True)
        assert remove_attendees(event=event, registrations=everyone, at=cast.NOW, by=cast.person("aiko")) == 2
        assert not Registration.objects.active().exists()
        assert breaches() == []


class TestHerPart:
    def test_she_is_part_of_the_event_like_any_speaker(self, event: Event, talk: Talk) -> None:
        joined(talk)
        finn = cast.person("finn")
        assert [one.pk for one in part_of(event, finn).talks] == [talk.pk]
        assert {part.person: len(part.talks) for part in parts_of(event)} == {finn: 1, cast.person("emi"): 1}
        page = cast.signed_in("finn").get("/me/").content.decode()
        assert reverse("talk_preparation", args=[talk.pk]) in page
        assert "Prepare: 1 item left" in page
        assert reverse("talk_withdrawal", args=[talk.pk]) not in page
        cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        assert "event_cancelled" in told("finn", at=cast.NOW + timedelta(minutes=11))

    def test_she_says_who_she_is_and_nothing_else(self, talk: Talk) -> None:
        joined(talk)
        finn, address = cast.signed_in("finn"), reverse("talk_preparation", args=[talk.pk])
        assert 'name="title"' not in finn.get(address).content.decode()
        assert finn.post(address, {"bio": "基盤を作っています。", "title": "別の題"}).status_code == 302
        assert CoSpeaker.objects.get().bio == "基盤を作っています。"
        talk.refresh_from_db()
        assert talk.title != "別の題"
        assert finn.get(reverse("talk_withdrawal", args=[talk.pk])).status_code == 404

    def test_both_names_stand_on_the_programme(self, event: Event, talk: Talk) -> None:
        joined(talk)
        page = cast.signed_in("dan").get(reverse("event", args=[event.public_id])).content.decode()
        assert "<bdi>絵美</bdi>, <bdi>フィン</bdi>" in page

    @pytest.mark.parametrize("talks", [1, 3])
    def test_names_cost_the_same_for_any_number_of_talks(
        self, event: Event, talks: int, django_assert_num_queries: Any
    ) -> None:
        for number in range(talks):
            _together(cast.person(f"guest{number}"), event)
        with django_assert_num_queries(2):
            found = list(Talk.objects.filter(event=event).with_speakers())
            assert {len(one.speakers) for one in found} == {2}


def _together(speaker: User, event: Event) -> None:
    talk = cast.talk(speaker, event)
    CoSpeaker.objects.create(
        talk=talk, person=cast.person("finn"), address="finn@example.org", language="ja", state=State.JOINED,
        asked_at=cast.NOW, joined_at=cast.NOW,
    )  # fmt: skip
