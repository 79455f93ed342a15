"""A volunteer hands a shift over to a named person (RULES 72, 73)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from meetups.core.links import mailed_token
from meetups.events.models import Event
from meetups.events.undo import TAKE_BACK
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.volunteers.actions.handovers.hand_over_shift import A_DAY
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.seek_help import seek_help
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Handover, Shift, Signup
from meetups.volunteers.tasks import end_canceled_shifts
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db
State = Registration.State


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield
        assert breaches() == []


def full(*, capacity: int = 1) -> Event:
    """A first-come seat, which Dan has. Emi has the only place in teardown."""
    event = cast.event(
        slots=[cast.first_come_plan(capacity), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=1, maximum=1)]
    )
    cast.registered("dan", event)
    cast.volunteering("emi", event)
    mail.outbox.clear()
    return event


def page_of(event: Event) -> str:
    return f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/handover/"


def ask(event: Event, address: str = "finn@example.org", *, who: str = "emi") -> str:
    """The page's answer after `who` asked that address."""
    return str(cast.signed_in(who).post(page_of(event), {"address": address}, follow=True).content.decode())


def link() -> str:
    handover = Handover.objects.latest("pk")
    return f"/handovers/{mailed_token(handover)}/"


def say(decision: str, who: str = "finn") -> Any:
    return cast.signed_in(who).post(link(), {"decision": decision}, follow=True)


def place(event: Event, who: str) -> tuple[str, str]:
    mine = Registration.objects.active().filter(event=event, attendee=cast.person(who)).first()
    return (mine.slot.name, mine.state) if mine else ("", "")


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk").select_related("recipient")
    return [row.recipient.email.partition("@")[0] if row.recipient else row.address for row in rows]


class TestAsking:
    def test_a_mail_goes_to_the_address_and_the_shift_stays_until_the_yes(self) -> None:
        event = full()
        assert "You’ll lose your guaranteed seat and be first on the waitlist" in str(
            cast.signed_in("emi").get(page_of(event)).content.decode()
        )
        after = ask(event)
        assert "You asked finn@example.org" in after
        assert "The request expires when the shift starts, Sat, Dec 5, 4:30 PM" in " ".join(
            re.sub("<.*?>", "", after).split()
        )
        assert place(event, "emi") == ("撤収ボランティア枠", State.CONFIRMED)
        deliver(at=cast.NOW)
        [letter] = [one for one in mail.outbox if one.to == ["finn@example.org"]]
        assert f"http://testserver{link()}" in letter.body
        assert "撤収" in letter.body

    def test_the_page_says_the_same_of_an_address_that_nobody_has(self) -> None:
        event = full()
        cast.person("finn")
        known = ask(event)
        cast.signed_in("emi").post(page_of(event), {"withdraw": "1"})
        unknown = ask(event, "nobody@example.org")
        assert known.replace("finn@example.org", "…").count("…") == unknown.replace("nobody@example.org", "…").count(
            "…"
        )
        assert told("shift_handover") == ["finn@example.org", "nobody@example.org"]

    def test_bad_input_comes_back_filled_in(self) -> None:
        event = full()
        answer = cast.signed_in("emi").post(page_of(event), {"address": "finn@"})
        assert answer.status_code == 422
        assert 'value="finn@"' in answer.content.decode()
        assert "your own email address" in ask(event, "emi+work@example.org")
        assert not Handover.objects.exists()

    @pytest.mark.story
    def test_one_question_at_a_time_and_few_a_day(self) -> None:
        event = full()
        ask(event)
        assert "already have a request awaiting a reply" in ask(event, "gin@example.org")
        for number in range(A_DAY):
            cast.signed_in("emi").post(page_of(event), {"withdraw": "1"})
            last = ask(event, f"guest{number}@example.org")
        assert f"at most {A_DAY} times a day" in last
        with time_machine.travel(cast.NOW + timedelta(days=1, seconds=1), tick=False):
            assert "You asked" in ask(event, "gin@example.org")

    def test_who_does_not_have_the_shift_cannot_hand_it_over(self) -> None:
        event = full()
        assert cast.signed_in("dan").post(page_of(event), {"address": "finn@example.org"}).status_code == 302
        assert not Handover.objects.exists()

    def test_where_organizers_choose_the_page_names_them(self) -> None:
        event = full()
        Shift.objects.update(needs_approval=True)
        assert "talk to an organizer: <bdi>愛子</bdi>" in cast.signed_in("emi").get(page_of(event)).content.decode()
        assert "talk to an organizer: 愛子" in ask(event)
        assert not Handover.objects.exists()


