"""The overview of an event: the next thing, the timeline, what happened lately, and what it asks of the database."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.speakers.models import Talk
from meetups.volunteers.actions.signups.step_down import step_down
from tests.desk.event.pages import page
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


class TestNextThing:
    def test_a_draft_wants_to_be_published(self, desk: Client) -> None:
        assert "Publish the draft" in page(desk, cast.event(publish=False))

    def test_a_proposal_wants_a_decision(self, desk: Client) -> None:
        event = cast.event()
        cast.talk("emi", event, state=Talk.State.PROPOSED)
        assert "Review 1 proposal" in page(desk, event)

    def test_a_shift_wants_people(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        assert "“撤収” needs 1 more person" in page(desk, event)

    @pytest.mark.parametrize("days", [30, 5])
    def test_a_missing_venue_comes_before_people_for_teardown(self, desk: Client, days: int) -> None:
        event = cast.event(venue_name="", venue_address="")
        with time_machine.travel(max(cast.STARTS_AT - timedelta(days=days), cast.NOW), tick=False):
            seen = page(desk, event)
        assert "The venue isn’t set" in seen
        assert f"/desk/events/{event.public_id}/edit/" in seen
        assert "more person" not in seen

    def test_a_missing_venue_is_more_pressing_than_a_proposal_when_it_is_near(self, desk: Client) -> None:
        event = cast.event(venue_name="", venue_address="")
        cast.talk("emi", event, state=Talk.State.PROPOSED)
        with time_machine.travel(cast.STARTS_AT - timedelta(days=11), tick=False):
            assert "Review 1 proposal" in page(desk, event)
        with time_machine.travel(cast.STARTS_AT - timedelta(days=9), tick=False):
            assert "The venue isn’t set" in page(desk, event)

    def test_a_draft_says_that_its_venue_is_missing_and_an_online_event_has_none(self, desk: Client) -> None:
        assert "The venue isn’t set" in page(desk, cast.event(publish=False, venue_name="", venue_address=""))
        assert "The venue isn’t set" not in page(desk, cast.online_event())

    def test_while_nobody_has_registered_the_address_can_be_copied(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        address = f"/events/{event.public_id}/"
        assert 'readonly value="http' in page(desk, event)
        assert f'{address}">' in page(desk, event)
        assert 'id="event-address"' in page(desk, event)
        cast.registered("dan", event)
        assert 'id="event-address"' not in page(desk, event)
        assert 'id="event-address"' not in page(desk, cast.event(publish=False))

    def test_a_draw_runs_by_itself(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan()])
        cast.registered("dan", event)
        cast.talk("emi", event)
        assert "The draw runs on Tue, Dec 1, 12:00 PM" in page(desk, event)

    def test_a_draw_that_is_overdue_can_be_run(self, desk: Client) -> None:
        event = cast.event()
        with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=5), tick=False):
            assert "Run the draw" in page(desk, event)

    @pytest.mark.parametrize(
        "at", [cast.STARTS_AT - timedelta(hours=2), cast.STARTS_AT, cast.ENDS_AT - timedelta(minutes=1)]
    )
    def test_on_the_day_it_is_the_door(self, desk: Client, at: datetime) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        cast.registered("dan", event)
        with time_machine.travel(at, tick=False):
            assert "Welcome people at the door" in page(desk, event)


class TestFigures:
    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_the_number_of_queries_does_not_grow(self, desk: Client, number: int) -> None:
        event = cast.event()
        for guest in cast.people(number):
            cast.registered(guest, event)
        cast.volunteering("emi", event)
        cast.talk("emi", event)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(desk, event)
        assert len(queries) == 12

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("number", [1, 3, 30])
    def test_so_it_is_on_the_other_pages(self, desk: Client, number: int) -> None:
        event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=30)])
        for guest in cast.people(number):
            cast.volunteering(guest, event)
            cast.talk(guest, event)
        for path, expected in {"attendees/": 8, "check-in/": 4, "shifts/": 8, "talks/": 7}.items():
            with CaptureQueriesContext(connection) as queries:
                page(desk, event, path)
            assert len(queries) == expected, path


class TestLineOfTime:
    def test_it_has_every_reminder_that_is_sent(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        seen = page(desk, event)
        assert seen.count("Reminder to confirmed attendees") == 2
        assert seen.count("Reminder on the day") == 1
        assert "Connection check" not in seen

    def test_a_streamed_one_has_those_of_its_rehearsal_and_the_connection_check(self, desk: Client) -> None:
        event = cast.online_event()
        seen = page(desk, event)
        assert "Rehearsal reminder" in seen
        assert "Rehearsal in 30 minutes" in seen
        assert "Connection check" not in seen
        cast.talk("emi", event)
        assert "Connection check: email to the speakers" in page(desk, event)

    def test_a_reminder_whose_time_was_before_the_date_was_set_is_not_there(self, desk: Client) -> None:
        with time_machine.travel(cast.STARTS_AT - timedelta(hours=30), tick=False):
            seen = page(desk, cast.event(slots=[cast.first_come_plan(5)], at=cast.STARTS_AT - timedelta(hours=30)))
        assert seen.count("Reminder to confirmed attendees") == 1
        assert "Reminder on the day" in seen


class TestLately:
    def test_a_volunteer_who_came_or_went_is_named_with_her_shift(self, desk: Client) -> None:
        event = cast.event()
        signup = cast.volunteering("emi", event)
        assert "<bdi>絵美</bdi> signed up for the shift “撤収”" in page(desk, event)
        step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
        assert "<bdi>絵美</bdi> canceled their shift “撤収”" in page(desk, event)


class TestCheckIn:
    def test_long_before_the_event_the_page_says_so(self, desk: Client) -> None:
        event = cast.event()
        assert "The event is in 15 days" in page(desk, event, "check-in/")
        with time_machine.travel(cast.STARTS_AT, tick=False):
            assert "The event is in" not in page(desk, event, "check-in/")
