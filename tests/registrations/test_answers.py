"""The questions of a slot, and people's answers."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.questions import Question, QuestionKind
from tests.support import cast

pytestmark = pytest.mark.django_db
CONSENT = Question("photos", QuestionKind.CONSENT, "写真に写ることに同意します", required=True)
FOOD = Question("food", QuestionKind.CHOICE, "食事", required=True, choices=("肉", "魚", "野菜"))
TOPICS = Question("topics", QuestionKind.MULTIPLE, "聞きたい話", choices=("推薦", "検索", "評価"))
NOTE = Question("note", QuestionKind.TEXT, "ひとこと", help="講演者に伝えます")
ALL = (CONSENT, FOOD, TOPICS, NOTE)
GOOD: dict[str, Any] = {
    "answer-photos": "on",
    "answer-food": "魚",
    "answer-topics": ["推薦", "評価"],
    "answer-note": "楽しみです",
}
EXTRA: dict[str, Any] = {"answer-state": "confirmed", "answer-extra": "x"}
MEAT: dict[str, Any] = {"answer-food": "肉"}
KEPT = {"photos": True, "food": "魚", "topics": ["推薦", "評価"], "note": "楽しみです"}


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def dan() -> Client:
    return cast.signed_in("dan")


def asking(slot: Slot, *questions: Question) -> Slot:
    slot.questions = [question.as_json() for question in questions]
    slot.save(update_fields=["questions"])
    return slot


def url(event: Event, rest: str = "") -> str:
    return f"/events/{event.public_id}/registration/{rest}"


def send(client: Client, event: Event, slot: Slot | None = None, rest: str = "", **fields: Any) -> Any:
    slot = slot or event.slots.general().in_order()[0]
    sent = {"slot": slot.public_id, "asked": slot.public_id, "request_id": str(uuid4()), **fields}
    return client.post(url(event, rest), {key: value for key, value in sent.items() if value is not None})


def mine() -> Registration:
    return Registration.objects.active().get(attendee__email="dan@example.org")


@pytest.fixture
def event() -> Event:
    event = cast.event(slots=[cast.first_come_plan()])
    asking(event.slots.all()[0], *ALL)
    return event


def test_each_kind_is_asked_on_the_register_step(dan: Client, event: Event) -> None:
    html = dan.get(url(event)).content.decode()
    assert 'type="checkbox" name="answer-photos"' in html
    assert re.search(r'type="radio" name="answer-food" value="魚"', html)
    assert re.search(r'type="checkbox" name="answer-topics" value="推薦"', html)
    assert '<textarea name="answer-note"' in html
    assert "講演者に伝えます" in html


def test_answers_are_kept_and_shown(dan: Client, event: Event) -> None:
    assert send(dan, event, **GOOD).status_code == 302
    assert mine().answers == KEPT
    html = dan.get(url(event)).content.decode()
    for text in ("写真に写ることに同意します", "Yes", "推薦, 評価", "楽しみです", "Change my answers"):
        assert text in html


def test_a_missing_answer_brings_the_form_back_filled_in(dan: Client, event: Event) -> None:
    answer = send(dan, event, **{**GOOD, "answer-food": None})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "楽しみです" in html
    assert re.search(r'value="評価"[^>]*checked', html)
    assert not Registration.objects.exists()


def test_a_required_consent_explains_itself(dan: Client, event: Event) -> None:
    answer = send(dan, event, **{**GOOD, "answer-photos": None})
    assert answer.status_code == 422
    assert "You need to agree to this to register in this slot." in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"answer-food": "石"}, {"answer-topics": ["推薦", "石"]}, {"answer-note": "a" * 2001}, {"answer-note": "a\x00b"}],
)
def test_what_was_not_offered_is_refused(dan: Client, event: Event, wrong: dict[str, Any]) -> None:
    assert send(dan, event, **{**GOOD, **wrong}).status_code in {400, 422}
    assert not Registration.objects.exists()


def test_an_answer_to_a_question_that_is_not_asked_is_not_kept(dan: Client, event: Event) -> None:
    send(dan, event, **GOOD, **EXTRA)
    assert mine().answers == KEPT


class TestSeveralSlots:
    """The form asks the questions of the chosen slot, with and without scripts."""

    @pytest.fixture
    def event(self) -> Event:
        event = cast.event(slots=[cast.lottery_plan(), cast.first_come_plan()])
        asking(event.slots.in_order()[1], FOOD, NOTE)
        return event

    def test_the_link_shows_the_questions_of_its_slot(self, dan: Client, event: Event) -> None:
        second = event.slots.in_order()[1]
        assert "answer-food" not in dan.get(url(event)).content.decode()
        assert "answer-food" in dan.get(f"{url(event)}?slot={second.public_id}").content.decode()

    def test_choosing_another_slot_asks_the_rest_and_loses_nothing(self, dan: Client, event: Event) -> None:
        first, second = event.slots.in_order()
        request_id = str(uuid4())
        answer = send(dan, event, second, asked=first.public_id, request_id=request_id)
        assert answer.status_code == 422
        html = answer.content.decode()
        assert "The slot you chose has questions." in html
        assert "error-summary" not in html
        assert re.search(rf'value="{second.public_id}"[^>]*checked', html)
        assert f'name="asked" value="{second.public_id}"' in html
        assert request_id in html
        assert not Registration.objects.exists()
        assert send(dan, event, second, **MEAT).status_code == 302
        assert mine().answers == {"food": "肉"}

    def test_a_slot_without_questions_takes_the_form_at_once(self, dan: Client, event: Event) -> None:
        first, second = event.slots.in_order()
        assert send(dan, event, first, asked=second.public_id).status_code == 302

    def test_changing_slot_asks_the_questions_of_the_other(self, dan: Client, event: Event) -> None:
        first, second = event.slots.in_order()
        send(dan, event, first)
        answer = send(dan, event, second, "slot/", asked="")
        assert answer.status_code == 422
        assert "answer-food" in answer.content.decode()
        assert mine().slot == first
        assert send(dan, event, second, "slot/", **MEAT).status_code == 302
        assert (mine().slot, mine().answers) == (second, {"food": "肉"})
        assert not breaches()

    def test_leaving_a_slot_forgets_its_answers(self, dan: Client, event: Event) -> None:
        first, second = event.slots.in_order()
        send(dan, event, second, **MEAT, note="hello")
        assert send(dan, event, first, "slot/", accept_waiting="on").status_code == 302
        assert mine().answers == {}


class TestChanging:
    """Answers can change until registration closes."""

    @pytest.fixture(autouse=True)
    def registered(self, dan: Client, event: Event) -> None:
        send(dan, event, **GOOD)

    def test_the_page_shows_what_was_answered(self, dan: Client, event: Event) -> None:
        html = dan.get(url(event, "answers/")).content.decode()
        assert re.search(r'value="魚"[^>]*checked', html)
        assert "楽しみです</textarea>" in html

    def test_answers_change_and_the_history_does_not_say_to_what(self, dan: Client, event: Event) -> None:
        told = Notification.objects.count()
        answer = dan.post(url(event, "answers/"), {**GOOD, "answer-food": "野菜", "answer-note": ""})
        assert answer.status_code == 302
        assert mine().answers == {"photos": True, "food": "野菜", "topics": ["推薦", "評価"]}
        entry = HistoryEntry.objects.get(verb="change_answers")
        assert (entry.subject, entry.details) == (f"answers:{mine().pk}", {})
        assert Notification.objects.count() == told
        assert not breaches()

    def test_the_same_answers_leave_no_trace(self, dan: Client, event: Event) -> None:
        dan.post(url(event, "answers/"), GOOD)
        assert not HistoryEntry.objects.filter(verb="change_answers").exists()

    def test_a_required_answer_cannot_be_taken_back(self, dan: Client, event: Event) -> None:
        assert dan.post(url(event, "answers/"), {**GOOD, "answer-photos": ""}).status_code == 422
        assert mine().answers == KEPT

    def test_after_closing_they_stay_as_they_are(self, dan: Client, event: Event) -> None:
        Slot.objects.update(closes_at=cast.NOW + timedelta(hours=1))
        with time_machine.travel(cast.NOW + timedelta(hours=2), tick=False):
            assert dan.post(url(event, "answers/"), {**GOOD, "answer-food": "肉"}).status_code == 409
            assert "answer-food" not in dan.get(url(event, "answers/")).content.decode()
            assert "Change my answers" not in dan.get(url(event)).content.decode()
        assert mine().answers == KEPT

    def test_a_retired_question_is_asked_no_more_and_its_answer_stays(self, dan: Client, event: Event) -> None:
        retired = Question("food", QuestionKind.CHOICE, "食事", required=True, choices=("肉",), retired=True)
        asking(event.slots.all()[0], CONSENT, retired, TOPICS, NOTE)
        assert "answer-food" not in dan.get(url(event, "answers/")).content.decode()
        dan.post(url(event, "answers/"), {**GOOD, "answer-note": "また"})
        assert mine().answers == {**KEPT, "note": "また"}
        assert "食事" in dan.get(url(event)).content.decode()

    def test_a_question_that_came_later_is_pointed_out(self, dan: Client, event: Event) -> None:
        asking(event.slots.all()[0], *ALL, Question("new", QuestionKind.TEXT, "会社名", required=True))
        html = dan.get(url(event)).content.decode()
        assert "not answered" in html
        assert "Answer the questions" in html

    def test_nobody_else_changes_them(self, event: Event) -> None:
        cast.signed_in("finn").post(url(event, "answers/"), {**GOOD, "answer-food": "肉"})
        assert mine().answers == KEPT


def test_without_questions_nothing_is_asked_and_nothing_costs_more(dan: Client, event: Event) -> None:
    """The register step, the registration and the status page run as many statements with questions as without."""
    plain = cast.event(slots=[cast.first_come_plan()], title="別の会")

    def count(one: Event, **fields: Any) -> list[int]:
        counts = []
        for step in (lambda: dan.get(url(one)), lambda: send(dan, one, **fields), lambda: dan.get(url(one))):
            with CaptureQueriesContext(connection) as counted:
                assert step().status_code in {200, 302}
            counts.append(len(counted))
        return counts

    count(cast.event(slots=[cast.first_come_plan()], title="暖機"))
    assert count(plain) == count(event, **GOOD)
    assert "Questions" not in dan.get(url(plain)).content.decode()
