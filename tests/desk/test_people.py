"""One person at an event: found from the list, understood on one page, moved, confirmed."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.invariants import breaches
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import Question, QuestionKind
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
State = Registration.State


def url(event: Event, one: Registration, more: str = "") -> str:
    return f"/desk/events/{event.public_id}/attendees/{one.pk}/{more}"


def page(desk: Client, address: str) -> str:
    return str(desk.get(address).content.decode())


class TestFromTheList:
    def test_a_line_opens_the_person_with_those_before_and_after(self, desk: Client) -> None:
        """The neighbours are those of the filtered list that one came from."""
        event = cast.event(slots=[cast.first_come_plan(2)])
        dan, emi, finn, gin = (cast.registered(name, event) for name in ("dan", "emi", "finn", "gin"))
        waiting = f"/desk/events/{event.public_id}/attendees/?state=waitlisted"
        assert f'href="{url(event, finn)}?state=waitlisted"' in page(desk, waiting)
        here = page(desk, url(event, finn, "?state=waitlisted"))
        assert "1 / 2" in here
        assert f'href="{url(event, gin)}?state=waitlisted"' in here
        assert f'href="{url(event, emi)}' not in here
        assert "3 / 4" in page(desk, url(event, finn))
        assert f'href="{url(event, dan)}"' in page(desk, url(event, emi))

    def test_numbers_beside_the_filters_are_of_the_whole_list(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2), cast.lottery_plan()])
        for name in ("dan", "emi", "finn"):
            cast.registered(name, event, slot=event.slots.in_order()[0])
        cast.registered("gin", event, slot=event.slots.in_order()[1])
        for query in ("", "?state=applied", "?q=nobody", f"?slot={event.slots.in_order()[1].pk}"):
            states = desk.get(f"/desk/events/{event.public_id}/attendees/{query}").context["states"]
            assert [one.number for one in states.choices] == [4, 2, 1, 1, 0]

    def test_a_person_is_found_by_number(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        emi = cast.registered("emi", event)
        emi.refresh_from_db()
        found = page(desk, f"/desk/events/{event.public_id}/attendees/?q=No.{emi.number}")
        assert "絵美" in found
        assert "ダン" not in found

    def test_a_person_who_is_on_the_list_no_more_has_a_page(self, desk: Client) -> None:
        event = cast.event()
        dan = cast.registered("dan", event)
        desk.post(f"/desk/events/{event.public_id}/registrations/{dan.pk}/cancellation/")
        here = page(desk, url(event, dan))
        assert "Canceled on" in here
        assert "Cancel…" not in here


class TestWhatIsKnown:
    def test_it_says_where_they_stand_what_they_answered_and_what_they_were_sent(self, desk: Client) -> None:
        event = cast.event()
        slot = event.slots.general().in_order()[0]
        slot.questions = [Question("q1", QuestionKind.TEXT, "聞きたいこと").as_json()]
        slot.save()
        dan = cast.registered("dan", event)
        Registration.objects.filter(pk=dan.pk).update(answers={"q1": "評価と売上"})
        here = page(desk, url(event, dan))
        for text in ("In the lottery. The draw is on", "聞きたいこと", "評価と売上", "Entered the lottery", "Queued"):
            assert text in here
        assert "ダン</bdi> registered" in here

    def test_earlier_events_of_this_community_only(self, desk: Client) -> None:
        earlier = cast.event(slots=[cast.first_come_plan()], title="ML勉強会 #13")
        before = cast.registered("dan", earlier)
        Event.objects.filter(pk=earlier.pk).update(
            starts_at=cast.NOW - timedelta(days=30), ends_at=cast.NOW - timedelta(days=30, hours=-2)
        )
        Registration.objects.filter(pk=before.pk).update(checked_in_at=cast.NOW - timedelta(days=30))
        elsewhere = cast.event(of=cast.community(slug="other", name="別の会", owner="finn"), title="よその会")
        cast.registered("dan", elsewhere)
        event = cast.event(title="ML勉強会 #15")
        here = page(desk, url(event, cast.registered("dan", event)))
        assert "ML勉強会 #13" in here
        assert "Came to 1 event" in here
        assert "よその会" not in here

    def test_an_address_is_shown_when_it_is_asked_for_and_that_is_in_the_history(self, desk: Client) -> None:
        event = cast.event()
        dan = cast.registered("dan", event)
        here = page(desk, url(event, dan))
        assert "d***@example.org" in here
        assert "dan@example.org" not in here
        shown = desk.post(url(event, dan, "address/")).content.decode()
        assert "dan@example.org" in shown
        entry = HistoryEntry.objects.get(verb="see_address")
        assert (entry.actor, entry.subject) == (cast.person("aiko"), dan.subject)
        assert "looked up the email address" in page(desk, url(event, dan))

    def test_who_took_the_list_away_is_in_the_history(self, desk: Client) -> None:
        event = cast.event()
        dan = cast.registered("dan", event)
        desk.get(f"/desk/events/{event.public_id}/attendees.csv")
        desk.get(f"/desk/events/{event.public_id}/attendees.csv?for=entrance")
        taken = HistoryEntry.objects.filter(verb__in=["take_list", "take_entrance_list"])
        assert [(one.actor, one.details["number"]) for one in taken] == [(cast.person("aiko"), 1)] * 2
        assert "愛子</bdi> exported the list of attendees" in page(desk, url(event, dan))

    def test_a_guest_has_neither_address_nor_emails(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        guest = Registration.objects.create(
            event=event, slot=event.slots.get(), guest_name="来賓", person_key="guest:1", state=State.WAITLISTED,
            place=9, registered_at=cast.NOW,
        )  # fmt: skip
        here = page(desk, url(event, guest))
        assert "A guest without an account gets no email." in here
        assert "***@" not in here
        assert desk.post(url(event, guest, "address/")).status_code == 200
        assert not HistoryEntry.objects.filter(verb="see_address").exists()

    @pytest.mark.story
    def test_three_hundred_people_cost_as_many_queries_as_three(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(400)])
        dan = cast.registered("dan", event)
        asked: list[list[int]] = []
        for crowd in (2, 297):
            people = User.objects.bulk_create(
                User(email=f"crowd{crowd}-{number}@example.org", name=f"参加者{number}") for number in range(crowd)
            )
            Registration.objects.bulk_create(
                Registration(
                    event=event, slot=event.slots.get(), attendee=one, person_key=one.person_key,
                    state=State.CONFIRMED, registered_at=cast.NOW, confirmed_at=cast.NOW,
                )
                for one in people
            )  # fmt: skip
            asked.append([])
            for address in (f"/desk/events/{event.public_id}/attendees/", url(event, dan)):
                desk.get(address)
                with CaptureQueriesContext(connection) as queries:
                    assert desk.get(address).status_code == 200
                asked[-1].append(len(queries))
        assert asked[0] == asked[1]
        assert max(asked[1]) <= 14, asked


class TestMoving:
    def two(self, first: int = 1, second: int = 1) -> tuple[Event, Slot, Slot]:
        event = cast.event(slots=[cast.first_come_plan(first), cast.first_come_plan(second, name="学生枠")])
        [one, other] = event.slots.in_order()
        return event, one, other

    def test_to_a_free_seat_and_the_next_moves_up(self, desk: Client) -> None:
        """The page says what becomes of the person before the click, they are told, and answers that both ask go along."""
        event, one, other = self.two()
        for slot in (one, other):
            slot.questions = [
                Question(f"q{slot.pk}", QuestionKind.TEXT, "所属").as_json(),
                Question(f"r{slot.pk}", QuestionKind.TEXT, f"{slot.name}の質問").as_json(),
            ]
            slot.save()
        dan, emi = cast.registered("dan", event, slot=one), cast.registered("emi", event, slot=one)
        Registration.objects.filter(pk=dan.pk).update(answers={f"q{one.pk}": "図書館", f"r{one.pk}": "はい"})
        assert "1 seat is free: confirmed" in page(desk, url(event, dan, "slot/"))
        assert desk.post(url(event, dan, "slot/"), {"slot": other.pk}).status_code == 302
        dan.refresh_from_db()
        emi.refresh_from_db()
        assert (dan.slot, dan.state, emi.state) == (other, State.CONFIRMED, State.CONFIRMED)
        assert dan.answers == {f"q{other.pk}": "図書館"}
        told = Notification.objects.get(kind="moved_to_slot")
        assert told.recipient == cast.person("dan")
        mail = compose([told], at=cast.NOW).mail
        assert mail is not None
        assert "学生枠" in mail.body
        assert "愛子</bdi> moved <bdi>ダン</bdi> to another slot" in page(desk, url(event, dan))
        assert [*breaches()] == []

    def test_nobody_loses_a_seat_by_it_unasked(self, desk: Client) -> None:
        event, one, other = self.two()
        dan = cast.registered("dan", event, slot=one)
        cast.registered("emi", event, slot=other)
        assert "the confirmed seat is lost" in page(desk, url(event, dan, "slot/"))
        refused = desk.post(url(event, dan, "slot/"), {"slot": other.pk})
        assert refused.status_code == 409
        assert "Tick the box" in refused.content.decode()
        dan.refresh_from_db()
        assert (dan.slot, dan.state) == (one, State.CONFIRMED)
        desk.post(url(event, dan, "slot/"), {"slot": other.pk, "accept_waiting": "1"})
        dan.refresh_from_db()
        assert (dan.slot, dan.state) == (other, State.WAITLISTED)

    def test_a_seat_of_a_shift_stays_with_its_shift(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        emi = Registration.objects.get()
        assert "This seat comes with a shift or a talk." in page(desk, url(event, emi, "slot/"))
        general = event.slots.general().in_order()[0]
        desk.post(url(event, emi, "slot/"), {"slot": general.pk, "accept_waiting": "1"})
        emi.refresh_from_db()
        assert emi.slot.admission == Slot.Admission.DUTY

    def test_not_into_a_slot_of_volunteers(self, desk: Client) -> None:
        event = cast.event()
        dan = cast.registered("dan", event)
        duty = cast.slot_of(event, Slot.Admission.DUTY)
        assert duty.name not in page(desk, url(event, dan, "slot/"))
        desk.post(url(event, dan, "slot/"), {"slot": duty.pk, "accept_waiting": "1"})
        dan.refresh_from_db()
        assert dan.slot != duty

    @pytest.mark.parametrize("slot", ["", "x", "999999999999999999999"])
    def test_a_slot_that_is_none(self, desk: Client, slot: str) -> None:
        event, one, _other = self.two()
        dan = cast.registered("dan", event, slot=one)
        assert desk.post(url(event, dan, "slot/"), {"slot": slot}).status_code == 422


class TestConfirming:
    def test_an_entry_gets_one_of_the_free_seats(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(40)])
        dan = cast.registered("dan", event)
        assert "Uses 1 of 40 free seats" in page(desk, url(event, dan))
        assert "In the lottery." in page(desk, url(event, dan))
        desk.post(url(event, dan, "confirmation/"))
        desk.post(url(event, dan, "confirmation/"))
        dan.refresh_from_db()
        assert (dan.state, dan.above_capacity) == (State.CONFIRMED, False)
        assert Notification.objects.filter(kind="placed").count() == 1
        assert [*breaches()] == []

    def test_where_none_is_free_the_button_says_so(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("emi", event)
        dan = cast.registered("dan", event)
        assert "Full: a seat over capacity" in page(desk, url(event, dan))
        desk.post(url(event, dan, "confirmation/"))
        dan.refresh_from_db()
        assert dan.state == State.WAITLISTED
        desk.post(url(event, dan, "confirmation/"), {"above": "1"})
        dan.refresh_from_db()
        assert (dan.state, dan.above_capacity) == (State.CONFIRMED, True)
        assert [*breaches()] == []

    def test_no_one_is_confirmed_past_a_list_that_waits_for_its_draw(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(40)])
        dan = cast.registered("dan", event)
        with time_machine.travel(cast.DRAWS_AT - timedelta(minutes=10), tick=False):
            desk = cast.signed_in("aiko")
            desk.post(url(event, dan, "confirmation/"), {"above": "1"})
            dan.refresh_from_db()
            assert dan.state == State.APPLIED
            assert "Confirm a seat" not in page(desk, url(event, dan))


def test_who_is_checked_in_reads_when(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    dan = cast.registered("dan", event)
    check_in(registration=dan, at=event.starts_at, by=cast.person("aiko"))
    assert "Checked in at" in page(desk, url(event, dan))


@pytest.mark.parametrize("role", [Role.RECEPTION])
def test_check_in_staff_reach_no_page_of_a_person(role: Role) -> None:
    event = cast.event()
    dan = cast.registered("dan", event)
    cast.member("chie", role)
    chie = cast.signed_in("chie")
    for more in ("", "slot/"):
        assert chie.get(url(event, dan, more)).status_code == 404
    assert chie.post(url(event, dan, "address/")).status_code == 404


class TestNominating:
    """Before the draw, from the person's page: as on the page of nominees."""

    def test_one_press_puts_an_entry_before_the_draw_and_one_takes_it_back(self, desk: Client) -> None:
        event = cast.event()
        emi, dan = cast.registered("emi", event), cast.registered("dan", event)
        for one, place in ((emi, 1), (dan, 2)):
            html = page(desk, url(event, one))
            assert f"Before the draw, as no. {place}" in html
            seen = "" if place == 1 else str(emi.pk)
            assert f'name="seen" value="{seen}"' in html
            answer = desk.post(
                url(event, one, "nomination/"), {"to": str(place), "seen": seen, "query": "?state=applied"}
            )
            assert answer["Location"] == url(event, one, "?state=applied")
            one.refresh_from_db()
            assert one.nominated == place
        assert "Remove nomination" in page(desk, url(event, dan))
        desk.post(url(event, emi, "nomination/"), {"to": "", "seen": f"{emi.pk},{dan.pk}"})
        for one, number in ((emi, None), (dan, 1)):
            one.refresh_from_db()
            assert one.nominated == number

    def test_who_presses_after_someone_else_changed_the_order_is_asked_again(self, desk: Client) -> None:
        event = cast.event()
        emi, dan = cast.registered("emi", event), cast.registered("dan", event)
        desk.post(url(event, emi, "nomination/"), {"to": "1", "seen": ""})
        answer = desk.post(url(event, dan, "nomination/"), {"to": "1", "seen": ""}, follow=True)
        assert "changed the order" in answer.content.decode()
        dan.refresh_from_db()
        assert dan.nominated is None

    def test_not_once_entries_have_closed_nor_without_a_lottery(self, desk: Client) -> None:
        event = cast.event()
        dan = cast.registered("dan", event)
        other = cast.event(slots=[cast.first_come_plan(1)], title="別の会")
        cast.registered("emi", other)
        waiting = cast.registered("finn", other)
        assert "nomination/" not in page(desk, url(other, waiting))
        assert "nomination/" in page(desk, url(event, dan))
        with time_machine.travel(cast.CLOSES_AT, tick=False):
            assert "nomination/" not in page(cast.signed_in("aiko"), url(event, dan))
            cast.signed_in("aiko").post(url(event, dan, "nomination/"), {"to": "1", "seen": ""})
        dan.refresh_from_db()
        assert dan.nominated is None
