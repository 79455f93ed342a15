"""Shifts, talks and the page "me": what a person takes on, and where they see it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from meetups.speakers.models import Talk
from meetups.volunteers.models import Shift, Signup
from tests.support import cast

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def as_(name: str, language: str = "en") -> Client:
    return cast.signed_in(name, language=language)


def signup_url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/{rest}"


def test_taking_teardown_confirms_the_seat_outside_the_draw() -> None:
    event = cast.event()
    registration = cast.registered("emi", event)
    emi = as_("emi")
    html = emi.get(signup_url(event)).content.decode()
    assert "Take this shift and you’re in, no lottery." in html
    assert "Your registration in “一般参加枠” moves to this seat." in html
    assert "Cancel before Mon, Nov 30, 11:59 PM: back into the lottery" in html
    assert not Signup.objects.exists()
    answer = emi.post(signup_url(event), follow=True)
    assert "Confirmed · " in answer.content.decode()
    registration.refresh_from_db()
    assert registration.state == State.CONFIRMED


def test_stepping_down_before_the_draw_leads_back_into_it() -> None:
    event = cast.event()
    cast.volunteering("emi", event)
    emi = as_("emi")
    assert "go back into the lottery for “一般参加枠”" in emi.get(signup_url(event, "end/")).content.decode()
    answer = emi.post(signup_url(event, "end/"), follow=True)
    assert "You’re in the lottery." in answer.content.decode()


def test_stepping_down_after_the_draw_leads_to_the_end_of_the_queue() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.volunteering("emi", event)
    cast.draw(event)
    with time_machine.travel(cast.DRAWS_AT + timedelta(hours=1), tick=False):
        emi = as_("emi")
        assert "(2 ahead of you)" in emi.get(signup_url(event, "end/")).content.decode()
        answer = emi.post(signup_url(event, "end/"), follow=True)
        assert "You’re #3 on the waitlist." in answer.content.decode()


def test_stepping_down_where_a_seat_is_free_keeps_one() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()])
    cast.volunteering("emi", event)
    assert "You keep a seat" in as_("emi").get(signup_url(event, "end/")).content.decode()


def test_a_talk_holds_the_seat_when_the_shift_ends() -> None:
    event = cast.event()
    cast.talk("emi", event)
    cast.volunteering("emi", event)
    assert "it comes with another shift or your talk" in as_("emi").get(signup_url(event, "end/")).content.decode()


def test_a_full_shift_says_so() -> None:
    event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=1)])
    cast.volunteering("finn", event)
    answer = as_("emi").post(signup_url(event))
    assert answer.status_code == 409
    assert "This shift is full." in answer.content.decode()


def test_an_overlapping_shift_names_the_other_one() -> None:
    event = cast.event(shifts=[cast.teardown_plan(), cast.teardown_plan()])
    first, second = event.shifts.in_order()
    cast.volunteering("emi", event, shift=first)
    answer = as_("emi").post(f"/events/{event.public_id}/shifts/{second.pk}/signup/")
    assert answer.status_code == 409
    assert "You’ve signed up for “撤収”, which is at the same time." in answer.content.decode()


def test_a_shift_that_has_begun_says_so() -> None:
    event = cast.event()
    with time_machine.travel(cast.ENDS_AT - timedelta(minutes=1), tick=False):
        Shift.objects.update(starts_at=cast.ENDS_AT - timedelta(minutes=10))
        assert as_("emi").post(signup_url(event)).status_code == 409


def test_a_shift_of_another_event_is_not_found() -> None:
    event, other = cast.event(), cast.online_event()
    assert as_("emi").get(f"/events/{other.public_id}/shifts/{cast.shift_of(event).pk}/signup/").status_code == 404


PROPOSAL = {"title": "A talk", "abstract": "About it.", "minutes": "30"}


def test_proposing_a_talk() -> None:
    event = cast.event()
    finn = as_("finn")
    assert finn.get(f"/events/{event.public_id}/talks/new/").status_code == 200
    answer = finn.post(f"/events/{event.public_id}/talks/new/", PROPOSAL, follow=True)
    assert "Thank you for your proposal." in answer.content.decode()
    talk = Talk.objects.get()
    assert (talk.state, talk.minutes, talk.speaker.email) == (Talk.State.PROPOSED, 30, "finn@example.org")


def test_a_second_click_without_scripts_proposes_no_second_talk() -> None:
    event = cast.event()
    finn = as_("finn")
    for _click in "12":
        answer = finn.post(f"/events/{event.public_id}/talks/new/", PROPOSAL, follow=True)
        assert "Thank you for your proposal." in answer.content.decode()
    assert Talk.objects.count() == Notification.objects.filter(kind="talk_received").count() == 1


@pytest.mark.parametrize(
    ("fields", "minutes"),
    [
        ({"minutes": "other", "other_minutes": "25"}, 25),
        ({"minutes": "10", "other_minutes": "9999"}, 10),
        ({"minutes": "other"}, None),
        ({"minutes": "other", "other_minutes": "241"}, None),
        ({"minutes": "0"}, None),
        ({"minutes": "", "other_minutes": "25"}, None),
    ],
)
def test_the_length_is_one_of_the_usual_or_another(fields: dict[str, str], minutes: int | None) -> None:
    event = cast.event()
    answer = as_("finn").post(f"/events/{event.public_id}/talks/new/", {**PROPOSAL, **fields})
    if minutes is None:
        assert answer.status_code == 422
        assert "A talk" in answer.content.decode()
        assert not Talk.objects.exists()
    else:
        assert Talk.objects.get().minutes == minutes


def test_no_proposals_once_the_event_has_begun() -> None:
    event = cast.event()
    with time_machine.travel(cast.STARTS_AT, tick=False):
        finn = as_("finn")
        assert "Proposals for this event" in finn.get(f"/events/{event.public_id}/talks/new/").content.decode()
        assert finn.post(f"/events/{event.public_id}/talks/new/", PROPOSAL).status_code == 409


def test_confirming_a_talk_gives_a_seat_and_a_line_of_the_programme() -> None:
    event = cast.event(language="ja")
    talk = cast.talk("emi", event, state=Talk.State.ACCEPTED, title="A talk")
    emi = as_("emi")
    assert emi.get(f"/talks/{talk.pk}/confirmation/").status_code == 200
    talk.refresh_from_db()
    assert talk.state == Talk.State.ACCEPTED
    answer = emi.post(f"/talks/{talk.pk}/confirmation/", follow=True)
    assert "Confirmed · " in answer.content.decode()
    assert talk.title in Client().get(f"/events/{event.public_id}/").content.decode()
    assert Registration.objects.get(attendee=talk.speaker).slot.admission == Slot.Admission.INVITED


def test_withdrawing_a_talk_says_what_becomes_of_the_seat() -> None:
    event = cast.event()
    talk = cast.talk("emi", event)
    emi = as_("emi")
    assert "go back into the lottery" in emi.get(f"/talks/{talk.pk}/withdrawal/").content.decode()
    assert emi.post(f"/talks/{talk.pk}/withdrawal/").status_code == 302
    assert Registration.objects.get().state == State.APPLIED


def test_someone_else_s_talk_is_not_found() -> None:
    talk = cast.talk("emi", cast.event(), state=Talk.State.ACCEPTED)
    for page in ("confirmation", "withdrawal"):
        assert as_("dan").get(f"/talks/{talk.pk}/{page}/").status_code == 404
        assert as_("aiko").post(f"/talks/{talk.pk}/{page}/").status_code == 404
        assert Client().get(f"/talks/{talk.pk}/{page}/").status_code == 302


def a_full_year(count: int) -> None:
    """Dan in `count` lotteries, queues, seats, shifts and talks, and in as many past events."""
    for number in range(count):
        days = timedelta(days=number + 1)
        when: dict[str, Any] = {"starts_at": cast.STARTS_AT + days, "ends_at": cast.ENDS_AT + days}
        cast.registered("dan", cast.event(title=f"lottery {number}", **when))
        full = cast.event(title=f"full {number}", slots=[cast.first_come_plan(1)], **when)
        cast.registered("finn", full)
        cast.registered("dan", full)
        cast.registered("dan", cast.event(title=f"seat {number}", slots=[cast.first_come_plan()], **when))
        cast.volunteering("dan", cast.event(title=f"shift {number}", **when))
        cast.talk("dan", cast.event(title=f"talk {number}", **when), state=Talk.State.ACCEPTED)
        long_ago = cast.NOW - timedelta(days=100)
        past = cast.event(
            title=f"past {number}",
            slots=[cast.first_come_plan()],
            at=long_ago,
            starts_at=cast.NOW - timedelta(days=50 - number),
            ends_at=cast.NOW - timedelta(days=50 - number, hours=-2),
        )
        cast.registered("dan", past, at=long_ago)


@pytest.mark.in_short(1)
@pytest.mark.parametrize("count", [1, 3])
def test_my_page_shows_all_of_it_with_the_same_queries(count: int, django_assert_num_queries: Any) -> None:
    a_full_year(count)
    dan = as_("dan")
    # Session and person; registrations, talks, co-speakers, shifts; today's teardown; no-shows; past shifts and their total;
    # past events; offered talks; communities; doors.
    with django_assert_num_queries(11):
        html = dan.get("/me/").content.decode()
    for title in ("lottery", "full", "seat", "shift", "talk", "past"):
        for number in range(count):
            assert f"{title} {number}" in html
    assert "You’re #1 on the waitlist." in html
    assert re.search(r'href="/talks/\d+/confirmation/"', html)


def test_an_empty_page_leads_to_the_events() -> None:
    html = as_("dan").get("/me/").content.decode()
    assert "Nothing coming up" in html
    assert 'href="/"' in html
