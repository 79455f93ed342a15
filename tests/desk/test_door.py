"""Check-in: who is found at the door, and what a tick moves."""

import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.actions.imports.import_participants import import_participants
from meetups.registrations.imports.import_plan import Incoming
from meetups.registrations.models import Registration
from tests.support import cast

pytestmark = pytest.mark.django_db
AT_THE_DOOR = cast.STARTS_AT - timedelta(minutes=20)
SCRIPT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(AT_THE_DOOR, tick=False):
        yield


@pytest.fixture
def door() -> Client:
    cast.community()
    cast.person("chie", language="en")
    cast.member("chie", Role.RECEPTION)
    return cast.signed_in("chie")


def seen(door: Client, event: Event, q: str = "") -> str:
    answer = door.get(f"/desk/events/{event.public_id}/check-in/", {"q": q} if q else {})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("<wbr>", "").split())


def rows(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li\s+id="door-(\d+)"', page)]


def row(page: str, registration: Registration) -> str:
    return " ".join(page.partition(f'id="door-{registration.pk}"')[2].partition("</li>")[0].split())


def url_of(registration: Registration) -> str:
    return f"/desk/events/{registration.event.public_id}/registrations/{registration.pk}/arrival/"


def called(name: str, key: str, event: Event) -> Registration:
    person = cast.person(key)
    person.name = name
    person.save()
    return cast.registered(person, event)


class TestTicking:
    def test_a_row_that_is_ticked_stays_where_it_is(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        for guest in cast.people(5):
            cast.registered(guest, event)
        before = rows(seen(door, event))
        assert len(before) == 5
        second = Registration.objects.get(pk=before[1])
        page = door.post(url_of(second), follow=True).content.decode()
        assert rows(page) == before
        assert 'data-state="done"' in row(page, second)
        assert f"Undo check-in of {second.name}" in row(page, second)
        assert rows(seen(door, event)) == before

    def test_an_arrival_is_recorded_and_taken_back(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        registration = cast.registered("dan", event)
        cast.registered("emi", event)
        answer = door.post(url_of(registration), {"q": "だ"}, follow=True)
        assert answer.redirect_chain[0][0].endswith(f"/check-in/?ticked={registration.pk}")
        page = answer.content.decode()
        assert "<strong>1</strong> / 2" in page
        assert 'name="q" value=""' in " ".join(page.split()), "the search is empty again"
        assert "is checked in" in page
        registration.refresh_from_db()
        assert registration.checked_in_at == AT_THE_DOOR
        assert "isn’t checked in" in door.post(url_of(registration), {"undo": "1"}, follow=True).content.decode()
        registration.refresh_from_db()
        assert registration.checked_in_at is None

    def test_a_script_gets_the_row_alone_or_the_list_that_was_searched(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        registration, other = cast.registered("dan", event), cast.registered("emi", event)
        found = door.get(f"/desk/events/{event.public_id}/check-in/?q=ダン", headers=SCRIPT).content.decode()
        assert rows(found) == [registration.pk]
        assert "<html" not in found
        alone = door.post(url_of(registration), {}, headers=SCRIPT).content.decode()
        assert rows(alone) == [registration.pk]
        assert "<strong>1</strong> / 2" in alone
        whole = door.post(url_of(other), {"q": "絵美", "whole": "1"}, headers=SCRIPT).content.decode()
        assert sorted(rows(whole)) == sorted([registration.pk, other.pk])
        assert 'value=""' in whole

    def test_a_refusal_keeps_what_was_typed(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        waiting = cast.registered("emi", event)
        refused = door.post(url_of(waiting), {"q": "絵美", "whole": "1"}, headers=SCRIPT).content.decode()
        assert "no confirmed seat" in refused
        assert rows(refused) == [waiting.pk]
        assert "no confirmed seat" in door.post(url_of(waiting), {"q": "絵美"}, follow=True).content.decode()

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("number", [1, 300])
    def test_the_list_costs_the_same_for_one_and_for_three_hundred(self, door: Client, number: int) -> None:
        event = cast.event(slots=[cast.first_come_plan(number), cast.lottery_plan(1)])
        slot = event.slots.in_order()[0]
        Registration.objects.bulk_create(
            Registration(
                event=event, slot=slot, guest_name=f"参加者{n}", person_key=f"guest:{n}", state="confirmed",
                registered_at=cast.NOW, confirmed_at=cast.NOW,
            )
            for n in range(number)
        )  # fmt: skip
        one = Registration.objects.filter(event=event)[0]
        with CaptureQueriesContext(connection) as queries:
            seen(door, event, "参加者")
        assert len(queries) == 4
        with CaptureQueriesContext(connection) as queries:
            door.post(url_of(one), {}, headers=SCRIPT)
        assert len(queries) == 18


class TestFinding:
    def test_people_of_all_states_are_found(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        seated = called("S.T.", "dan", event)
        waiting = called("S.T.", "emi", event)
        gone = called("S.T.", "finn", event)
        leave_event(event=event, person=gone.person, at=cast.NOW, by=gone.person)
        back = called("S.T.", "gin", event)
        leave_event(event=event, person=back.person, at=cast.NOW, by=back.person)
        again = cast.registered("gin", event)
        page = seen(door, event, "s.t")
        assert rows(page) == [seated.pk, waiting.pk, again.pk, gone.pk], "who came back is there once"
        assert "waitlist #1" in row(page, waiting)
        assert "canceled" in row(page, gone)
        assert f"walk-in/?registration={gone.pk}" in row(page, gone)
        assert rows(seen(door, event)) == [seated.pk], "without a search there are those who are expected"

    @pytest.mark.parametrize("asked", ["{}", "#{}", "No. {}", "no.{}", "番号 0{}", "０{}"])
    def test_a_number_finds_its_person(self, door: Client, asked: str) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        for guest in cast.people(3):
            cast.registered(guest, event)
        second = Registration.objects.get(event=event, number=2)
        assert second.pk in rows(seen(door, event, asked.format(2)))
        assert len(rows(seen(door, event, "No. 2"))) == 1
        assert rows(seen(door, event, "No. 4")) == []

    @pytest.mark.parametrize("spelled", ["{}", " {} ", "lower", "spaced", "wide"])
    def test_the_code_on_a_screen_finds_its_person(self, door: Client, spelled: str) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        for guest in cast.people(3):
            cast.registered(guest, event)
        second = Registration.objects.get(event=event, number=2)
        code = str(second.code)
        asked = {
            "lower": code.lower(),
            "spaced": f"{code[:3]} {code[3:]}",
            "wide": "".join(chr(ord(one) + 0xFEE0) for one in code),
        }
        assert rows(seen(door, event, asked.get(spelled, spelled.format(code)))) == [second.pk]
        assert rows(seen(door, event, code[:5])) == []

    def test_people_of_one_name_are_told_apart(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        first, second = called("S.T.", "dan", event), called("Ｓ．Ｔ．", "emi", event)
        other = called("S.T.X", "finn", event)
        page = seen(door, event, "S.T")
        assert "2 people share a name." in page
        for one in (first, second):
            one.refresh_from_db()
            assert f'class="door-asked" >No. {one.number}<' in row(page, one)
        assert "door-asked" not in row(page, other)
        assert "share a name" not in seen(door, event, "S.T.X")
        assert "example.org" not in page

    def test_reception_sees_names_and_no_addresses(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        page = seen(door, event)
        assert "ダン" in page
        assert "dan@example.org" not in page


class TestWhoWaits:
    def test_is_let_in_with_one_step_and_without_a_second_record(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        dan, waiting = cast.registered("dan", event), cast.registered("emi", event)
        slot = event.slots.get()
        assert "full" in row(seen(door, event, "絵美"), waiting)
        assert "move_up" not in row(seen(door, event, "絵美"), waiting)
        refused = door.post(url_of(waiting), {"move_up": "1", "q": "絵美"}, follow=True).content.decode()
        assert "No seat is free" in refused
        # Promotion has stopped, so a seat that becomes free now is the door's to give.
        leave_event(event=event, person=dan.person, at=AT_THE_DOOR, by=dan.person)
        page = seen(door, event, "絵美")
        assert "1 seat free" in row(page, waiting)
        assert 'name="move_up"' in row(page, waiting)
        for _tap in range(2):
            door.post(url_of(waiting), {"move_up": "1", "q": "絵美", "whole": "1"}, headers=SCRIPT)
        waiting.refresh_from_db()
        slot.refresh_from_db()
        assert (waiting.state, waiting.checked_in_at, slot.taken) == ("confirmed", AT_THE_DOOR, 1)
        assert Registration.objects.filter(event=event).count() == 2
        assert breaches() == []

    def test_typed_as_a_walk_in_they_are_asked_about_first(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        emi = cast.registered("emi", event)
        url = f"/desk/events/{event.public_id}/check-in/walk-in/"
        form = {"name": " 絵 美", "slot": str(event.slots.get().pk), "request_id": str(uuid4())}
        asked = door.post(url, form)
        page = asked.content.decode()
        assert asked.status_code == 409
        assert rows(page) == [emi.pk]
        assert "another person with the same name" in page
        assert Registration.objects.count() == 1
        for _click in range(2):
            assert door.post(url, {**form, "another": "on"}).status_code == 302
        assert Registration.objects.filter(checked_in_at=AT_THE_DOOR).count() == 1
        assert Registration.objects.count() == 2
        # The form that made the guest is no second person of that name.
        Registration.objects.filter(pk=emi.pk).delete()
        assert door.post(url, form).status_code == 302

    def test_the_address_of_the_person_is_an_answer_too(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        emi = cast.registered("emi", event)
        url = f"/desk/events/{event.public_id}/check-in/walk-in/"
        form = {"name": "絵美", "slot": str(event.slots.get().pk), "request_id": str(uuid4())}
        assert door.post(url, {**form, "email": "Emi@example.org"}).status_code == 302
        emi.refresh_from_db()
        assert emi.checked_in_at == AT_THE_DOOR
        assert Registration.objects.count() == 1

    def test_who_canceled_and_came_after_all_is_let_in_under_their_account(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        gone = cast.registered("dan", event)
        leave_event(event=event, person=gone.person, at=cast.NOW, by=gone.person)
        url = f"/desk/events/{event.public_id}/check-in/walk-in/"
        form = {"registration": str(gone.pk), "slot": str(event.slots.get().pk)}
        assert door.get(url, {"registration": gone.pk}).status_code == 200
        for _click in range(2):
            assert door.post(url, form).status_code == 302
        back = Registration.objects.active().get(event=event)
        assert (back.attendee, back.checked_in_at) == (gone.attendee, AT_THE_DOOR)
        assert rows(seen(door, event, "ダン")) == [back.pk]


class TestNumbers:
    def test_they_count_the_registrations_of_an_event_and_never_change(self, door: Client) -> None:
        event, other = cast.event(slots=[cast.first_come_plan(2)]), cast.event(slots=[cast.first_come_plan(2)])
        made = [cast.registered(guest, event) for guest in cast.people(3)]
        cast.registered("dan", other)
        cast.volunteering("emi", cast.event())
        # A file writes many rows at once.
        people = [Incoming(n, f"connpass:{n}", f"客{n}", event.slots.get().pk, True, False) for n in range(4)]
        import_participants(event=event, people=people, above=False, at=cast.NOW, by=cast.person("aiko"))
        assert list(numbers(event)) == [1, 2, 3, 4, 5, 6, 7]
        assert list(numbers(other)) == [1]
        assert [one.number for one in made] == [1, 2, 3]
        leave_event(event=event, person=made[0].person, at=cast.NOW, by=made[0].person)
        stale = Registration.objects.get(pk=made[1].pk)
        stale.number = None
        stale.save()
        Registration.objects.filter(pk=made[2].pk).update(number=99)
        assert list(numbers(event)) == [1, 2, 3, 4, 5, 6, 7]
        assert cast.registered("ken", event).number == 8

    def test_no_two_are_alike(self, door: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        first = cast.registered("dan", event)
        fields: dict[str, Any] = {"slot": first.slot, "person_key": "guest:1", "guest_name": "客", "state": "confirmed"}
        twin = Registration(event=event, number=first.number, registered_at=cast.NOW, confirmed_at=cast.NOW, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()

    def test_a_code_is_given_once_kept_and_never_shared_at_an_event(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(40)])
        for guest in cast.people(30):
            cast.registered(guest, event)
        codes = list(Registration.objects.values_list("code", flat=True))
        assert len(set(codes)) == 30
        assert all(re.fullmatch(r"[CDFGHJKMNPQRTVWXY234679]{6}", str(code)) for code in codes)
        first, second = Registration.objects.order_by("pk")[:2]
        Registration.objects.filter(pk=first.pk).update(code="KKKKKK")
        Registration.objects.filter(pk=second.pk).update(code=None)
        assert list(Registration.objects.order_by("pk").values_list("code", flat=True)[:2]) == [first.code, second.code]
        second.pk, second.state, second.code = None, "cancelled", first.code
        second.number = None
        with pytest.raises(IntegrityError, match="registrations_have_own_codes"), transaction.atomic():
            second.save()

    def test_rows_of_an_older_version_get_a_code_when_they_are_written_to(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        cast.registered("dan", event)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE registrations_registration SET code = NULL")
            cursor.execute("SET LOCAL session_replication_role = origin")
            assert Registration.objects.get().code is None
            cursor.execute(
                import_module("meetups.registrations.migrations.0010_registrations_have_codes").FILL,
                {"event": event.pk},
            )
        assert len(str(Registration.objects.get().code)) == 6

    def test_a_person_reads_theirs_on_the_event_page(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        cast.registered("emi", event)
        cast.registered("dan", event)
        dan = cast.signed_in("dan")
        for path in ("", "registration/"):
            page = dan.get(f"/events/{event.public_id}/{path}").content.decode()
            assert "No. 2" in page
            assert "No. 1" not in page


def numbers(event: Event) -> Any:
    return Registration.objects.filter(event=event).order_by("pk").values_list("number", flat=True)
