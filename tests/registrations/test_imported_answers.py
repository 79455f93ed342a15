"""Answers from a file of participants: columns are assigned to questions, what does not fit is named and stays open (RULES 253)."""

import csv
import io
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.actions.questions.ask_everyone import ask_everyone
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.actions.questions.retire_question import retire_question
from meetups.registrations.imports.participants_csv import MOST_ROWS
from meetups.registrations.models import Registration
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import Question, QuestionKind
from organizers.attendees import participants_file
from organizers.attendees.participants_file import LONGEST
from tests.registrations.test_participants_import import names
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
HEAD = ["参加枠名", "ユーザー名", "表示名", "参加ステータス"]
FOOD, PARTY, TIMES, PHOTOS = "食べられないもの", "懇親会に参加しますか", "参加する時間", "写真に写ってもよい"


@pytest.fixture
def desk() -> Client:
    cast.community()
    return cast.signed_in("aiko")


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(MOST_ROWS)])


def asked(
    event: Event, kind: QuestionKind, label: str, *, required: bool = False, choices: tuple[str, ...] = ()
) -> str:
    """Aiko asks this in the first slot. Returns the id of the question."""
    plan = QuestionPlan(kind, label, required=required, choices=choices)
    return ask_question(slot=event.slots.get(), plan=plan, at=cast.NOW, by=cast.person("aiko")).id


