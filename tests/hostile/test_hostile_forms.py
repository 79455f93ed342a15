"""Every form of every page, for every role, filled with what no one should send.

No answer is an accident; where the form comes back, it has what was typed, and says what is wrong in the language of its reader.
With HOSTILE=all each role sends the whole corpus to each form; else each form gets a part of it from each role, and all of it from all.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from tests.hostile.forms import CHOSEN, CORPUS, Form, forms_in
from tests.house.test_permissions import (
    ACCOUNTS,
    DESK,
    ROLES,
    VISITORS,
    World,
    afresh,
    client_with,
    cookies_of,
    make_world,
)
from tests.support import cast

pytestmark = pytest.mark.django_db

PAGES = {**VISITORS, **DESK, **ACCOUNTS}
# Codes and passwords do not stand there again; what browsers check themselves takes no such text.
CHECKED_BY_BROWSERS = {"password", "file", "date", "time", "datetime-local", "number"}
NOT_SHOWN_AGAIN = re.compile(r"password|code|login|website|phone")
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
A_PART = 3


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def texts_for(number: int) -> list[str]:
    """Names of the texts that are sent: all of them, or the next few, beginning with `number`."""
    names = list(CORPUS)
    if os.environ.get("HOSTILE") == "all":
        return names
    return [names[(number * A_PART + step) % len(names)] for step in range(A_PART)]


def faults_of(answer: Any, form: Form, name: str, *, is_japanese: bool) -> list[str]:
    """What is wrong with an answer to the form that was filled with the text called `name`."""
    if answer.status_code >= 500:
        return [f"status {answer.status_code}"]
    if answer.status_code not in {200, 422} or not answer.get("Content-Type", "").startswith("text/html"):
        return []
    html = answer.content.decode()
    found = []
    came_back = [one for one in forms_in(html) if set(form.fields) <= set(one.fields)]
    came_back.sort(key=lambda one: one.action != form.action)
    errors = [
        unescape(re.sub("<.*?>", "", one)) for one in re.findall(r'class="field-error"[^>]*>(.*?)</p>', html, re.DOTALL)
    ]
    if errors and came_back:
        for key, each in form.fields.items():
            if each.kind in CHOSEN | CHECKED_BY_BROWSERS or NOT_SHOWN_AGAIN.search(key):
                continue
            there = plain(came_back[0].fields[key].value)
            typed = {plain(CORPUS[name]), plain(CORPUS[name][: each.longest])}
            if plain(CORPUS[name]) and there not in typed:
                found.append(f"{key} came back as {there[:40]!r}")
    for error in errors:
        if is_japanese and not JAPANESE.search(error):
            found.append(f"not Japanese: {error.strip()[:80]!r}")
    return found


def plain(text: str) -> str:
    """A text without what browsers and forms change in it: the ends of lines, white space, wide letters of addresses."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("\x00", "").split())


# Buttons that write into the fields: a venue that was used before, seats that fit the room.
FILLS_IN = ("venue-", "fit-")


def crawl(world: World, roles: list[str], pages: list[str]) -> tuple[int, list[str]]:
    """The number of forms sent, and everything that was wrong."""
    sent, wrong = 0, []
    for number, role in enumerate(roles):
        user = world.people[role]
        cookies = cookies_of(user)
        client = client_with(cookies)
        client.raise_request_exception = False
        for place, page in enumerate(pages):
            if PAGES[page][0][ROLES.index(role)] != "o":
                continue
            url = reverse(page, kwargs=world.parameters[page])
            afresh(client, cookies)
            shown = client.get(url)
            if not shown.get("Content-Type", "").startswith("text/html"):
                continue
            for form in forms_in(shown.content.decode()):
                if form.action.startswith(("/accounts/logout", "/language")):
                    continue
                for name in texts_for(number + place):
                    for button in [one for one in form.buttons if not one[1].startswith(FILLS_IN)][:2] or [("", "")]:
                        before = transaction.savepoint_create()
                        afresh(client, cookies)
                        fields = form.filled(name) | ({button[0]: button[1]} if button[0] else {})
                        answer = client.post(form.action.split("#")[0] or url, fields)
                        is_japanese = user is not None and user.language == "ja"
                        for fault in faults_of(answer, form, name, is_japanese=is_japanese):
                            wrong.append(f"{role} at {page} ({form.action or url}), {name}: {fault}")
                        transaction.savepoint_rollback(before)
                        sent += 1
    return sent, wrong


@pytest.mark.parametrize(
    "roles",
    [
        ["anonymous", "member of nothing"],
        ["attendee", "waitlisted", "speaker", "volunteer"],
        ["reception", "organizer"],
        ["owner"],
    ],
    ids=" and ".join,
)
def test_no_form_has_an_accident_or_loses_what_was_typed(roles: list[str]) -> None:
    sent, wrong = crawl(make_world(), roles, list(PAGES))
    assert sent > 30
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


def test_a_form_that_loses_a_field_and_speaks_another_language_is_found() -> None:
    """The control."""
    [form] = forms_in('<form method="post"><input name="title" value="x"><button>Go</button></form>')

    class Answer(dict[str, str]):
        status_code = 422
        content = b'<form method="post"><input name="title" value=""></form><p class="field-error">Wrong.</p>'

    answer = Answer({"Content-Type": "text/html"})
    assert len(faults_of(answer, form, "emoji", is_japanese=True)) == 2
    assert not faults_of(answer, form, "nothing", is_japanese=False)
    answer.status_code = 500
    assert faults_of(answer, form, "emoji", is_japanese=False) == ["status 500"]
