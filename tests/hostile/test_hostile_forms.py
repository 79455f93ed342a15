"""Every form of every page, filled with what no one should send.

No answer is an accident; where the form comes back, it has what was typed, and says what is wrong in the language of its reader.
In the suite each page is opened by one of the roles that may, in turn, and its forms get a part of the corpus. In the stories all
other roles do: a form gets a part of the corpus from each role, and all of it from all; with HOSTILE=all, all of it from each role.
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
from tests.house.access.accounts import ACCOUNTS
from tests.house.access.browsers import afresh, client_with, cookies_of
from tests.house.access.dashboard import DESK
from tests.house.access.roles import ROLES
from tests.house.access.visitors import VISITORS
from tests.house.access.world import World, make_world
from tests.support import cast
from tests.support.shared_scene import shared_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PAGES = {**VISITORS, **DESK, **ACCOUNTS}
# Codes and passwords do not stand there again; what browsers check themselves takes no such text.
CHECKED_BY_BROWSERS = {"password", "file", "date", "time", "datetime-local", "number"}
NOT_SHOWN_AGAIN = re.compile(r"password|code|login|website|phone")
JAPANESE = re.compile(r"[぀-ヿ㐀-鿿]")
A_PART = 3


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


# From the stranger to the owner; the other two see no other forms.
SENDERS = ROLES[: ROLES.index("owner") + 1]


def readers(page: str) -> list[str]:
    """The senders who may open the page."""
    return [role for role in SENDERS if PAGES[page][0][ROLES.index(role)] == "o"]


IN_TURN = {page: may[place % len(may)] for place, page in enumerate(PAGES) if (may := readers(page))}


def crawl(world: World, roles: list[str], *, in_turn: bool) -> tuple[int, list[str]]:
    """The number of forms sent, and everything that was wrong. `in_turn`: only on the pages where it is the role's turn."""
    sent, wrong = 0, []
    for number, role in enumerate(roles):
        user = world.people[role]
        cookies = cookies_of(user)
        client = client_with(cookies)
        client.raise_request_exception = False
        known: set[tuple[Any, ...]] = set()
        for place, page in enumerate(PAGES):
            if role not in readers(page) or (IN_TURN[page] == role) != in_turn:
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
                        fields = form.filled(name) | ({button[0]: button[1]} if button[0] else {})
                        address = form.action.split("#")[0] or url
                        # A form without a field for text, or one that stands on many pages, would send the same once more.
                        if (address, *sorted(fields.items())) in known:
                            continue
                        known.add((address, *sorted(fields.items())))
                        before = transaction.savepoint_create()
                        afresh(client, cookies)
                        answer = client.post(address, fields)
                        is_japanese = user is not None and user.language == "ja"
                        for fault in faults_of(answer, form, name, is_japanese=is_japanese):
                            wrong.append(f"{role} at {page} ({form.action or url}), {name}: {fault}")
                        transaction.savepoint_rollback(before)
                        sent += 1
    return sent, wrong


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with shared_scene(django_db_blocker), time_machine.travel(cast.NOW, tick=False):
        yield make_world()


@pytest.mark.in_short(1)
@pytest.mark.parametrize("roles", [SENDERS[:7], SENDERS[7:]], ids=["participants and reception", "organizers"])
def test_no_form_has_an_accident_or_loses_what_was_typed(world: World, roles: list[str]) -> None:
    sent, wrong = crawl(world, roles, in_turn=True)
    assert sent > 30
    assert not wrong, "\n" + "\n".join(dict.fromkeys(wrong))


@pytest.mark.story
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
def test_nor_has_any_of_every_role(world: World, roles: list[str]) -> None:
    sent, wrong = crawl(world, roles, in_turn=False)
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