class TestAccepting:
    def test_shift_and_seat_pass_over_in_one_step_though_both_are_full(self) -> None:
        event = full()
        cast.registered("finn", event)
        ask(event)
        asked = cast.signed_in("finn").get(link()).content.decode()
        assert "Your registration in “先着枠” moves to this seat." in asked
        after = say("accept")
        assert after.redirect_chain[-1] == (f"/events/{event.public_id}/registration/", 302)
        assert place(event, "finn") == ("撤収ボランティア枠", State.CONFIRMED)
        assert place(event, "emi") == ("先着枠", State.WAITLISTED)
        assert cast.shift_of(event).taken == 1
        assert (told("duty_handed_over"), told("duty_taken")[-1]) == (["emi"], "finn")
        assert told("shift_changed_hands") == ["aiko"]
        # A second click gives the same answer.
        assert say("accept").redirect_chain[-1][0].endswith("/registration/")
        assert Signup.objects.active().count() == 1

    def test_it_is_not_late_and_goes_round_no_draw(self) -> None:
        event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
        signup = cast.volunteering("emi", event)
        for guest in cast.people(2):
            cast.registered(guest, event)
        late = signup.shift.step_down_until + timedelta(hours=1)
        cast.draw(event)
        # Finn registers after the draw, so that he never wins its only seat.
        cast.registered("finn", event, at=cast.DRAWS_AT)
        with time_machine.travel(late, tick=False):
            ask(event)
            say("accept")
        signup.refresh_from_db()
        assert (signup.state, signup.late) == (Signup.State.STEPPED_DOWN, False)
        assert told("stepped_down_late") == []
        assert place(event, "finn") == ("撤収ボランティア枠", State.CONFIRMED)
        assert place(event, "emi") == ("一般参加枠", State.WAITLISTED)

    def test_a_shift_without_a_seat_passes_over_and_touches_no_place(self) -> None:
        event = full()
        shift = cast.shift_of(event)
        signup = Signup.objects.get()
        step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
        Shift.objects.filter(pk=shift.pk).update(slot=None)
        event.slots.filter(admission="duty").update(capacity=0)
        cast.volunteering("emi", event)
        ask(event)
        say("accept")
        assert told("shift_handed_over") == ["emi"]
        assert place(event, "finn") == ("", "")
        deliver(at=cast.NOW + timedelta(hours=2))
        [letter] = [one for one in mail.outbox if one.to == ["emi@example.org"]]
        assert any("STATUS:CANCELLED" in str(file.get_content()) for file in letter.attachments)

    def test_the_link_is_for_the_mailbox_that_was_asked(self) -> None:
        event = full()
        ask(event, "Finn@example.org")
        gin = cast.signed_in("gin")
        assert "went to another address" in gin.get(link()).content.decode()
        assert "sent to another email address" in gin.post(link(), {"decision": "accept"}).content.decode()
        assert place(event, "emi")[0] == "撤収ボランティア枠"
        variant = cast.person("finn+meetups")
        assert EmailAddress.objects.filter(user=variant, verified=True).exists()
        assert say("accept", "finn+meetups").status_code == 200
        assert place(event, "finn+meetups") == ("撤収ボランティア枠", State.CONFIRMED)

    def test_whoever_is_not_signed_in_needs_the_address_that_was_asked(self) -> None:
        full_event = full()
        ask(full_event)
        client = Client(headers={"Accept-Language": "en"})
        page = client.get(link()).content.decode()
        assert "finn@example.org" not in page
        through_the_gate(client, link(), "mallory@example.org", decision="accept")
        assert Handover.objects.get().state == Handover.State.OPEN
        client = Client(headers={"Accept-Language": "en"})
        through_the_gate(client, link(), "finn@example.org", decision="accept")
        assert Handover.objects.get().state == Handover.State.ACCEPTED

    def test_who_missed_a_shift_lately_talks_to_an_organizer(self) -> None:
        starts_at = cast.NOW - timedelta(days=30)
        earlier = cast.event(
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), at=starts_at - timedelta(days=9)
        )
        missed = cast.volunteering("finn", earlier, at=starts_at - timedelta(days=8))
        Signup.objects.filter(pk=missed.pk).update(mark=Signup.Mark.ABSENT, marked_at=cast.NOW)
        event = full()
        cast.signed_in("emi").post(page_of(event), {"address": "finn@example.org"})
        assert "Please talk to an organizer: 愛子" in cast.signed_in("finn").get(link()).content.decode()
        assert "Please talk to an organizer: 愛子" in say("accept").content.decode()
        assert place(event, "emi")[0] == "撤収ボランティア枠"

    def test_who_is_busy_then_or_no_member_is_told_before_the_click(self) -> None:
        event = full()
        other = cast.event(title="他の会")
        cast.volunteering("finn", other)
        ask(event)
        assert "which is at the same time" in cast.signed_in("finn").get(link()).content.decode()
        assert say("accept").status_code == 409
        Event.objects.filter(pk=event.pk).update(visibility=Event.Visibility.MEMBERS)
        assert "for the organizing team of ML勉強会" in cast.signed_in("finn").get(link()).content.decode()

    def test_who_had_asked_for_it_takes_it_with_the_same_signup(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()], shifts=[cast.teardown_plan(maximum=2)])
        cast.volunteering("emi", event)
        Shift.objects.update(needs_approval=True)
        asked = cast.volunteering("finn", event)
        Shift.objects.update(needs_approval=False)
        ask(event)
        say("accept")
        asked.refresh_from_db()
        assert asked.state == Signup.State.SIGNED_UP
        assert cast.shift_of(event).taken == 1


