"""Defects that other products shipped. Each has a test here or elsewhere, named after what people notice."""

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from tests.conftest import Site
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

TESTS = Path(__file__).resolve().parents[1]
# What went wrong and where, and the tests that would notice it: file without `test_` and `.py`, then class and function.
DEFECTS = {
    "promotion mail went to the one who cancelled (codebar 1706)": [
        "seats::test_cancelling_promotes_the_first_in_the_queue_and_tells_her_and_not_the_one_who_left"
    ],
    "an organizer's cancellation promoted nobody (codebar 184)": [
        "seats::test_an_organizer_who_cancels_somebody_promotes_too"
    ],
    "promotion order was accidental (chapter)": ["seats::test_more_seats_promote_as_many_as_fit_in_order"],
    "a second click drew again (mixit)": [
        "lottery::TestTheDraw::test_drawing_again_changes_nothing",
        "lottery::test_two_clocks_at_once_draw_once",
    ],
    "winners in pairs exceeded the capacity (pretix-cliques)": [
        "pairs_drawn::TestDrawing::test_pair_winners_never_exceed_the_capacity"
    ],
    "an entry slipped in while drawing (emfcamp)": [
        "lottery::TestTheDraw::test_who_applies_between_closing_and_draw_queues_behind_everyone_who_was_drawn",
        "races::test_nobody_loses_what_was_theirs",
    ],
    "a crafted request raised one's own priority (emfcamp 1581)": [
        "extra_fields::test_fields_that_a_form_does_not_have_do_nothing",
        "registration::test_extra_fields_do_nothing",
    ],
    "mail was sent before COMMIT (bridge_troll)": [
        "outbox::test_a_change_that_is_rolled_back_tells_nobody",
        "wake::test_the_sender_is_woken_after_commit_and_not_without",
    ],
    "a late registrant got the reminder of the day before (Indico 4893, pretix 3757)": [
        "reminder_times::test_a_late_registrant_gets_no_day_before_reminder",
        "reminders::test_a_late_registrant_gets_no_reminder_whose_time_had_passed",
    ],
    "reminders were not planned anew when the date moved": [
        "reminders::test_a_moved_event_voids_the_old_reminders_and_plans_new_ones"
    ],
    "losers were never told (emfcamp, mixit)": ["peers_defects::test_who_is_not_drawn_gets_a_mail_with_her_place"],
    "a waitlisted person could not leave after the deadline (onlineweb4 951)": [
        "hand_over::test_a_waitlisted_person_can_always_leave"
    ],
    "a staffing alert came for a cancelled shift (tapir 828)": [
        "understaffed::test_what_was_cancelled_seeks_nobody",
        "understaffed::test_cancelled_after_the_alarm_nothing_of_it_is_sent",
    ],
    "correcting a presence mark kept the penalty": [
        "no_shows::TestPuttingRight::test_correcting_a_presence_mark_keeps_no_penalty",
        "shift_marks::TestAfterTheShift::test_a_correction_takes_the_consequence_along_and_tells",
    ],
    "rights for check-in gave rights to edit (fossunited 1782)": ["permissions::test_who_may"],
    "the last seat was sold twice (Engelsystem, Indico)": [
        "races::test_nobody_loses_what_was_theirs",
        "rush::test_a_rush_sells_each_seat_once_and_everybody_gets_an_answer",
    ],
    "no time zone in the mail (Hi.Events 591)": ["mail_texts::test_times_carry_their_zone"],
    "a calendar entry without SEQUENCE did not move (GatherPress 2058)": [
        "reminders::test_the_calendar_entry_moves_with_the_event"
    ],
    "everything was frozen after cancelling (connpass)": [
        "lifecycle::test_cancelling_tells_everyone_and_the_page_can_still_be_edited"
    ],
    "live edits went out one by one (connpass)": [
        "peers_defects::TestLiveEdits::test_several_edits_of_a_live_event_are_one_mail",
        "desk/event/event_edit::TestEditing::test_a_new_date_is_shown_with_who_is_told_before_it_is_made",
    ],
    "the table of volunteers was unusable on a phone (Engelsystem 1209)": [
        "peers_defects::test_volunteers_take_a_shift_with_a_thumb_on_the_smallest_phone"
    ],
}


