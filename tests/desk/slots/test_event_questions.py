"""Questions for the whole event: asked once for each person, whatever their slot (RULES 240, 241)."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.lifecycle.audience import Audience, reach_of
from meetups.lifecycle.models import Message
from meetups.lifecycle.tasks import send_due_messages
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.actions.questions.ask_everyone import ask_everyone
from meetups.registrations.actions.questions.change_event_question import retire_event_question
from meetups.registrations.actions.registration.change_slot import change_slot
from meetups.registrations.actions.slots.add_slot import add_slot
from meetups.registrations.models import Registration, Slot
from meetups.registrations.questions.event_questions import event_questions
from meetups.registrations.questions.question_steps import MOST_ASKED, MOST_EVER, QuestionPlan
from meetups.registrations.questions.questions import Question, QuestionKind, all_questions, questions_of
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_now")]
HOUR = timedelta(hours=1)


@pytest.fixture
def event() -> Event:
    """Dan has a seat, Gin waits, Finn volunteers; then the event asks about the party."""
    event = cast.event(slots=[cast.first_come_plan(1), cast.first_come_plan(5, name="学生枠"), cast.duty_plan()])
    for name in ("dan", "gin"):
        cast.registered(name, event)
    cast.volunteering("finn", event)
    return event


def party(event: Event, *, required: bool = False) -> Question:
    plan = QuestionPlan(QuestionKind.CHOICE, "懇親会", required, choices=("行く", "行かない"))
    return ask_everyone(event=event, plan=plan, at=cast.NOW, by=cast.person("aiko"))


def ask(event: Event, label: str) -> Question:
    plan = QuestionPlan(QuestionKind.TEXT, label)
    return ask_everyone(event=event, plan=plan, at=cast.NOW, by=cast.person("aiko"))


def desk(event: Event, path: str = "", who: str = "aiko", **fields: Any) -> Any:
    url = f"/desk/events/{event.public_id}/questions/{path}"
    return cast.signed_in(who).post(url, fields) if fields else cast.signed_in(who).get(url)


def answered(event: Event, name: str, question: Question, answer: str) -> Any:
    url = f"/events/{event.public_id}/registration/answers/"
    return cast.signed_in(name).post(url, {f"answer-{question.id}": answer})


def mine(name: str) -> Registration:
    return Registration.objects.select_related("slot").get(attendee=cast.person(name))


def test_asked_once_it_is_in_the_form_of_every_slot(event: Event) -> None:
    sent = {"label": "アレルギー", "kind": "text", "help": "", "choices": ""}
    assert desk(event, **sent).status_code == 302
    asked = [questions_of(slot) for slot in event.slots.in_order()]
    assert [[one.label for one in questions] for questions in asked] == [["アレルギー"]] * 3
    assert len({questions[0].id for questions in asked}) == 1
    other = event.slots.get(name="学生枠")
    fields = {
        "slot": other.public_id,
        "asked": other.public_id,
        "request_id": str(uuid4()),
        f"answer-{asked[0][0].id}": "そば",
    }
    answer = cast.signed_in("hana").post(f"/events/{event.public_id}/registration/", fields)
    assert answer.status_code == 302, answer.content.decode()
    assert mine("hana").answers == {asked[0][0].id: "そば"}


def test_who_has_registered_already_answers_without_registering_again(event: Event) -> None:
    question = party(event)
    for name in ("dan", "gin", "finn"):
        before = mine(name)
        assert answered(event, name, question, "行く").status_code == 302
        after = mine(name)
        assert (after.answers, after.state, after.number) == ({question.id: "行く"}, before.state, before.number)


def test_it_can_be_answered_until_the_event_starts_though_registration_has_closed(event: Event) -> None:
    question = party(event)
    Slot.objects.update(closes_at=cast.NOW)
    assert answered(event, "dan", question, "行く").status_code == 302
    assert mine("dan").answers
    with time_machine.travel(event.starts_at, tick=False):
        answered(event, "dan", question, "行かない")
    assert mine("dan").answers == {question.id: "行く"}


def test_the_answer_goes_along_to_another_slot(event: Event) -> None:
    question = party(event)
    answered(event, "dan", question, "行く")
    change_slot(registration=mine("dan"), slot=event.slots.get(name="学生枠"), answers=mine("dan").answers, at=cast.NOW)
    assert mine("dan").answers == {question.id: "行く"}


def test_a_slot_that_is_added_later_asks_it_too(event: Event) -> None:
    question = party(event)
    slot = add_slot(event=event, plan=cast.first_come_plan(3, name="追加枠"), at=cast.NOW, by=cast.person("aiko"))
    assert questions_of(slot) == [question]


def test_the_page_counts_each_choice_and_lists_texts(event: Event) -> None:
    question = party(event)
    words = ask_everyone(
        event=event, plan=QuestionPlan(QuestionKind.TEXT, "アレルギー"), at=cast.NOW, by=cast.person("aiko")
    )
    answered(event, "dan", question, "行く")
    answered(event, "gin", question, "行く")
    Registration.objects.filter(attendee=cast.person("dan")).update(answers={question.id: "行く", words.id: "えび"})
    page = desk(event)
    first, second = page.context["tallies"]
    assert first.rows == [("行く", 1, 1), ("行かない", 0, 0)]
    assert first.silent == 1, "Finn"
    assert second.texts == [(cast.person("dan").name, "えび")]
    assert page.context["silent"] == 2, "Gin owes one answer, Finn two"
    assert "えび" in page.content.decode()


def test_who_may_not_plan_reads_no_answer(event: Event) -> None:
    assert desk(event, who="dan").status_code == 404


def test_it_asks_as_little_for_many_as_for_three(event: Event) -> None:
    question = party(event)
    desk(event)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk(event).status_code == 200
        return len(seen)

    few = queries()
    for one in cast.people(40):
        cast.registered(one, event)
    Registration.objects.update(answers={question.id: "行く"})
    assert queries() == few


def test_changed_and_removed_it_is_so_in_every_slot_and_no_answer_is_lost(event: Event) -> None:
    question = party(event)
    answered(event, "dan", question, "行く")
    sent = {"label": "二次会", "kind": "choice", "help": "", "choices": "行く\n行かない\n未定"}
    assert desk(event, f"{question.id}/", **sent).status_code == 302
    assert {one.label for slot in event.slots.all() for one in questions_of(slot)} == {"二次会"}
    assert desk(event, f"{question.id}/", **{**sent, "kind": "text"}).status_code == 409, "there is an answer"
    desk(event, f"{question.id}/retirement/", intent="retire")
    assert [questions_of(slot) for slot in event.slots.all()] == [[], [], []]
    assert mine("dan").answers == {question.id: "行く"}
    desk(event, f"{question.id}/retirement/", intent="again")
    assert all(len(questions_of(slot)) == 1 for slot in event.slots.all())


def test_no_slot_asks_more_than_twenty_also_of_those_that_are_asked_again(event: Event) -> None:
    removed = party(event)
    desk(event, f"{removed.id}/retirement/", intent="retire")
    for number in range(MOST_ASKED):
        ask(event, f"{number}？")
    page = cast.signed_in("aiko").post(
        f"/desk/events/{event.public_id}/questions/{removed.id}/retirement/", {"intent": "again"}, follow=True
    )
    assert "at most 20 questions" in page.content.decode()
    assert {len(questions_of(slot)) for slot in event.slots.all()} == {MOST_ASKED}


@pytest.mark.story
def test_what_was_asked_and_removed_a_hundred_times_is_forgotten_where_no_one_answered(event: Event) -> None:
    answered_once = party(event)
    answered(event, "dan", answered_once, "行く")
    desk(event, f"{answered_once.id}/retirement/", intent="retire")
    for number in range(MOST_EVER):
        retire_event_question(
            event=event, id=ask(event, f"{number}？").id, is_retired=True, at=cast.NOW, by=cast.person("aiko")
        )
    ask(event, "もう一つ？")
    for slot in event.slots.all():
        assert len(all_questions(slot)) <= MOST_EVER
    assert answered_once.id in {one.id for one in event_questions(event.slots.all())}


def test_the_page_of_a_slot_leaves_it_alone(event: Event) -> None:
    question, slot = party(event), event.slots.in_order()[0]
    there = f"/desk/events/{event.public_id}/slots/{slot.public_id}/questions/"
    page = cast.signed_in("aiko").get(there)
    assert page.context["asked"] == []
    assert "懇親会" in page.content.decode()
    assert cast.signed_in("aiko").get(f"{there}{question.id}/").status_code == 404
    cast.signed_in("aiko").post(f"{there}{question.id}/retirement/")
    assert questions_of(Slot.objects.get(pk=slot.pk)) == [question]


def test_a_copy_asks_it_and_has_no_answers(event: Event) -> None:
    question = party(event)
    answered(event, "dan", question, "行く")
    day = (event.starts_at + timedelta(days=28)).date()
    [copy] = copy_event(source=event, days=[day], request="r", at=cast.NOW, by=cast.person("aiko"))
    assert [questions_of(slot) for slot in copy.slots.all()] == [[question]] * 3
    assert not Registration.objects.filter(event=copy).exists()


def test_the_file_and_the_filters_have_it_once(event: Event) -> None:
    question = party(event)
    answered(event, "dan", question, "行く")
    aiko = cast.signed_in("aiko")
    there = f"/desk/events/{event.public_id}/attendees"
    head = aiko.get(f"{there}.csv").content.decode("utf-8-sig").splitlines()[0]
    assert head.count("懇親会") == 1
    page = aiko.get(f"{there}/")
    assert page.content.decode().count("懇親会") <= 2, "a filter, and no slot by its name"


def test_an_erased_person_takes_the_answer_along(event: Event) -> None:
    question = party(event)
    answered(event, "gin", question, "行く")
    pk = mine("gin").pk
    erase_person(address="gin@example.org", at=cast.NOW)
    assert Registration.objects.get(pk=pk).answers == {}


def unanswered(event: Event, **more: Any) -> Any:
    form = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/messages/new/?unanswered=1").context["form"]
    sent = {
        name: form[name].value()
        for name in ("groups", "unanswered", "subject_ja", "body_ja", "when")
        if form[name].value() is not None
    }
    return cast.signed_in("aiko").post(
        f"/desk/events/{event.public_id}/messages/new/", {**sent, "intent": "send", **more}
    )


def test_those_who_have_not_answered_get_a_mail_that_leads_to_the_questions(event: Event, mail_sink: MailSink) -> None:
    question = party(event)
    answered(event, "dan", question, "行く")
    assert unanswered(event).status_code == 302
    message = Message.objects.get()
    assert reach_of(Audience.of(message.audience), event).people == {cast.person(n).pk for n in ("gin", "finn")}
    send_due_messages(message.send_at)
    answered(event, "gin", question, "行かない")
    deliver(at=message.send_at)
    subject = message.texts["ja"]["subject"]
    [mail] = [one for one in mail_sink.to("finn@example.org") if one["Subject"].startswith(subject)]
    assert f"/events/{event.public_id}/registration/answers/" in text_of(mail)
    assert not [one for one in mail_sink.to("gin@example.org") if one["Subject"].startswith(subject)], (
        "she answered before it left"
    )


def test_they_are_reminded_once_and_not_again(event: Event) -> None:
    party(event)
    assert unanswered(event).status_code == 302
    assert unanswered(event, body_ja="もう一度だけ。 {{質問}}").status_code == 302
    third = unanswered(event, body_ja="三度目。 {{質問}}")
    assert third.status_code == 409
    assert "no third email" in third.content.decode()


def test_a_required_one_refuses_a_registration_without_it_and_no_seat_that_is_there(event: Event) -> None:
    question = party(event, required=True)
    slot = event.slots.get(name="学生枠")
    fields = {"slot": slot.public_id, "asked": slot.public_id, "request_id": str(uuid4())}
    answer = cast.signed_in("hana").post(f"/events/{event.public_id}/registration/", fields)
    assert answer.status_code == 422
    assert mine("dan").state == "confirmed"
    assert json.dumps(mine("dan").answers) == "{}"
    assert question.required