def file_of(rows: Sequence[Mapping[str, str]], *columns: str, slot: str = "先着枠") -> bytes:
    """A file of people called user2, user3 … after their rows, with these columns for answers."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*HEAD, *columns])
    for row, answers in enumerate(rows, start=2):
        writer.writerow([slot, f"user{row}", names(row), "参加", *(answers.get(column, "") for column in columns)])
    return text.getvalue().encode()


def url(event: Event) -> str:
    return f"/desk/events/{event.public_id}/participants/"


def looked(desk: Client, event: Event, content: bytes) -> Any:
    return desk.post(url(event), {"file": SimpleUploadedFile("participants.csv", content, "text/csv")})


def form_in(answer: Any, **changed: str) -> dict[str, str]:
    """The form as a browser sends it back, with the values that the page shows."""
    form = answer.context["form"]
    filled = {name: str(form.data.get(name, "")) for name in form.fields if name != "above"}
    return {**filled, "packed": answer.context["packed"], "seen": form.fingerprint, **changed}


def imported(desk: Client, event: Event, content: bytes) -> list[dict[str, Any]]:
    """The answers of everyone whom the file brought, in its order."""
    desk.post(url(event), form_in(looked(desk, event, content), intent="commit"))
    return list(Registration.objects.order_by("pk").values_list("answers", flat=True))


def notes(answer: Any) -> list[tuple[int, str, bool]]:
    return [(one.row, one.text, one.error) for one in answer.context["preview"].problems]


def test_columns_named_as_questions_bring_their_answers(desk: Client, event: Event) -> None:
    food = asked(event, QuestionKind.TEXT, FOOD)
    party = asked(event, QuestionKind.CHOICE, PARTY, choices=("はい", "いいえ"))
    times = asked(event, QuestionKind.MULTIPLE, TIMES, choices=("発表", "発表のあと", "懇親会"))
    photos = asked(event, QuestionKind.CONSENT, PHOTOS, required=True)
    rows = [
        {FOOD: "えび, かに", PARTY: "はい", TIMES: "懇親会、発表のあと", PHOTOS: "同意する"},
        {FOOD: "", PARTY: " いいえ ", TIMES: "発表\n懇親会", PHOTOS: PHOTOS},
    ]
    content = file_of(rows, FOOD, PARTY, TIMES, PHOTOS)
    shown = looked(desk, event, content)
    assert shown.context["preview"].answers == 7
    assert notes(shown) == []
    assert imported(desk, event, content) == [
        {food: "えび, かに", party: "はい", times: ["発表のあと", "懇親会"], photos: True},
        {party: "いいえ", times: ["発表", "懇親会"], photos: True},
    ]


def test_what_does_not_fit_is_named_by_row_and_column_and_keeps_no_one_out(desk: Client, event: Event) -> None:
    asked(event, QuestionKind.TEXT, FOOD)
    asked(event, QuestionKind.CHOICE, PARTY, required=True, choices=("はい", "いいえ"))
    asked(event, QuestionKind.MULTIPLE, TIMES, choices=("発表", "懇親会"))
    asked(event, QuestionKind.CONSENT, PHOTOS)
    rows = [
        {FOOD: "長" * 2001, PARTY: "はい"},
        {FOOD: "長" * 2000, PARTY: "たぶん"},
        {PARTY: ""},
        {PARTY: "いいえ", TIMES: "発表,昼食", PHOTOS: "未定"},
        {PARTY: "いいえ", PHOTOS: "いいえ"},
    ]
    content = file_of(rows, FOOD, PARTY, TIMES, PHOTOS)
    shown = looked(desk, event, content)
    assert notes(shown) == [
        (2, f"“{FOOD}”: the answer has more than 2,000 characters, so it isn’t imported and stays open.", False),
        (3, f"“{PARTY}”: “たぶん” isn’t one of the choices, so the answer stays open.", False),
        (4, f"“{PARTY}” is empty, so the answer stays open.", False),
        (5, f"“{TIMES}”: “発表,昼食” isn’t one of the choices, so the answer stays open.", False),
        (5, f"“{PHOTOS}”: “未定” is neither yes nor no, so the answer stays open.", False),
    ]
    assert "Add 5 attendees" in shown.content.decode()
    kept = [sorted(map(str, one.values())) for one in imported(desk, event, content)]
    assert kept == [["はい"], ["長" * 2000], [], ["いいえ"], ["いいえ"]]


def test_a_required_question_without_a_column_stays_open(desk: Client, event: Event) -> None:
    asked(event, QuestionKind.CHOICE, PARTY, required=True, choices=("はい", "いいえ"))
    content = file_of([{}, {}])
    shown = looked(desk, event, content)
    assert notes(shown) == []
    assert "Without one it stays open" in shown.content.decode()
    assert imported(desk, event, content) == [{}, {}]


def test_an_organizer_chooses_the_column_and_sees_it_before_anyone_is_imported(desk: Client, event: Event) -> None:
    food = asked(event, QuestionKind.TEXT, FOOD)
    shown = looked(desk, event, file_of([{"アレルギー": "そば"}], "アレルギー"))
    [field] = shown.context["form"].answer_fields()
    assert (field.label, shown.context["form"].data.get(field.html_name)) == (FOOD, None)
    chosen = {field.html_name: "4"}
    again = desk.post(url(event), form_in(shown, intent="commit", **chosen))
    assert "This is what would happen now" in again.content.decode()
    assert not Registration.objects.exists()
    desk.post(url(event), form_in(again, intent="commit"))
    assert Registration.objects.get().answers == {food: "そば"}
    twice = desk.post(url(event), form_in(shown, **{field.html_name: "1"}))
    assert "One column can’t mean two things" in twice.content.decode()


def test_one_column_answers_the_same_question_of_two_slots_and_of_the_whole_event(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(5), cast.invited_plan(3)])
    ask_everyone(event=event, plan=QuestionPlan(QuestionKind.TEXT, FOOD), at=cast.NOW, by=cast.person("aiko"))
    first = event.slots.in_order()[0]
    mine = ask_question(slot=first, plan=QuestionPlan(QuestionKind.TEXT, PARTY), at=cast.NOW, by=cast.person("aiko"))
    shown = looked(desk, event, file_of([{FOOD: "そば", PARTY: "はい"}], FOOD, PARTY))
    assert [field.label for field in shown.context["form"].answer_fields()] == [FOOD, PARTY]
    desk.post(url(event), form_in(shown, intent="commit"))
    answers = Registration.objects.get().answers
    assert answers[mine.id] == "はい"
    assert sorted(answers.values()) == ["そば", "はい"]


def test_they_are_on_the_persons_page_in_the_tally_and_in_the_file(desk: Client, event: Event) -> None:
    plan = QuestionPlan(QuestionKind.CHOICE, PARTY, choices=("はい", "いいえ"))
    question = ask_everyone(event=event, plan=plan, at=cast.NOW, by=cast.person("aiko"))
    assert isinstance(question, Question)
    imported(desk, event, file_of([{PARTY: "はい"}, {PARTY: "いいえ"}, {PARTY: "はい"}], PARTY))
    first = Registration.objects.order_by("pk")[0]
    base = f"/desk/events/{event.public_id}"
    page = desk.get(f"{base}/attendees/{first.pk}/").content.decode()
    assert PARTY in page
    assert "はい" in page
    [row] = [one for one in desk.get(f"{base}/attendees.csv").content.decode().splitlines() if first.name in one]
    assert "はい" in row
    tally = desk.get(f"{base}/questions/").content.decode()
    assert PARTY in tally
    assert ">2<" in tally.replace(" ", "").replace("\n", "")


def test_who_is_on_the_list_keeps_the_answers_there(desk: Client, event: Event) -> None:
    food = asked(event, QuestionKind.TEXT, FOOD)
    imported(desk, event, file_of([{FOOD: "そば"}], FOOD))
    shown = looked(desk, event, file_of([{FOOD: "長" * 2001}, {FOOD: "なし"}], FOOD))
    assert notes(shown) == []
    assert shown.context["preview"].answers == 1
    assert imported(desk, event, file_of([{FOOD: "かに"}, {FOOD: "なし"}], FOOD)) == [{food: "そば"}, {food: "なし"}]


def test_a_question_that_changed_meanwhile_leaves_its_answers_open(desk: Client, event: Event) -> None:
    food = asked(event, QuestionKind.TEXT, FOOD)
    party = asked(event, QuestionKind.CHOICE, PARTY, choices=("はい", "いいえ"))
    content = file_of([{FOOD: "そば", PARTY: "はい"}], FOOD, PARTY)
    form = form_in(looked(desk, event, content), intent="commit")
    retire_question(slot=event.slots.get(), id=party, at=cast.NOW, by=cast.person("aiko"))
    again = desk.post(url(event), form)
    # The page shows what would happen now; nothing was imported as it no longer stands.
    assert not Registration.objects.exists()
    desk.post(url(event), form_in(again, intent="commit"))
    assert Registration.objects.get().answers == {food: "そば"}


@pytest.mark.story
def test_a_file_that_is_too_large_to_carry_keeps_what_is_known(desk: Client, event: Event) -> None:
    food = asked(event, QuestionKind.TEXT, FOOD)
    rows = [
        {FOOD: f"そば{row}", "コメント": "".join(names(row * 300 + n) for n in range(40))} for row in range(2, 1502)
    ]
    answers = imported(desk, event, file_of(rows, "コメント", FOOD))
    assert len(answers) == 1500
    assert answers[0] == {food: "そば2"}


@pytest.mark.story
def test_as_many_as_a_file_may_have_come_in_quickly_with_two_answers(
    desk: Client, event: Event, django_assert_max_num_queries: Any
) -> None:
    asked(event, QuestionKind.TEXT, FOOD)
    asked(event, QuestionKind.CHOICE, PARTY, required=True, choices=("はい", "いいえ"))
    rows = [{FOOD: names(row) * 3, PARTY: "はい" if row % 3 else "いいえ"} for row in range(MOST_ROWS)]
    content = file_of(rows, FOOD, PARTY)
    since = time.perf_counter()
    shown = looked(desk, event, content)
    seen = time.perf_counter()
    with django_assert_max_num_queries(40 + MOST_ROWS // 100):
        desk.post(url(event), form_in(shown, intent="commit"))
    done = time.perf_counter()
    print(f"{len(content):,} bytes: read in {seen - since:.2f} s, brought in in {done - seen:.2f} s")
    found = Registration.objects.order_by("pk").values_list("answers", flat=True)
    assert [len(one) for one in found] == [2] * MOST_ROWS
    assert breaches() == []
    # On a quiet machine as quick as without answers.
    assert done - seen < 30


def test_a_no_where_consent_is_required_is_called_a_no(desk: Client, event: Event) -> None:
    asked(event, QuestionKind.CONSENT, PHOTOS, required=True)
    content = file_of([{PHOTOS: "いいえ"}, {PHOTOS: ""}], PHOTOS)
    assert notes(looked(desk, event, content)) == [
        (2, f"“{PHOTOS}” says no, so the answer stays open.", False),
        (3, f"“{PHOTOS}” is empty, so the answer stays open.", False),
    ]
    assert imported(desk, event, content) == [{}, {}]


@pytest.mark.parametrize("longest", [LONGEST, 900], ids=["a file that fits", "one that is slimmed"])
def test_each_page_reads_the_questions_once(
    desk: Client, event: Event, monkeypatch: pytest.MonkeyPatch, longest: int
) -> None:
    asked(event, QuestionKind.TEXT, FOOD)
    noise = {str(number): str(random.Random(number).random()) for number in range(40)}
    content = file_of([{FOOD: "えび", **noise}], FOOD, *noise)
    monkeypatch.setattr(participants_file, "LONGEST", longest)
    with CaptureQueriesContext(connection) as first:
        shown = looked(desk, event, content)
    assert len(shown.context["form"].table.head) == (len(HEAD) + 1 if longest < LONGEST else len(HEAD) + 41)
    with CaptureQueriesContext(connection) as second:
        desk.post(url(event), form_in(shown))
    for page in (first, second):
        assert sum(one["sql"].startswith('SELECT "registrations_slot"."id"') for one in page) == 1


def test_people_without_a_slot_are_not_called_everyone(desk: Client, event: Event) -> None:
    content = file_of([{}, {}]).replace("先着枠,user3".encode(), b",user3")
    asked_for = looked(desk, event, content).context["form"]
    assert [field.label for field in asked_for.slot_fields()] == ["先着枠", "Without a slot"]
    alone = looked(desk, event, file_of([{}], slot="")).context["form"]
    assert [field.label for field in alone.slot_fields()] == ["All attendees"]


def test_a_slot_that_is_to_be_chosen_says_so_and_who_is_skipped_is_named(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(9), cast.invited_plan()])
    shown = looked(desk, event, file_of([{}, {}]).replace("先着枠,user3".encode(), b",user3"))
    assert "Choose a slot, or skip these people." in shown.content.decode()
    nowhere = next(field.html_name for field in shown.context["form"].slot_fields() if field.label == "Without a slot")
    again = desk.post(url(event), form_in(shown, **{nowhere: "-"}))
    assert (3, "user3 is left out because people without a slot aren’t imported.", True) in notes(again)