def names_in(path: Path) -> set[str]:
    """The tests of a file: functions, and methods behind their class."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{one.name}" for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_that_peers_shipped_has_its_test(defect: str) -> None:
    assert DEFECTS[defect]
    for one in DEFECTS[defect]:
        file, _colons, name = one.partition("::")
        folder, _slash, module = file.rpartition("/")
        [path] = TESTS.rglob(f"{folder or '*'}/test_{module}.py")
        assert name in names_in(path), one


@pytest.mark.django_db(transaction=True)
class TestLiveEdits:
    """connpass sends a mail for each time that an organizer saves."""

    @pytest.fixture
    def event(self, mail_sink: MailSink) -> Event:
        """Dan has a seat, and has read all earlier mails."""
        event = cast.event(slots=[cast.first_come_plan(3)])
        cast.registered("dan", event)
        deliver(at=cast.NOW)
        return event

    def read(self, event: Event, mail_sink: MailSink, edits: dict[int, dict[str, object]]) -> list[str]:
        """Dan's mails of one hour. An organizer saves at the minutes in `edits`, and the sender works each minute."""
        before = len(mail_sink.messages)
        for minute in range(60):
            at = cast.NOW + timedelta(minutes=minute)
            if minute in edits:
                change_event(event=event, fields=edits[minute], at=at, by=cast.person("aiko"))
            deliver(at=at)
        mails = mail_sink.messages[before:]
        return [text_of(mail) for mail in mails]

    @pytest.mark.story
    def test_several_edits_of_a_live_event_are_one_mail(self, event: Event, mail_sink: MailSink) -> None:
        hour = timedelta(hours=1)
        first, second = self.read(
            event,
            mail_sink,
            {
                0: {"venue_name": "七本木"},
                3: {"starts_at": event.starts_at + hour, "ends_at": event.ends_at + hour},
                8: {"venue_name": "八本木"},
                30: {"venue_name": "九本木"},
            },
        )
        assert "八本木" in first
        assert "六本木 18F" in first, "and what he knew"
        assert "七本木" not in first, "what stood there in between helps nobody"
        assert "15:00" in first
        assert "14:00" in first
        assert "八本木" in second, "by now he knows this one"
        assert "14:00" not in second

    @pytest.mark.story
    def test_what_is_put_back_at_once_is_told_to_nobody(self, event: Event, mail_sink: MailSink) -> None:
        assert self.read(event, mail_sink, {0: {"venue_name": "七本木"}, 2: {"venue_name": "六本木 18F"}}) == []

    def test_on_the_day_nobody_waits_for_it(self, event: Event) -> None:
        change_event(
            event=event, fields={"venue_name": "隣"}, at=event.starts_at - timedelta(hours=3), by=cast.person("aiko")
        )
        row = Notification.objects.get(kind="event_changed")
        assert row.due_at == event.starts_at - timedelta(hours=3)


@pytest.mark.django_db(transaction=True)
def test_who_is_not_drawn_gets_a_mail_with_her_place(mail_sink: MailSink) -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.draw(event)
    deliver(at=cast.DRAWS_AT)
    waiting = Registration.objects.waiting().filter(event=event).order_by("place")
    ranks = {one.person.email: one.drawn_rank for one in waiting}
    assert list(ranks.values()) == [2, 3]
    for number, address in enumerate(ranks, 1):
        said = [text_of(mail) for mail in mail_sink.to(address)]
        assert any("抽選" in text and f"補欠{number}番目" in text.replace(" ", "") for text in said), said[-1]
    assert breaches() == []


MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.support import cast
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
at = timezone.now()
start = at + timedelta(days=9)
cast.person("xena", language="en")
titles = ("Setting up desks, chairs and the projector in the large room", "Reception", "Stream", "Teardown and rubbish")
shifts = [
    ShiftPlan(Shift.Phase.SETUP if number < 2 else Shift.Phase.TEARDOWN,
        Shift.Role.SETUP if number < 2 else Shift.Role.TEARDOWN, title, start + timedelta(hours=number - 2),
        start + timedelta(hours=number - 1), 1, 3, "Bring gloves: averyveryverylongwordwithoutanyspaceinitatall.")
    for number, title in enumerate(titles)
]
group = cast.community(slug="thumbs", name="Thumbs", owner="yuri", at=at)
event = cast.event(of=group, slots=[cast.first_come_plan(9), cast.duty_plan()], shifts=shifts, at=at,
    starts_at=start, ends_at=start + timedelta(hours=3))
cast.registered("xena", event, at=at)
print(f"/events/{event.public_id}/shifts/")
"""
WIDTH = "document.scrollingElement.scrollWidth"
# The targets for a thumb in the part of the page about shifts: buttons, choices, and links that look like buttons.
TARGETS = """() => [...document.querySelectorAll('main button, main .action, main .quiet, main summary, main label:has(input)')]
  .map(e => [e.textContent.trim().replace(/\\s+/g, ' ').slice(0, 40), e.getBoundingClientRect()])
  .filter(([, box]) => box.width)
  .map(([text, box]) => [text, Math.round(box.width), Math.round(box.height)])"""


def signed_in(browser: Browser, site: Site, who: str) -> Page:
    context = browser.new_context(base_url=site.base_url, locale="en-US", viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{who}@example.org")
    page.fill("input[name=password]", cast.PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url("**/me/")
    return page


def test_volunteers_take_a_shift_with_a_thumb_on_the_smallest_phone(site: Site, browser: Browser) -> None:
    path = site.manage("shell", "--no-imports", "--command", MAKE).strip().splitlines()[-1]
    page = signed_in(browser, site, "xena")

    def measure() -> list[list[Any]]:
        assert page.evaluate(WIDTH) <= 320, "nothing is to be pushed sideways"
        targets: list[list[Any]] = page.evaluate(TARGETS)
        assert [one for one in targets if min(one[1:]) < 44] == []
        return targets

    page.goto(path)
    assert len(measure()) >= 4, "each shift has its button"
    page.locator("main form button").first.click()
    page.wait_for_load_state()
    assert "Setting up desks" in page.locator("main").inner_text()
    measure()
    page.context.close()