class TestEnding:
    def test_a_no_needs_the_link_alone_and_is_told(self) -> None:
        event = full()
        ask(event)
        assert (
            "You declined"
            in Client(headers={"Accept-Language": "en"})
            .post(link(), {"decision": "decline"}, follow=True)
            .content.decode()
        )
        assert told("shift_handover_declined") == ["emi"]
        assert "finn@example.org declined" in cast.signed_in("emi").get(page_of(event)).content.decode()
        assert "The person at this address declined. Please ask someone else" in ask(event, "finn+x@example.org")
        assert say("accept").status_code == 409

    def test_a_look_at_the_link_changes_nothing(self) -> None:
        ask(full())
        before = HistoryEntry.objects.count()
        for client in (Client(), cast.signed_in("finn")):
            client.get(link())
            client.head(link())
        assert HistoryEntry.objects.count() == before
        assert Client().get("/handovers/nothing/").status_code == 404

    @pytest.mark.in_short(3)
    @pytest.mark.parametrize("what", ["withdrawn", "canceled", "shift canceled", "event canceled", "begun"])
    def test_what_ends_it_makes_the_link_useless(self, what: str) -> None:
        event = full()
        ask(event)
        signup, at = Signup.objects.get(), cast.NOW
        match what:
            case "withdrawn":
                cast.signed_in("emi").post(page_of(event), {"withdraw": "1"})
            case "canceled":
                step_down(signup=signup, at=cast.NOW, by=signup.volunteer)
            case "shift canceled":
                cancel_shift(shift=signup.shift, at=cast.NOW, by=cast.person("aiko"))
                at = cast.NOW + TAKE_BACK
                end_canceled_shifts(at)
            case "event canceled":
                cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
            case "begun":
                at = signup.shift.starts_at
        with time_machine.travel(at, tick=False):
            assert cast.signed_in("finn").get(link()).status_code == 410
            assert say("accept").status_code == 409
        assert place(event, "finn") == ("", "")
        deliver(at=at + timedelta(hours=2))
        assert [one for one in mail.outbox if one.to == ["finn@example.org"]] == []

    def test_the_desk_reads_one_line_a_step_with_the_names(self) -> None:
        event = full()
        ask(event)
        say("accept")
        lately = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/").content.decode()
        assert lately.count("<bdi>フィン</bdi> took over the shift “撤収” from <bdi>絵美</bdi>") == 1
        assert lately.count("<bdi>絵美</bdi> asked someone to take over “撤収”") == 1
        assert "found a replacement for the shift" not in lately
        assert "“–”" not in lately

    def test_the_desk_names_the_shift_that_help_was_sought_for(self) -> None:
        event = cast.event(shifts=[cast.teardown_plan(minimum=2, maximum=2)])
        Shift.objects.update(help_at=cast.NOW)
        seek_help(event=event, at=cast.NOW)
        lately = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/").content.decode()
        assert "Volunteers were sought for “撤収”, which was short of people" in lately
