"""Files of participants made to cost a worker the most, through the page itself: none costs much more than 5,000 people."""

import time
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meetups.events.models import Event
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.imports.participants_csv import LARGEST, MOST_ROWS, FileCannotBeRead, read_table
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
from tests.hostile.measuring import cost_of
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
HEAD = "参加枠名,ユーザー名,表示名,参加ステータス"
ASKED = [f"質問{number}" for number in range(10)]
# One letter that becomes fifteen.
GROWS = "\ufdfa"
# Before, the worst of these took two hundred times as long as 5,000 people.
SLOWER, MEGABYTES = 8, 90


def table(rows: int, *answers: str) -> bytes:
    people = ((f"先着枠,user{row},名前{row},参加", *answers) for row in range(rows))
    head = [HEAD, *ASKED[: len(answers)]]
    return "\n".join([",".join(head), *(",".join(row) for row in people)]).encode()


def full(unit: bytes) -> bytes:
    head = f"{HEAD}\n".encode()
    return head + unit * ((LARGEST - len(head)) // len(unit))


TABLES: dict[str, Callable[[], bytes]] = {
    "a million rows": lambda: full(b"a,\n"),
    "rows without anything": lambda: full(b"\n"),
    "a row of a million cells": lambda: full(b"ab,"),
    "a quote that never closes": lambda: full(b"a").replace(b"\naa", b'\n"a'),
    "one line": lambda: full(b"a"),
    "no letters": lambda: full(b"\0"),
    "half a pair": lambda: full(b"\xed\xa0\x80"),
    "two encodings": lambda: full("亜".encode() + "亜".encode("cp932")),
    "half-width letters": lambda: HEAD.encode("cp932") + b"\n" + b"\xb1" * (LARGEST - 100),
    "a head that grows": lambda: f"{HEAD},{','.join([GROWS * 2000] * 50)}\n".encode() + table(MOST_ROWS)[80:],
    "statuses that grow": lambda: table(MOST_ROWS).replace("参加\n".encode(), f"{GROWS * 120}\n".encode())[:LARGEST],
    "user names that grow": lambda: table(MOST_ROWS).replace(b",user", f",{GROWS * 110}".encode())[:LARGEST],
    "formulas": lambda: table(MOST_ROWS, '"=HYPERLINK(""x"")"'),
    "one choice, again and again": lambda: table(140, *["a" * 2000] * 10),
    "choices that grow": lambda: table(49, *[GROWS * 2000] * 10),
    "ten wrong answers each": lambda: table(MOST_ROWS, *["zz"] * 10),
}


def asked() -> Event:
    cast.community()
    event = cast.event(slots=[cast.first_come_plan(MOST_ROWS)])
    choices = (*(f"zz{number}" for number in range(30)), "a", *dict.fromkeys("صلىاللهعليهوسلم"))
    for label in ASKED:
        plan = QuestionPlan(QuestionKind.MULTIPLE, label, choices=choices)
        ask_question(slot=event.slots.get(), plan=plan, at=cast.NOW, by=cast.person("aiko"))
    return event


def seconds(aiko: Client, event: Event, content: bytes) -> float:
    found = []
    for _ in range(2):
        begun = time.process_time()
        answered = aiko.post(
            f"/desk/events/{event.public_id}/participants/",
            {"file": SimpleUploadedFile("participants.csv", content, "text/csv")},
        )
        found.append(time.process_time() - begun)
        assert answered.status_code in {200, 422}
    return min(found)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.in_short(5)
def test_the_worst_table_costs_little_more_than_five_thousand_people(name: str) -> None:
    event, aiko = asked(), cast.signed_in("aiko")
    honest = seconds(aiko, event, table(MOST_ROWS))
    content = TABLES[name]()
    assert len(content) <= LARGEST + 100
    assert seconds(aiko, event, content) < SLOWER * honest
    assert cost_of(lambda upload: read_table(upload.read()), content).megabytes < MEGABYTES


def test_five_thousand_people_with_answers_to_ten_questions_pass() -> None:
    event, aiko = asked(), cast.signed_in("aiko")
    content = table(MOST_ROWS, *['"zz1, a、zz2"'] * 10)
    answered = aiko.post(
        f"/desk/events/{event.public_id}/participants/", {"file": SimpleUploadedFile("participants.csv", content)}
    )
    assert answered.status_code == 200
    assert answered.context["preview"].sorted.size == MOST_ROWS
    assert answered.context["preview"].answers == 10 * MOST_ROWS


def test_one_person_more_is_refused_with_what_to_do() -> None:
    with pytest.raises(FileCannotBeRead, match="Split it into several files"):
        read_table(table(MOST_ROWS + 1))
