"""Organizers plan the shifts of an event: the usual shifts, place and lead, other times, and help (RULES 66 to 71)."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.models import Registration, Slot
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.tasks import seek_help_for_short_shifts
from tests.support import cast
from tests.support.scenes.shift_desk_scene import (
    DAY,
    HOUR,
    WORDS,
    desk_url,
    full_event,
    letters,
    other_shift,
    seen,
    sent,
    told,
)
from tests.support.scenes.shift_scene import cancel_at_once

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


class TestUsualShifts:
    def test_one_click_plans_them_with_times_from_the_event_in_its_language(self, desk: Client) -> None:
        event = cast.event()
        page = seen(desk, desk_url(event))
        assert "Add the usual shifts" in page
        assert 'name="usual" value="teardown"' not in page, "it is there already"
        assert 'name="usual" value="stream"' not in page, "nothing is streamed"
        for _click in range(2):
            sent(desk, desk_url(event, "usual/"), usual=["setup", "reception", "teardown", "stream", "nonsense"])
        setup = event.shifts.get(phase="setup")
        reception = event.shifts.get(phase="event")
        assert event.shifts.count() == 3
        assert setup.title == "設営"
        assert (setup.starts_at, setup.ends_at) == (
            cast.STARTS_AT - timedelta(minutes=90),
            cast.STARTS_AT - timedelta(minutes=15),
        )
        assert reception.starts_at == cast.STARTS_AT - timedelta(minutes=45)
        # Teardown for 4, setup for 4, reception for 3: all of them need a seat.
        assert cast.slot_of(event, Slot.Admission.DUTY).capacity == 11

    def test_an_online_event_has_others_and_needs_no_seats(self, desk: Client) -> None:
        event = cast.online_event()
        page = seen(desk, desk_url(event))
        assert 'name="usual" value="setup"' not in page
        assert "· with a guaranteed seat" not in page
        assert "2 shifts added." in sent(desk, desk_url(event, "usual/"), usual=["stream", "mc"])
        assert set(event.shifts.values_list("slot", flat=True)) == {None}

    def test_what_would_have_begun_or_nobody_ticked_is_not_planned(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        assert "Nothing was added" in sent(desk, desk_url(event, "usual/"))
        with time_machine.travel(cast.STARTS_AT - HOUR, tick=False):
            assert 'name="usual" value="setup"' not in seen(desk, desk_url(event))
            sent(desk, desk_url(event, "usual/"), usual=["setup", "teardown"])
        assert [shift.phase for shift in event.shifts.all()] == ["teardown"]


class TestPlaceAndLead:
    def test_the_desk_the_mail_and_the_calendar_name_them(self, desk: Client) -> None:
        event = cast.event()
        ben = cast.member("ben", Role.ORGANIZER)
        cast.volunteering("emi", event)
        shift = cast.shift_of(event)
        url = desk_url(event, f"{shift.pk}/")
        assert "Saved." in sent(desk, url, **WORDS, place="18階ロビー", lead=ben.pk)
        assert "18階ロビー" in seen(desk, desk_url(event))
        assert "Lead: <bdi>ベン</bdi>" in seen(desk, desk_url(event))
        [letter] = letters(to="emi")
        assert "18階ロビー" in letter.body
        assert "ベン" in letter.body
        files = [part.get_content() for part in letter.attachments]
        assert any("18階ロビー" in file and "六本木" in file for file in files)

    def test_only_the_team_and_volunteers_of_the_event_can_lead(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        cast.volunteering("emi", event)
        shift = cast.shift_of(event)
        url = desk_url(event, f"{shift.pk}/")
        for name in ("dan", "finn"):
            assert desk.post(url, {**WORDS, "lead": cast.person(name).pk}).status_code == 422
        sent(desk, url, **WORDS, lead=cast.person("emi").pk)
        shift.refresh_from_db()
        assert shift.lead == cast.person("emi")

    def test_people_stand_in_the_order_in_which_people_count(self, desk: Client) -> None:
        event = cast.event()
        for number, name in [(10, "dan"), (9, "emi"), (11, "finn")]:
            person = cast.person(name)
            person.name = f"参加者{number}"
            person.save(update_fields=["name"])
            cast.registered(person, event)
        page = seen(desk, desk_url(event, f"{cast.shift_of(event).pk}/"))
        people = page.partition('name="person"')[2].partition("</select>")[0]
        assert re.findall("参加者[0-9]+", people) == ["参加者9", "参加者10", "参加者11"]
        for name in ("dan", "emi"):
            sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/volunteers/"), person=cast.person(name).pk)
        leads = seen(desk, desk_url(event, f"{cast.shift_of(event).pk}/")).partition('name="lead"')[2]
        assert re.findall("参加者[0-9]+", leads.partition("</select>")[0]) == ["参加者9", "参加者10"]


class TestMoving:
    LATER = {**WORDS, "starts": "2026-12-05T17:00", "ends": "2026-12-05T18:00"}

    def test_whoever_has_it_is_told_once_of_the_last_time_with_a_higher_sequence(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        shift = cast.shift_of(event)
        letters(to="emi")
        url = desk_url(event, f"{shift.pk}/")
        assert "We’ll email 1 volunteer." in sent(desk, url, **{**WORDS, "starts": "2026-12-05T16:45"})
        sent(desk, url, **self.LATER)
        [letter] = letters(to="emi")
        assert "17:00〜18:00" in letter.body
        [file] = [part.get_content() for part in letter.attachments]
        assert "SEQUENCE:2" in file
        assert "T170000" in file
        shift.refresh_from_db()
        assert shift.starts_at == cast.ENDS_AT + HOUR / 2
        assert letters(to="emi", at=cast.NOW + DAY) == []
        assert "changed the time or place of “" in seen(desk, f"/desk/events/{event.public_id}/")

    def test_other_words_tell_nobody(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        url = desk_url(event, f"{cast.shift_of(event).pk}/")
        assert "Saved." in sent(desk, url, **{**WORDS, "title": "片付け", "instructions": "", "maximum": "5"})
        assert told("shift_moved") == []
        event.refresh_from_db()
        assert event.sequence == 0

    def test_who_only_asked_hears_of_it_too(self, desk: Client) -> None:
        event = cast.event()
        Shift.objects.update(needs_approval=True)
        assert cast.volunteering("emi", event).state == Signup.State.ASKED
        sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **self.LATER, needs_approval="on")
        assert told("shift_moved") == ["emi"]
        assert [letter.attachments for letter in letters(to="emi")] == [[]]

    def test_onto_another_shift_of_hers_is_a_warning_and_no_refusal(self, desk: Client) -> None:
        event = cast.event()
        evening = other_shift(event, hours=3.5, title="二次会の受付")
        cast.volunteering("emi", event)
        cast.volunteering("emi", event, shift=evening)
        shift = cast.shift_of(event)
        url = desk_url(event, f"{shift.pk}/")
        assert "<bdi>絵美</bdi> also has “二次会の受付” at that time" in sent(desk, url, **self.LATER)
        assert "<bdi>絵美</bdi> also has “二次会の受付” at that time" in seen(desk, url)
        assert Signup.objects.active().filter(volunteer=cast.person("emi")).count() == 2
        assert any("二次会の受付" in letter.body for letter in letters(to="emi"))

    def test_a_shift_of_another_community_has_no_name_at_the_desk(self, desk: Client) -> None:
        event = cast.event()
        elsewhere = cast.event(of=cast.community(slug="go", name="Go部", owner="finn"), title="別の会")
        secret = other_shift(elsewhere, hours=3.5, title="秘密の係")
        cast.volunteering("emi", event)
        cast.volunteering("emi", elsewhere, shift=secret)
        page = sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **self.LATER)
        assert "a shift of another community" in page
        assert "秘密の係" not in page

    def test_the_deadline_for_stepping_down_stays_before_the_shift(self, desk: Client) -> None:
        event = cast.event()
        eve = {**WORDS, "starts": "2026-12-03T10:00", "ends": "2026-12-03T11:00"}
        sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **eve)
        shift = cast.shift_of(event)
        assert shift.step_down_until == shift.starts_at
        sent(desk, desk_url(event, f"{shift.pk}/"), **WORDS)
        assert cast.shift_of(event).step_down_until == cast.STARTS_AT - DAY

    @pytest.mark.parametrize(
        ("hours", "ends", "says"),
        [(2.5, "2026-12-05T17:45", "its time can’t be changed"), (-4, "2026-12-05T09:00", "would already be over")],
    )
    def test_into_the_past_or_once_it_is_over_is_refused(
        self, desk: Client, hours: float, ends: str, says: str
    ) -> None:
        event = cast.event()
        url = desk_url(event, f"{cast.shift_of(event).pk}/")
        with time_machine.travel(cast.ENDS_AT + hours * HOUR, tick=False):
            page = sent(desk, url, **{**WORDS, "starts": "2026-12-05T08:00", "ends": ends})
        assert says in page
        assert f'value="{ends}"' in page, "nothing that was typed is lost"
        assert cast.shift_of(event).starts_at == cast.ENDS_AT


class TestHelp:
    DUE = cast.STARTS_AT - 48 * HOUR

    def help_at(self, desk: Client, event: Event, when: str) -> str:
        return sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **WORDS, help=when)

    def test_the_next_thing_names_the_short_shift_and_leads_to_who_can_be_asked(self, desk: Client) -> None:
        event = full_event()
        shift = cast.shift_of(event)
        overview = seen(desk, f"/desk/events/{event.public_id}/")
        assert "“撤収” needs 2 more people" in overview
        assert f'href="{desk_url(event, f"{shift.pk}/")}"' in overview
        assert "Offer it to 1 person in the lottery or on the waitlist" in seen(desk, desk_url(event, f"{shift.pk}/"))
        url = desk_url(event, f"{shift.pk}/offers/")
        assert "We’ll ask 1 person in the lottery or on the waitlist." in sent(desk, url)
        assert "was already asked" in sent(desk, url)
        assert seek_help_for_short_shifts(self.DUE) == "help sought for 0 shifts"
        assert (told("shift_offered"), told("shift_short")) == (["finn"], [])

    def test_nobody_is_asked_for_what_has_enough_people_gives_no_seat_or_was_cancelled(self, desk: Client) -> None:
        event = full_event()
        reception, teardown = other_shift(event), event.shifts.get(title="撤収")
        assert "Only shifts that guarantee a seat" in sent(desk, desk_url(event, f"{reception.pk}/offers/"))
        for name in ("emi", "jun"):
            cast.volunteering(name, event, shift=teardown)
        assert "Enough people" in sent(desk, desk_url(event, f"{teardown.pk}/offers/"))
        cancel_at_once(desk, teardown)
        assert desk.post(desk_url(event, f"{teardown.pk}/offers/")).status_code == 404
        assert told("shift_offered") == []

    def test_it_is_looked_at_when_the_shift_says(self, desk: Client) -> None:
        event = full_event()
        assert "Thu, Dec 3, 2:00 PM" in seen(desk, desk_url(event, f"{cast.shift_of(event).pk}/")), "the usual time"
        assert "Saved." in self.help_at(desk, event, "2026-11-25T12:00")
        early = datetime.fromisoformat("2026-11-25T12:00+09:00")
        assert seek_help_for_short_shifts(early - timedelta(seconds=1)) == "help sought for 0 shifts"
        assert seek_help_for_short_shifts(early) == "help sought for 1 shifts"
        assert seek_help_for_short_shifts(self.DUE) == "help sought for 0 shifts"
        assert told("shift_offered") == ["finn"]

    def test_later_than_usual_it_waits(self, desk: Client) -> None:
        event = full_event()
        self.help_at(desk, event, "2026-12-05T09:00")
        assert seek_help_for_short_shifts(self.DUE) == "help sought for 0 shifts"
        assert seek_help_for_short_shifts(cast.STARTS_AT - 5 * HOUR) == "help sought for 1 shifts"

    def test_once_people_were_asked_another_time_changes_nothing_and_the_page_says_so(self, desk: Client) -> None:
        event = full_event()
        seek_help_for_short_shifts(self.DUE)
        with time_machine.travel(self.DUE + HOUR, tick=False):
            assert "People were asked to help on" in seen(desk, desk_url(event, f"{cast.shift_of(event).pk}/"))
            assert "has no effect" in self.help_at(desk, event, "2026-12-05T09:00")
        assert cast.shift_of(event).help_at is None
        assert seek_help_for_short_shifts(cast.STARTS_AT - HOUR) == "help sought for 0 shifts"
        assert told("shift_offered") == ["finn"]

    def test_a_shift_planned_late_is_looked_at_where_that_is_asked_for(self, desk: Client) -> None:
        event = full_event()
        with time_machine.travel(self.DUE + HOUR, tick=False):
            late = other_shift(event, hours=1, seat=True)
            late.refresh_from_db()
            Shift.objects.filter(pk=late.pk).update(help_sought_at=self.DUE + HOUR)
            words = {
                **WORDS,
                "title": "受付",
                "starts": "2026-12-05T15:00",
                "ends": "2026-12-05T16:00",
                "role": "reception",
                "phase": "event",
            }
            page = sent(desk, desk_url(event, f"{late.pk}/"), **words, help="2026-12-04T12:00")
        assert "Saved." in page
        late.refresh_from_db()
        assert late.help_sought_at is None

    @pytest.mark.parametrize(
        ("when", "says"), [("2026-12-05T17:00", "before the shift starts"), ("2026-11-19T12:00", "has passed")]
    )
    def test_a_time_of_no_use_is_refused(self, desk: Client, when: str, says: str) -> None:
        assert says in self.help_at(desk, full_event(), when)

    def test_it_moves_with_the_event(self, desk: Client) -> None:
        event = full_event()
        self.help_at(desk, event, "2026-11-25T12:00")
        fields: dict[str, object] = {"starts_at": event.starts_at + 7 * DAY, "ends_at": event.ends_at + 7 * DAY}
        change_event(event=event, fields=fields, at=cast.NOW, by=cast.person("aiko"))
        assert cast.shift_of(event).help_at == datetime.fromisoformat("2026-12-02T12:00+09:00")


def test_the_list_costs_the_same_at_one_and_at_twelve_shifts(desk: Client) -> None:
    event = cast.event()
    costs = []
    for number in (0, 11):
        for shift in range(number):
            extra = other_shift(event, hours=shift / 10, title=f"係{shift}")
            extra.lead = cast.person("aiko")
            extra.save()
            cast.volunteering(cast.person(f"guest{shift}"), event, shift=extra)
        with CaptureQueriesContext(connection) as queries:
            seen(desk, desk_url(event))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_shifts_of_a_draft_are_arranged_without_mails(desk: Client) -> None:
    event = cast.event(publish=False)
    sent(desk, desk_url(event, f"{cast.shift_of(event).pk}/"), **TestMoving.LATER, place="ロビー")
    publish_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    assert told("shift_moved") == []
    assert cast.shift_of(event).place == "ロビー"
