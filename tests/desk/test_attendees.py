"""The list of participants, and its files."""

import csv
import io
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from meetups.communities.actions.accept_invitation import MemberInvitationIsOver, accept_invitation
from meetups.communities.models import Invitation
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.compose import compose
from meetups.notifications.models import Notification
from meetups.registrations.actions.imports.place_by_hand import place_by_hand
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.people_by_hand import AddedPerson
from meetups.registrations.questions.questions import Question, QuestionKind
from organizers.attendees.export import defused
from organizers.desk.names import folded
from tests.registrations.pairs.steps import paired
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def named(name: str, event: Event, *, key: str) -> Registration:
    """A registered person with that name."""
    guest = cast.person(key)
    guest.name = name
    guest.save()
    return cast.registered(guest, event)


def names_in(answer: object) -> list[str]:
    return [row.registration.attendee.name for row in answer.context["rows"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("asked", ["たなか", "タナカ", "ﾀﾅｶ", "た な か"])
def test_names_are_found_in_any_kana(desk: Client, asked: str) -> None:
    event = cast.event()
    named("タナカ・ケイ", event, key="a")
    named("Suzuki", event, key="b")
    for path in ("attendees/", "check-in/"):
        page = desk.get(f"/desk/events/{event.public_id}/{path}", {"q": asked}).content.decode()
        assert "タナカ・ケイ" in page
        assert "Suzuki" not in page


@pytest.mark.parametrize(("one", "other"), [("ＳＵＺＵＫＩ", "suzuki"), ("ガ", "が"), ("山田 花子", "山田花子")])
def test_two_spellings_of_a_name_are_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_the_list_is_filtered_by_slot_and_state(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.lottery_plan(), cast.duty_plan()])
    first, lottery = event.slots.in_order()[:2]
    cast.registered("dan", event, slot=first)
    cast.registered("emi", event, slot=first)
    cast.registered("finn", event, slot=lottery)
    url = f"/desk/events/{event.public_id}/attendees/"
    assert names_in(desk.get(url)) == ["ダン", "フィン", "絵美"]
    assert names_in(desk.get(url, {"state": "waitlisted"})) == ["絵美"]
    assert names_in(desk.get(url, {"slot": lottery.pk})) == ["フィン"]
    assert "waitlist #1" in desk.get(url, {"state": "waitlisted"}).content.decode()


def test_who_waits_has_the_number_that_her_own_page_shows(desk: Client) -> None:
    """Numbers count the people who wait now, in each slot from 1. They are not the stored places, which have gaps."""
    event = cast.event(slots=[cast.first_come_plan(1), cast.first_come_plan(1, name="学生枠")])
    first, students = event.slots.in_order()
    for name in ("dan", "gin", "emi", "finn"):
        cast.registered(name, event, slot=first)
    for name in ("hana", "iori"):
        cast.registered(name, event, slot=students)
    leave_event(event=event, person=cast.person("gin"), at=cast.NOW, by=cast.person("gin"))
    url = f"/desk/events/{event.public_id}/attendees"
    rows = desk.get(f"{url}/", {"state": "waitlisted"}).context["rows"]
    assert {row.registration.attendee.name: row.state for row in rows} == {
        "絵美": "waitlist #1",
        "フィン": "waitlist #2",
        "Iori": "waitlist #1",
    }
    file = list(csv.DictReader(io.StringIO(desk.get(f"{url}.csv").content.decode("utf-8-sig"))))
    assert {row["Name"]: row["Waitlist number"] for row in file if row["Waitlist number"]} == {
        "絵美": "1",
        "フィン": "2",
        "Iori": "1",
    }
    page = cast.signed_in("finn").get(f"/events/{event.public_id}/registration/").content.decode()
    assert "You’re #2 on the waitlist." in page


@pytest.mark.parametrize(
    "query",
    ["page=9999999999", "page=-1", "page=x", "state=king", "slot=99999999999999999999", "slot=x", "q=" + "あ" * 500],
)
def test_nonsense_in_the_address_is_no_error(desk: Client, query: str) -> None:
    event = cast.event()
    cast.registered("dan", event)
    for path in ("attendees/", "check-in/"):
        assert desk.get(f"/desk/events/{event.public_id}/{path}?{query}").status_code == 200


@pytest.mark.parametrize("number", [10**18, 10**30])
def test_a_number_that_nobody_has_is_not_found(desk: Client, number: int) -> None:
    event = cast.event()
    for path in (
        "registrations/%d/cancellation/",
        "registrations/%d/arrival/",
        "talks/%d/decision/",
        "slots/%d/capacity/",
    ):
        assert desk.post(f"/desk/events/{event.public_id}/{path % number}").status_code == 404


@pytest.mark.story
def test_a_thousand_fit_on_pages_of_a_hundred(desk: Client, django_assert_max_num_queries: Any) -> None:
    event = cast.event(slots=[cast.first_come_plan(1000)])
    slot = event.slots.get()
    people = cast.people(3)
    for guest in people:
        cast.registered(guest, event)
    guests = type(people[0]).objects.bulk_create(
        [type(people[0])(email=f"crowd{number}@example.org", name=f"参加者{number}") for number in range(997)]
    )
    Registration.objects.bulk_create(
        Registration(
            event=event, slot=slot, attendee=guest, person_key=guest.person_key, state="confirmed",
            registered_at=cast.NOW, confirmed_at=cast.NOW,
        )
        for guest in guests
    )  # fmt: skip
    with django_assert_max_num_queries(12):
        answer = desk.get(f"/desk/events/{event.public_id}/attendees/", {"page": 10})
    with django_assert_max_num_queries(12):
        desk.get(f"/desk/events/{event.public_id}/attendees.csv")
    with django_assert_max_num_queries(12):
        desk.get(f"/desk/events/{event.public_id}/check-in/")
    assert len(answer.context["rows"]) == 100
    assert "Page 10 of 10" in answer.content.decode()


class TestCancelling:
    def test_it_says_what_it_means_for_others(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        registration = cast.registered("dan", event)
        waiting = cast.registered("emi", event)
        url = f"/desk/events/{event.public_id}/registrations/{registration.pk}/cancellation/"
        assert "The 1 person on the waitlist moves up" in desk.get(url).content.decode()
        registration.refresh_from_db()
        assert registration.state == Registration.State.CONFIRMED
        desk.post(url)
        registration.refresh_from_db()
        waiting.refresh_from_db()
        assert (registration.state, waiting.state) == ("cancelled", "confirmed")
        # A person who is off the list cannot be taken off it again.
        assert desk.post(url).status_code == 404

    def test_a_volunteers_shift_ends_with_it(self, desk: Client) -> None:
        event = cast.event()
        cast.volunteering("emi", event)
        registration = Registration.objects.get()
        url = f"/desk/events/{event.public_id}/registrations/{registration.pk}/cancellation/"
        assert "Also canceled: 撤収." in desk.get(url).content.decode()
        desk.post(url)
        assert cast.shift_of(event).taken == 0


class TestFiles:
    def rows(self, desk: Client, event: Event, query: str = "") -> list[list[str]]:
        answer = desk.get(f"/desk/events/{event.public_id}/attendees.csv{query}")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer.content.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))

    def test_the_list_has_everyone_with_state_and_slot(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        cast.registered("emi", event)
        head, dan, emi = self.rows(desk, event)
        assert head[0] == "Name"
        assert dan == ["ダン", "confirmed", "先着枠", "", "", "2026-11-20 12:00", "dan@example.org", ""]
        assert emi[:4] == ["絵美", "waitlisted", "先着枠", "1"]

    def test_the_list_for_the_entrance_has_names_in_order_and_no_addresses(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        for key, name in (("a", "ワダ"), ("b", "あべ"), ("c", "かとう"), ("d", "いとう")):
            named(name, event, key=key)
        rows = self.rows(desk, event, "?for=entrance")
        assert [row[:2] for row in rows[1:]] == [["1", "あべ"], ["2", "かとう"], ["3", "ワダ"]]
        assert "@" not in str(rows)

    @pytest.mark.in_short(4)
    @pytest.mark.parametrize(
        "name",
        ["=1+1", "+1", "-1+1", "@SUM(A1)", "|cmd", "%1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\t=1", " =1", "\u200b=1"],
    )
    def test_what_a_spreadsheet_would_run_is_defused(self, desk: Client, name: str) -> None:
        event = cast.event()
        named(name, event, key="mallory")
        assert self.rows(desk, event)[1][0].startswith("'")

    @pytest.mark.parametrize("name", ["田中", "O'Brien", "Anne-Marie", "「」", "1", "・"])
    def test_ordinary_names_are_left_alone(self, name: str) -> None:
        assert defused(name) == name

    def test_reception_has_no_list(self) -> None:
        event = cast.event()
        client = Client()
        client.force_login(cast.member("chie", Role.RECEPTION))
        assert client.get(f"/desk/events/{event.public_id}/attendees.csv").status_code == 404


def test_members_are_invited_and_leave() -> None:
    community = cast.community()
    ben = cast.member("ben", Role.ORGANIZER)
    cast.person("aiko", language="en")
    client = Client()
    client.force_login(cast.person("aiko"))
    client.post("/desk/c/ml/members/", {"email": "New@Example.org", "role": "reception"})
    assert community.invitations.get().email == "new@example.org"
    assert client.post("/desk/c/ml/members/", {"email": "ben@example.org", "role": "owner"}).status_code == 409
    assert client.post("/desk/c/ml/members/", {"email": "x", "role": "king"}).status_code == 422
    mine, bens = community.memberships.get(person__email="aiko@example.org"), community.memberships.get(person=ben)
    client.post(f"/desk/c/ml/members/{mine.pk}/end/")
    assert community.memberships.count() == 2
    client.post(f"/desk/c/ml/members/{bens.pk}/end/")
    assert community.memberships.get() == mine
    assert Slot.objects.count() == 0


def test_an_open_invitation_is_withdrawn() -> None:
    cast.community()
    owner = cast.signed_in("aiko")
    owner.post("/desk/c/ml/members/", {"email": "new@example.org", "role": "reception"})
    invitation = Invitation.objects.get()
    url = f"/desk/c/ml/invitations/{invitation.pk}/withdrawal/"
    assert url in owner.get("/desk/c/ml/members/").content.decode()
    assert "The link in the email stops working at once." in owner.get(url).content.decode()
    assert Invitation.objects.open(cast.NOW).exists()
    for _click in range(2):
        assert "is withdrawn" in owner.post(url, follow=True).content.decode()
    assert url not in owner.get("/desk/c/ml/members/").content.decode()
    # Neither the link nor a queued mail gives a role now.
    with pytest.raises(MemberInvitationIsOver):
        accept_invitation(invitation=invitation, at=cast.NOW, by=cast.person("new"))
    assert compose([Notification.objects.get(kind="invitation")], cast.NOW).mail is None


def test_an_invitation_that_was_accepted_cannot_be_withdrawn() -> None:
    cast.community()
    owner = cast.signed_in("aiko")
    owner.post("/desk/c/ml/members/", {"email": "new@example.org", "role": "reception"})
    invitation = Invitation.objects.get()
    accept_invitation(invitation=invitation, at=cast.NOW, by=cast.person("new"))
    answer = owner.post(f"/desk/c/ml/invitations/{invitation.pk}/withdrawal/", follow=True)
    assert "has already accepted the invitation" in answer.content.decode()


def asking(event: Event) -> Slot:
    """The first slot asks about dinner, languages and consent, and for a short text."""
    slot = event.slots.in_order()[0]
    slot.questions = [
        Question("q1", QuestionKind.CHOICE, "懇親会", choices=("参加", "不参加")).as_json(),
        Question("q2", QuestionKind.MULTIPLE, "言語", choices=("Python", "Rust")).as_json(),
        Question("q3", QuestionKind.CONSENT, "撮影に同意する").as_json(),
        Question("q4", QuestionKind.TEXT, "ひとこと").as_json(),
    ]
    slot.save()
    return slot


class TestAnswers:
    @pytest.fixture
    def event(self) -> Event:
        event = cast.event(slots=[cast.first_come_plan(9), cast.first_come_plan(9, name="学生枠")])
        slot = asking(event)
        given: list[tuple[str, dict[str, Any]]] = [
            ("dan", {"q1": "参加", "q2": ["Python", "Rust"], "q3": True, "q4": "=SUM(A1)"}),
            ("emi", {"q1": "不参加", "q2": ["Rust"], "q3": True}),
            ("finn", {}),
        ]
        for name, answers in given:
            registration = cast.registered(name, event, slot=slot)
            registration.answers = answers
            registration.save()
        cast.registered("gin", event, slot=event.slots.in_order()[1])
        return event

    @pytest.mark.in_short(3)
    @pytest.mark.parametrize(
        ("answer", "names"),
        [
            ("q1.1", ["ダン"]),
            ("q1.2", ["絵美"]),
            ("q1.0", ["フィン"]),
            ("q2.2", ["ダン", "絵美"]),
            ("q3.1", ["ダン", "絵美"]),
            ("q3.0", ["フィン"]),
            # Values without meaning filter nothing.
            ("q1.9", ["ダン", "絵美", "フィン", "Gin"]),
            ("q4.1", ["ダン", "絵美", "フィン", "Gin"]),
            ("q9.1", ["ダン", "絵美", "フィン", "Gin"]),
        ],
    )
    def test_people_are_found_by_what_they_answered(
        self, desk: Client, event: Event, answer: str, names: list[str]
    ) -> None:
        slot = event.slots.in_order()[0]
        url = f"/desk/events/{event.public_id}/attendees/"
        assert names_in(desk.get(url, {"answer": f"{slot.pk}.{answer}"})) == names

    def test_they_stand_on_the_list_and_in_the_file(self, desk: Client, event: Event) -> None:
        url = f"/desk/events/{event.public_id}/attendees"
        page = desk.get(f"{url}/").content.decode()
        assert "Python, Rust" in page
        assert "懇親会" in page
        head, dan, *_others = list(csv.reader(io.StringIO(desk.get(f"{url}.csv").content.decode("utf-8-sig"))))
        assert head[-4:] == ["懇親会", "言語", "撮影に同意する", "ひとこと"]
        assert dan[-4:] == ["参加", "Python, Rust", "Yes", "'=SUM(A1)"]


class TestFiltersAndMarks:
    def test_by_arrival_and_by_the_question_still_coming(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        dan, emi, finn = (cast.registered(name, event) for name in ("dan", "emi", "finn"))
        Registration.objects.filter(pk__in=[dan.pk, emi.pk]).update(asked_at=cast.NOW)
        Registration.objects.filter(pk=dan.pk).update(reconfirmed_at=cast.NOW, checked_in_at=cast.NOW)
        Registration.objects.filter(pk=finn.pk).update(absent_at=cast.NOW)
        url = f"/desk/events/{event.public_id}/attendees/"
        assert names_in(desk.get(url, {"arrived": "yes"})) == ["ダン"]
        assert names_in(desk.get(url, {"arrived": "no"})) == ["絵美", "フィン"]
        assert names_in(desk.get(url, {"arrived": "absent"})) == ["フィン"]
        assert names_in(desk.get(url, {"still": "yes"})) == ["ダン"]
        assert names_in(desk.get(url, {"still": "silent"})) == ["絵美"]
        page = desk.get(url).content.decode()
        for word in ("Coming", "No reply yet", "No-show"):
            assert f">{word}</small>" in page

    def test_in_the_order_that_is_asked_for(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(9)])
        for key, name in (("a", "ワダ"), ("b", "あべ"), ("c", "かとう")):
            named(name, event, key=key)
        Registration.objects.filter(attendee__name="かとう").update(checked_in_at=cast.NOW)
        url = f"/desk/events/{event.public_id}/attendees/"
        assert names_in(desk.get(url, {"order": "name"})) == ["あべ", "かとう", "ワダ"]
        assert names_in(desk.get(url, {"order": "arrived"}))[0] == "かとう"
        assert names_in(desk.get(url, {"order": "king"})) == ["ワダ", "あべ", "かとう"]

    def test_guests_and_those_above_the_number_of_seats_are_marked(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        slot = event.slots.get()
        guest = AddedPerson("来賓", "", uuid4())
        place_by_hand(slot=slot, added=guest, above=True, at=cast.NOW, by=cast.person("aiko"))
        page = desk.get(f"/desk/events/{event.public_id}/attendees/").content.decode()
        assert "来賓" in page
        assert ">Guest<" in page
        assert ">Over capacity<" in page
        found = desk.get(f"/desk/events/{event.public_id}/attendees/", {"q": "らいひん"}).context["rows"]
        assert found == []


class TestSelected:
    def url(self, event: Event) -> str:
        return f"/desk/events/{event.public_id}/attendees/selected/"

    def test_several_are_checked_in_at_once(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        people = [cast.registered(name, event) for name in ("dan", "emi", "finn")]
        sent = {"pk": [one.pk for one in people], "do": "check_in", "query": "?q=x&state=confirmed"}
        answer = desk.post(self.url(event), sent, follow=True)
        assert "2 people are checked in" in answer.content.decode()
        assert answer.redirect_chain[-1][0].endswith("?q=x&state=confirmed")
        assert Registration.objects.filter(checked_in_at=cast.NOW).count() == 2

    def test_cancelling_names_its_consequence_in_numbers_and_asks_once(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2), cast.duty_plan()])
        dan, emi, finn, gin = (cast.registered(name, event) for name in ("dan", "emi", "finn", "gin"))
        helper = cast.volunteering("hana", event)
        held = Registration.objects.get(attendee=helper.volunteer)
        sent = {"pk": [dan.pk, emi.pk, finn.pk, held.pk], "do": "cancel"}
        asked = desk.post(self.url(event), sent)
        page = asked.content.decode()
        assert "We’ll email 4 people. 1 shift or talk is canceled too. 1 person on the waitlist moves up." in page
        assert Registration.objects.active().count() == 5
        desk.post(self.url(event), {"pks": asked.context["pks"], "do": "cancel", "sure": "1"})
        states = {one.name: one.state for one in Registration.objects.all()}
        assert states == {
            "ダン": "cancelled",
            "絵美": "cancelled",
            "フィン": "cancelled",
            "Gin": "confirmed",
            "Hana": "cancelled",
        }
        assert cast.shift_of(event).taken == 0
        # A person who is cancelled with the others gets no mail about a seat that became free in between.
        assert not Notification.objects.filter(kind="promoted", recipient=finn.attendee).exists()
        assert Notification.objects.filter(kind="removed").count() == 4
        assert gin.pk
        assert breaches() == []

    @pytest.mark.in_short(2)
    @pytest.mark.parametrize("at", [cast.NOW, cast.CLOSES_AT])
    @pytest.mark.parametrize("gone", [("dan",), ("emi",), ("dan", "emi")])
    def test_of_a_pair_who_is_left_is_single(self, desk: Client, gone: tuple[str, ...], at: datetime) -> None:
        event = cast.event(slots=[cast.lottery_plan(3)])
        event.slots.update(takes_pairs=True)
        paired(event)
        cast.registered("finn", event)
        chosen = Registration.objects.filter(attendee__in=[cast.person(name) for name in gone])
        with time_machine.travel(at, tick=False):
            sent = {"pks": ",".join(str(one.pk) for one in chosen), "do": "cancel", "sure": "1"}
            desk.post(self.url(event), sent)
        assert {one.attendee for one in Registration.objects.active()} == {
            cast.person(name) for name in {"dan", "emi", "finn"} - set(gone)
        }
        assert breaches() == []
        cast.draw(event)
        assert breaches() == []

    def test_all_on_the_list_are_those_whom_the_filters_keep(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        for name in ("dan", "emi", "finn"):
            cast.registered(name, event)
        asked = desk.post(self.url(event), {"all": "1", "do": "cancel", "query": "?state=waitlisted"})
        assert [one.name for one in asked.context["chosen"]] == ["フィン"]

    def test_people_of_another_event_are_nobody_here(self, desk: Client) -> None:
        event, other = cast.event(slots=[cast.first_come_plan(2)]), cast.event(slots=[cast.first_come_plan(2)])
        elsewhere = cast.registered("dan", other)
        sent = {"pk": elsewhere.pk, "do": "cancel", "sure": "1"}
        assert "Select the people first" in desk.post(self.url(event), sent, follow=True).content.decode()
        elsewhere.refresh_from_db()
        assert elsewhere.is_active

    @pytest.mark.parametrize("do", ["", "king", "nominate"])
    def test_what_cannot_be_done_changes_nothing(self, desk: Client, do: str) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        dan = cast.registered("dan", event)
        desk.post(self.url(event), {"pk": [dan.pk, "x", "9" * 40], "do": do, "sure": "1"})
        dan.refresh_from_db()
        assert (dan.is_active, dan.checked_in_at) == (True, None)

    def test_after_the_event_nobody_is_cancelled(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        dan = cast.registered("dan", event)
        with time_machine.travel(cast.ENDS_AT, tick=False):
            desk.post(self.url(event), {"pk": dan.pk, "do": "cancel", "sure": "1"})
        dan.refresh_from_db()
        assert dan.is_active
