"""No-shows: recorded once, told kindly; they can be excused and corrected within a limited time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.no_shows.excuse_no_show import excuse_no_show
from meetups.registrations.actions.no_shows.record_no_shows import (
    NobodyWasCheckedIn,
    NotOverYet,
    TooLongAgo,
    record_no_shows,
)
from meetups.registrations.lottery.weights import WINDOW, counted_no_shows, weights
from meetups.registrations.models import Lottery, Registration
from tests.support import cast

pytestmark = pytest.mark.django_db
AFTER = cast.ENDS_AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def event() -> Event:
    """Dan came, Emi and Gin did not."""
    event = cast.event(slots=[cast.first_come_plan(5)])
    came = cast.registered("dan", event)
    cast.registered("emi", event)
    cast.registered("gin", event)
    check_in(registration=came, at=cast.STARTS_AT, by=cast.person("aiko"))
    return event


def recorded(event: Event, *, at: datetime = AFTER) -> int:
    slots = event.slots.values_list("pk", flat=True)
    return record_no_shows(event=event, slots=slots, at=at, by=cast.person("aiko"))


def of(name: str, event: Event) -> Registration:
    return Registration.objects.get(event=event, attendee=cast.person(name))


def counts(name: str, event: Event, *, at: datetime = AFTER) -> bool:
    key = cast.person(name).person_key
    return counted_no_shows(event, [key], at=at) == {key}


class TestRecording:
    def test_the_desk_offers_it_with_the_number_and_each_is_told(self, event: Event) -> None:
        desk = cast.signed_in("aiko")
        assert "Record no-shows (2)" in desk.get(f"/desk/events/{event.public_id}/attendees/").content.decode()
        url = f"/desk/events/{event.public_id}/no-shows/"
        page = desk.get(url).content.decode()
        assert "絵美" in page
        assert not Registration.objects.filter(absent_at__isnull=False).exists()
        desk.post(url, {"slot": event.slots.get().pk})
        absent = Registration.objects.filter(absent_at=AFTER)
        assert {one.name for one in absent} == {"絵美", "Gin"}
        told = Notification.objects.filter(kind="no_show_recorded")
        assert {one.recipient_id for one in told} == {one.attendee_id for one in absent}
        mail = compose([told.get(recipient=cast.person("emi"))], AFTER).mail
        assert mail is not None
        assert f"/events/{event.public_id}/no-show/" in str(mail.body)
        assert HistoryEntry.objects.filter(verb="record_no_show").count() == 2
        assert breaches() == []

    def test_a_second_time_records_nobody_twice(self, event: Event) -> None:
        assert recorded(event) == 2
        assert recorded(event) == 0
        assert Notification.objects.filter(kind="no_show_recorded").count() == 2

    def test_only_the_slots_that_were_ticked(self, event: Event) -> None:
        assert record_no_shows(event=event, slots=[], at=AFTER, by=cast.person("aiko")) == 0

    def test_not_before_the_event_is_over(self, event: Event) -> None:
        with pytest.raises(NotOverYet):
            recorded(event, at=cast.ENDS_AT - timedelta(minutes=1))

    def test_not_after_the_window(self, event: Event) -> None:
        with pytest.raises(TooLongAgo):
            recorded(event, at=cast.ENDS_AT + WINDOW)

    def test_not_where_nobody_was_checked_in(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        cast.registered("emi", event)
        with pytest.raises(NobodyWasCheckedIn):
            recorded(event)
        desk = cast.signed_in("aiko")
        assert "missed" not in desk.get(f"/desk/events/{event.public_id}/attendees/").content.decode()

    def test_leaving_late_is_notice_given_and_never_a_no_show(self, event: Event) -> None:
        """RULES 8."""
        emi = cast.person("emi")
        leave_event(event=event, person=emi, at=cast.STARTS_AT - timedelta(minutes=5), by=emi)
        recorded(event)
        assert of("emi", event).absent_at is None
        assert not counts("emi", event)

    def test_waiting_to_hand_over_is_notice_given(self, event: Event) -> None:
        Registration.objects.filter(pk=of("emi", event).pk).update(hands_over_at=cast.STARTS_AT - timedelta(hours=30))
        recorded(event)
        assert of("emi", event).absent_at is None

    def test_volunteers_count_like_everybody(self) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        cast.registered("dan", event)
        cast.draw(event)
        check_in(registration=of("dan", event), at=cast.STARTS_AT, by=cast.person("aiko"))
        assert recorded(event) == 1
        assert of("emi", event).is_absent

    def test_a_guest_is_not_recorded(self, event: Event) -> None:
        """A guest cannot be told, and so could not object."""
        Registration.objects.filter(attendee=cast.person("emi")).update(
            attendee=None, guest_name="絵美", person_key="connpass:emi"
        )
        assert recorded(event) == 1


class TestPuttingRight:
    def test_correcting_a_presence_mark_keeps_no_penalty(self, event: Event) -> None:
        recorded(event)
        assert counts("emi", event)
        check_in(registration=of("emi", event), at=AFTER, by=cast.person("aiko"))
        emi = of("emi", event)
        assert (emi.checked_in_at, emi.absent_at, emi.excused_at) == (AFTER, None, None)
        assert not counts("emi", event)
        next_time = cast.event(slots=[cast.lottery_plan(starts_at=AFTER + timedelta(days=30), at=AFTER)],
                               starts_at=AFTER + timedelta(days=30), ends_at=AFTER + timedelta(days=30, hours=2), at=AFTER)  # fmt: skip
        lottery = Lottery.objects.get(slot__event=next_time)
        lottery.lighter_for_no_shows = True
        keys = [cast.person(name).person_key for name in ("emi", "gin")]
        assert weights(lottery, next_time, keys, at=AFTER) == dict(zip(keys, (2, 1), strict=True))
        assert Notification.objects.filter(kind="no_show_lifted", recipient=cast.person("emi")).exists()
        # The mail that said the opposite is no longer sent.
        assert (
            compose([Notification.objects.get(kind="no_show_recorded", recipient=cast.person("emi"))], AFTER).mail
            is None
        )
        assert breaches() == []

    def test_undoing_the_correction_brings_no_penalty_back(self, event: Event) -> None:
        recorded(event)
        desk = cast.signed_in("aiko")
        emi = of("emi", event)
        desk.post(f"/desk/events/{event.public_id}/registrations/{emi.pk}/arrival/")
        desk.post(f"/desk/events/{event.public_id}/registrations/{emi.pk}/arrival/", {"undo": "1"})
        assert of("emi", event).absent_at is None

    def test_what_is_excused_counts_no_more(self, event: Event) -> None:
        recorded(event)
        desk = cast.signed_in("aiko")
        url = f"/desk/events/{event.public_id}/registrations/{of('emi', event).pk}/no-show/"
        for _click in range(2):
            assert "is excused" in desk.post(url, {"excuse": "1"}, follow=True).content.decode()
        assert of("emi", event).excused_at == AFTER
        assert not counts("emi", event)
        assert Notification.objects.filter(kind="no_show_lifted").count() == 1
        assert "was there" in desk.post(url, {"was_there": "1"}, follow=True).content.decode()
        assert of("emi", event).checked_in_at == AFTER

    def test_it_counts_in_the_window_and_in_the_community_alone(self, event: Event) -> None:
        recorded(event)
        assert counts("emi", event)
        assert counts("emi", event, at=cast.ENDS_AT + WINDOW - timedelta(seconds=1))
        assert not counts("emi", event, at=cast.ENDS_AT + WINDOW)
        elsewhere = cast.event(of=cast.community(slug="other", name="別の会", owner="finn"))
        assert not counts("emi", elsewhere)

    def test_it_has_no_effect_where_the_page_declares_none(self, event: Event) -> None:
        recorded(event)
        next_time = cast.event(slots=[cast.lottery_plan()])
        lottery = Lottery.objects.get(slot__event=next_time)
        key = cast.person("emi").person_key
        assert weights(lottery, next_time, [key], at=AFTER) == {key: 1}

    def test_reception_records_and_excuses_nobody(self, event: Event) -> None:
        cast.member("chie", Role.RECEPTION)
        chie = cast.signed_in("chie")
        assert chie.get(f"/desk/events/{event.public_id}/no-shows/").status_code == 404
        assert chie.post(f"/desk/events/{event.public_id}/no-shows/").status_code == 404


class TestHerOwnPage:
    def test_she_sees_it_and_asks_to_look_again(self, event: Event) -> None:
        cast.member("ben", Role.ORGANIZER)
        recorded(event)
        emi = cast.signed_in("emi")
        page = emi.get("/me/").content.decode()
        assert "No-show record" in page
        assert "Jun 3, 2027" in page
        url = f"/events/{event.public_id}/no-show/"
        assert "Ask for a review" in emi.get(url).content.decode()
        assert emi.head(url).status_code == 200
        for _click in range(2):
            assert "You asked the organizers" in emi.post(url, follow=True).content.decode()
        told = Notification.objects.filter(kind="no_show_objected")
        assert {one.recipient for one in told} == {cast.person("aiko"), cast.person("ben")}
        desk = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/no-shows/").content.decode()
        assert "Disputed" in desk

    def test_others_do_not_see_it(self, event: Event) -> None:
        recorded(event)
        assert "No-show record" not in cast.signed_in("dan").get("/me/").content.decode()
        assert cast.signed_in("dan").get(f"/events/{event.public_id}/no-show/").status_code == 404
        assert Client().get(f"/events/{event.public_id}/no-show/").status_code == 302

    def test_excused_it_stays_visible_and_needs_no_objection(self, event: Event) -> None:
        recorded(event)
        excuse_no_show(registration=of("emi", event), at=AFTER, by=cast.person("aiko"))
        emi = cast.signed_in("emi")
        assert "Excused" in emi.get("/me/").content.decode()
        url = f"/events/{event.public_id}/no-show/"
        assert "You’re excused" in emi.get(url).content.decode()
        assert emi.post(url).status_code == 409

    def test_after_the_window_it_is_gone_from_her_page(self, event: Event) -> None:
        recorded(event)
        with time_machine.travel(cast.ENDS_AT + WINDOW, tick=False):
            assert "No-show record" not in cast.signed_in("emi").get("/me/").content.decode()
