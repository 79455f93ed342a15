"""The questions of a slot to people who register, and the attendance check."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.registrations.actions.reconfirmation.ask_to_reconfirm import ask_to_reconfirm
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Reconfirmation, Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.questions.questions import Question, questions_of
from tests.desk.slots.pages import _now, desk, fields_of, first, text, url_of, verbs
from tests.support import cast

# Pytest finds the fixtures of `pages` by these names.
__all__ = ["_now", "desk"]

pytestmark = pytest.mark.django_db


class TestQuestions:
    FIELDS = {
        "label": "参加形態",
        "kind": "choice",
        "choices": "会場\n\nオンライン\r\n会場",
        "help": "",
        "required": "on",
    }

    def slot(self) -> Slot:
        return first(cast.event(slots=[cast.first_come_plan(9)]))

    def ask(self, desk: Client, slot: Slot, **changed: str) -> Any:
        return desk.post(url_of(slot, "questions/"), {**self.FIELDS, **changed}, follow=True)

    def asked(self, slot: Slot) -> list[Question]:
        return questions_of(Slot.objects.get(pk=slot.pk))

    def change(self, desk: Client, slot: Slot, number: int = 0, **changed: str) -> Any:
        path = f"questions/{self.asked(slot)[number].id}/"
        return desk.post(url_of(slot, path), {**fields_of(desk, slot, path), **changed}, follow=True)

    def answered(self, slot: Slot, answer: Any = "会場") -> Registration:
        [question] = self.asked(slot)
        slot = Slot.objects.select_related("event").get(pk=slot.pk)
        return register(slot=slot, attendee=cast.person("dan"), at=cast.NOW, answers={question.id: answer})

    def test_each_kind_can_be_asked(self, desk: Client) -> None:
        slot = self.slot()
        assert "This slot has no questions." in text(desk.get(url_of(slot, "questions/")))
        assert "We’ll ask everyone who registers from now on." in text(self.ask(desk, slot))
        self.ask(desk, slot, kind="multiple", label="関心", choices="評価\n推薦\n運用", required="")
        self.ask(desk, slot, kind="text", label="会社名", choices="無視\nされる", required="", help="任意です")
        self.ask(desk, slot, kind="consent", label="写真に写ってもよい")
        asked = self.asked(slot)
        assert [one.kind for one in asked] == ["choice", "multiple", "text", "consent"]
        assert asked[0].choices == ("会場", "オンライン")
        assert (asked[2].choices, asked[2].help) == ((), "任意です")
        assert [one.required for one in asked] == [True, False, False, True]
        assert len({one.id for one in asked}) == 4
        assert verbs(slot) == ["ask_question"] * 4
        page = text(desk.get(url_of(slot, "questions/")))
        assert "会場 / オンライン" in page
        assert "4 questions" in text(desk.get(url_of(slot)))
        form = cast.signed_in("dan").get(f"/events/{slot.event.public_id}/registration/").content.decode()
        assert all(one.label in form for one in asked)

    def test_what_an_organizer_types_is_no_markup(self, desk: Client) -> None:
        slot = self.slot()
        evil = "<b onclick=x>&</b>"
        self.ask(desk, slot, label=evil, help=evil, choices=f"{evil}\nb")
        pages = [
            desk.get(url_of(slot, "questions/")),
            desk.get(url_of(slot, f"questions/{self.asked(slot)[0].id}/")),
            cast.signed_in("dan").get(f"/events/{slot.event.public_id}/registration/"),
        ]
        for page in pages:
            assert "<b onclick" not in page.content.decode()

    def test_it_is_put_in_other_words_and_keeps_its_id_and_answers(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        before = self.asked(slot)[0]
        registration = self.answered(slot)
        page = text(desk.get(url_of(slot, f"questions/{before.id}/")))
        assert "1 person has answered." in page
        self.change(desk, slot, label="どこで参加しますか", choices="会議室\nオンライン", required="")
        after = self.asked(slot)[0]
        assert (after.id, after.label, after.choices) == (before.id, "どこで参加しますか", ("会議室", "オンライン"))
        registration.refresh_from_db()
        assert registration.answers == {before.id: "会場"}

    def test_the_kind_of_an_answered_question_stays(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        self.change(desk, slot, kind="text")
        assert self.asked(slot)[0].kind == "text"
        self.answered(slot, "会場です")
        answer = self.change(desk, slot, kind="consent", label="別の文")
        assert answer.status_code == 409
        assert "There are already answers (1), so the kind of question can’t change." in text(answer)
        assert 'value="別の文"' in answer.content.decode()
        assert self.asked(slot)[0].kind == "text"

    def test_one_that_is_taken_out_is_not_lost(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        self.ask(desk, slot, label="二つ目", kind="text", required="")
        first_id = self.asked(slot)[0].id
        registration = register(
            slot=Slot.objects.get(pk=slot.pk), attendee=cast.person("dan"), at=cast.NOW, answers={first_id: "会場"}
        )
        path = f"questions/{first_id}/retirement/"
        assert "Answers already given are kept." in text(desk.post(url_of(slot, path), follow=True))
        assert [one.label for one in self.asked(slot)] == ["二つ目"]
        registration.refresh_from_db()
        assert registration.answers == {first_id: "会場"}
        page = desk.get(url_of(slot, "questions/"))
        assert "1 removed question" in text(page)
        # A second removal changes nothing, and the question has no page now.
        assert "Someone else has removed this question" in text(desk.post(url_of(slot, path), follow=True))
        assert desk.get(url_of(slot, f"questions/{first_id}/")).status_code == 404
        assert "We’re asking this question again." in text(
            desk.post(url_of(slot, path), {"intent": "again"}, follow=True)
        )
        assert [one.id for one in self.asked(slot)][-1] == first_id

    def test_the_order(self, desk: Client) -> None:
        slot = self.slot()
        for label in ("一", "二", "三"):
            self.ask(desk, slot, label=label, kind="text")
        last = self.asked(slot)[2].id
        desk.post(url_of(slot, f"questions/{self.asked(slot)[0].id}/retirement/"))
        for direction in ("up", "up", "sideways"):
            desk.post(url_of(slot, f"questions/{last}/place/"), {"direction": direction})
        assert [one.label for one in self.asked(slot)] == ["三", "二"]
        assert len(Slot.objects.get(pk=slot.pk).questions) == 3
        desk.post(url_of(slot, f"questions/{last}/place/"), {"direction": "down"})
        assert [one.label for one in self.asked(slot)] == ["二", "三"]

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"label": ""}, "Please check these points"),
            ({"label": "あ" * 201}, "Please check these points"),
            ({"kind": "essay"}, "Please check these points"),
            ({"choices": "会場"}, "at least two answers"),
            ({"choices": "会場\n会場"}, "at least two answers"),
            ({"choices": "\n" * 9, "kind": "multiple"}, "at least two answers"),
            ({"choices": "あ" * 101 + "\nい"}, "at most 100 characters"),
            ({"choices": "\n".join(map(str, range(51)))}, "at most 50 choices"),
            ({"choices": "\x00\nい"}, "Please check these points"),
            ({"help": "あ" * 301}, "Please check these points"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_lost(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        slot = self.slot()
        answer = self.ask(desk, slot, **wrong)
        assert answer.status_code == 422
        assert says in text(answer)
        assert 'value="参加形態"' in answer.content.decode() or "label" in wrong
        assert self.asked(slot) == []

    @pytest.mark.story
    def test_a_form_stays_short(self, desk: Client) -> None:
        slot = self.slot()
        for number in range(20):
            self.ask(desk, slot, label=f"質問{number}", kind="text")
        answer = self.ask(desk, slot)
        assert answer.status_code == 409
        assert "at most 20 questions" in text(answer)

    def test_two_organizers_do_not_lose_each_others_questions(self, desk: Client) -> None:
        slot = self.slot()
        self.ask(desk, slot)
        path = f"questions/{self.asked(slot)[0].id}/"
        mine = fields_of(desk, slot, path) | {"label": "私の言葉"}
        self.change(desk, slot, label="ベンの言葉", choices="会場\nオンライン\n未定")
        answer = desk.post(url_of(slot, path), mine)
        assert answer.status_code == 409
        assert "ベンの言葉" in text(answer)
        assert "私の言葉" in text(answer)
        assert self.asked(slot)[0].label == "ベンの言葉"
        desk.post(url_of(slot, path), mine | {"seen": answer.context["edit"].seen})
        assert self.asked(slot)[0].label == "私の言葉"

    def test_seats_that_come_with_a_duty_ask_nothing(self, desk: Client) -> None:
        duty = cast.slot_of(cast.event(), Slot.Admission.DUTY)
        assert desk.get(url_of(duty, "questions/")).status_code == 404
        assert desk.post(url_of(duty, "questions/"), self.FIELDS).status_code == 404
        assert desk.post(url_of(duty, "questions/x/retirement/")).status_code == 404

    def test_an_event_that_is_over_asks_nothing_new(self, desk: Client) -> None:
        slot = self.slot()
        with time_machine.travel(cast.ENDS_AT, tick=False):
            assert "over or canceled" in text(self.ask(desk, slot))
        assert self.asked(slot) == []


class TestAskingWhoStillComes:
    def plan(self, desk: Client, slot: Slot, **changed: str) -> Any:
        values = desk.get(url_of(slot, "reconfirmation/")).context["form"].initial
        sent = {
            name: value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
            for name, value in values.items()
        }
        return desk.post(url_of(slot, "reconfirmation/"), {**sent, **changed}, follow=True)

    @pytest.mark.parametrize("plan", [cast.lottery_plan(), cast.first_come_plan()])
    def test_what_the_page_proposes_can_be_planned(self, desk: Client, plan: SlotPlan) -> None:
        slot = first(cast.event(slots=[plan]))
        assert "Saved." in text(self.plan(desk, slot))
        planned = Reconfirmation.objects.get()
        assert planned.answer_by == slot.promotion_stops_at - timedelta(hours=24)
        assert planned.ask_at == planned.answer_by - timedelta(hours=48)
        assert not planned.releases_silent
        assert "Dec 1, 2:00 PM" in text(desk.get(url_of(slot)))
        self.plan(desk, slot, silent="release", ask="2026-12-01T20:00")
        planned.refresh_from_db()
        assert planned.releases_silent
        assert planned.ask_at == datetime.fromisoformat("2026-12-01T20:00+09:00")

    def test_it_can_be_taken_back(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan()]))
        self.plan(desk, slot)
        assert "Attendance check canceled." in text(self.plan(desk, slot, intent="drop"))
        assert not Reconfirmation.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"ask": "2026-11-19T12:00"}, "has passed"),
            ({"ask": "2026-11-30T12:00"}, "No one has a seat before the draw"),
            ({"answer": "2026-12-03T14:01"}, "at least 24 hours before"),
            ({"ask": "2026-12-02T14:01"}, "at least 24 hours to reply"),
            ({"ask": ""}, "Please check these points"),
            ({"answer": "soon"}, "Enter a date and time"),
            ({"silent": "shout"}, "Please check these points"),
        ],
    )
    def test_what_is_wrong_is_said(self, desk: Client, wrong: dict[str, str], says: str) -> None:
        slot = first(cast.event())
        answer = self.plan(desk, slot, **wrong)
        assert answer.status_code in {409, 422}
        assert says in text(answer)
        assert not Reconfirmation.objects.exists()

    def test_promotion_does_not_stop_before_the_answers_are_there(self, desk: Client) -> None:
        slot = first(cast.event(slots=[cast.first_come_plan()]))
        self.plan(desk, slot)
        sent = fields_of(desk, slot) | {"promotion_stops": "2026-12-04T13:00"}
        assert "Change the attendance check first." in text(desk.post(url_of(slot), sent))

    def test_seats_that_come_with_a_duty_are_certain(self, desk: Client) -> None:
        duty = cast.slot_of(cast.event(), Slot.Admission.DUTY)
        assert desk.get(url_of(duty, "reconfirmation/")).status_code == 404

    def test_once_asked_the_page_says_how_many_answered(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        for guest in cast.people(2):
            cast.registered(guest, event)
        slot = first(event)
        self.plan(desk, slot, silent="release")
        planned = Reconfirmation.objects.get()
        ask_to_reconfirm(reconfirmation=planned, at=planned.ask_at)
        with time_machine.travel(planned.ask_at + timedelta(hours=1), tick=False):
            page = text(desk.get(url_of(slot, "reconfirmation/")))
        assert "replies are due by Thu, Dec 3, 2:00 PM. Seats of people who don’t reply go to the waitlist." in page
        assert "2 haven’t replied" in page
