"""Names of people are set apart from the text around them: one that is written from right to left moves nothing (RULES 129)."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from meetups.accounts.models import User
from meetups.core import errors
from meetups.core.errors import END, ISOLATE, DomainError, isolate
from meetups.pages.templatetags.parts import people, person
from meetups.registrations.models import HeldPlace, Registration
from meetups.speakers.models import SpeakerInvitation
from tests.house.access.browsers import afresh, client_with, cookies_of
from tests.house.access.dashboard import DESK
from tests.house.access.visitors import VISITORS
from tests.house.access.world import make_world
from tests.support import cast

pytestmark = pytest.mark.django_db
# Who reads most of these pages; the permission table opens them in every role. The others read them in the stories.
A_FEW = {"attendee": VISITORS, "owner": DESK}
THE_OTHERS = {
    **dict.fromkeys(("anonymous", "waitlisted", "speaker", "volunteer", "owner"), VISITORS),
    "reception": DESK,
}
NAME = re.compile("שם[0-9]+")
MARKUP = re.compile("</?bdi>|&lt;/?bdi")
# No markup is possible there.
PLAIN = {"title", "option", "textarea", "script", "style"}
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
TEMPLATE_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# No markup is possible in a title.
TITLE = re.compile(r"\{% block (?:head_)?title %\}.*?\{% endblock %\}", re.DOTALL)
HTML_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
PERSON = "person|speaker|volunteer|user|registration|lead|known|(?:invited|made|written|done|seen)_by"
BARE = re.compile(rf"(?:\b(?:{PERSON})\.name|\bspeaker_names)\b(?!\||\w)")
VOID = {"meta", "link", "input", "br", "img", "hr", "wbr", "source", "path", "rect", "use", "circle"}


class NamesInText(HTMLParser):
    """Collects the names of a page that stand in text without `<bdi>`, and marks that people would read."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.bare: list[str] = []
        self.shown: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.shown += [f"{tag} {name}" for name, value in attrs if value and MARKUP.search(value)]

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "bdi" not in self.open and not PLAIN & set(self.open) and NAME.search(data):
            self.bare.append(" ".join(data.split()))
        if MARKUP.search(data) and not {"script", "style"} & set(self.open):
            self.shown.append(" ".join(data.split()))


@pytest.mark.story
@pytest.mark.parametrize(
    ("readers", "pages"),
    [pytest.param(A_FEW, 30, id="a few"), pytest.param(THE_OTHERS, 12, id="the others", marks=pytest.mark.story)],
)
def test_on_every_page(readers: dict[str, dict[str, Any]], pages: int) -> None:
    bare: dict[str, set[str]] = {}
    shown: dict[str, set[str]] = {}
    seen: set[str] = set()
    with time_machine.travel(cast.NOW, tick=False):
        world = make_world()
        for model in (User, HeldPlace, Registration, SpeakerInvitation):
            field = "guest_name" if model is Registration else "name"
            for row in model._default_manager.exclude(**{field: ""}).only("pk"):
                model._default_manager.filter(pk=row.pk).update(**{field: f"שם{row.pk}"})
        for role, names in readers.items():
            cookies = cookies_of(world.people[role])
            client = client_with(cookies)
            for name in names:
                afresh(client, cookies)
                answer = client.get(reverse(name, kwargs=world.parameters[name]), world.fields.get(name, {}))
                if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
                    continue
                page = NamesInText(answer.content.decode())
                seen |= {name} if "<bdi>" in answer.content.decode() else set()
                bare.setdefault(name, set()).update(page.bare)
                shown.setdefault(name, set()).update(page.shown)
    assert {name: found for name, found in bare.items() if found} == {}
    assert {name: found for name, found in shown.items() if found} == {}
    assert len(seen) > pages, "The control: names are on many pages."


def bare_expressions(template: str) -> list[str]:
    """The names in text that pass no filter. What stands in a tag or in a variable for one is left out."""
    template = TITLE.sub(lambda found: " " * len(found[0]), template)
    blank = TEMPLATE_TAG.sub(lambda found: " " * len(found[0]), template)
    tags = [found.span() for found in HTML_TAG.finditer(blank)]
    return [
        found[0]
        for found in TEMPLATE_TAG.finditer(template)
        if not any(begin <= found.start() < end for begin, end in tags)
        and "asvar" not in found[0]
        and BARE.search(found[0])
    ]


def test_in_every_template() -> None:
    """Pages in all their states, also those that no test opens."""
    found = {
        str(file.relative_to(TEMPLATES)): bare_expressions(file.read_text())
        for folder in ("pages", "desk", "parts")
        for file in (TEMPLATES / folder).rglob("*.html")
    }
    assert {name: bare for name, bare in found.items() if bare} == {}


@pytest.mark.parametrize(
    ("template", "count"),
    [
        ("<p>{{ talk.speaker.name }}</p>", 1),
        ("<p>{{ talk.speaker_names }}</p>", 1),
        ("{% blocktranslate with name=user.name %}Hi {{ name }}{% endblocktranslate %}", 1),
        ("{% block title %}{{ user.name }}{% endblock %}{{ user.name }}", 1),
        ('<p aria-label="{{ talk.speaker.name }}">{{ talk.speaker.name|person }} {{ talk.speakers|people }}</p>', 0),
    ],
)
def test_the_control_finds_what_is_planted_in_a_template(template: str, count: int) -> None:
    assert len(bare_expressions(template)) == count


@pytest.mark.parametrize(
    ("html", "bare", "shown"),
    [
        ("<p>שם1 · 2</p>", 1, 0),
        ("<p><bdi>שם1</bdi> · 2</p><title>שם1</title>", 0, 0),
        ("<p><br><bdi><b>שם1</b></bdi> שם2</p>", 1, 0),
        ('<a aria-label="&lt;bdi&gt;שם1&lt;/bdi&gt;">x</a>', 0, 1),
        ("<p>&lt;bdi&gt;</p>", 0, 1),
    ],
)
def test_the_control_finds_what_is_planted(html: str, bare: int, shown: int) -> None:
    page = NamesInText(html)
    assert (len(page.bare), len(page.shown)) == (bare, shown)


@pytest.mark.parametrize("name", ["", None])
def test_no_name_is_nothing(name: Any) -> None:
    assert person(name) == ""


def test_a_hostile_name_is_text() -> None:
    assert person("<b>") == "<bdi>&lt;b&gt;</bdi>"
    assert people(["<b>", "花"]) in {"<bdi>&lt;b&gt;</bdi>, <bdi>花</bdi>", "<bdi>&lt;b&gt;</bdi>、<bdi>花</bdi>"}


# Refusals: a sentence that is shown in messages and in errors of forms, where no markup is possible.

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def every_refusal(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith(("meetups.", "organizers.")):
            yield kind
        yield from every_refusal(kind)


def moved_by_names() -> list[str]:
    """The refusals in which a name that is written from right to left is not set apart, in either language."""
    found = []
    for kind in every_refusal():
        for language in ("en", "ja"):
            with translation.override(language):
                names = PLACEHOLDER.findall(str(kind.message))
                if names and kind.__init__ is DomainError.__init__:
                    said = str(kind(**dict.fromkeys(names, "שם1")))
                    found += [kind.__name__] if said.count(f"{ISOLATE}שם1{END}") != len(names) else []
    return found


def test_in_every_refusal() -> None:
    assert len([kind for kind in every_refusal() if PLACEHOLDER.search(str(kind.message))]) > 20
    assert moved_by_names() == []


def test_a_refusal_that_forgets_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "isolate", lambda text: text)
    assert moved_by_names()


def test_a_name_from_left_to_right_stands_as_it_is() -> None:
    for name in ("愛子", "Zoë 123", "Ана", "🙂"):
        assert isolate(name) == name


def test_an_organizer_reads_it_on_the_page() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.registered("dan", event)
    slot = event.slots.get()
    typed = {"name": "שם1", "email": "dan@example.org", "slot": slot.pk, "request_id": str(uuid4())}
    answer = cast.signed_in("aiko").post(reverse("desk_place_by_hand", args=[event.public_id]), typed)
    assert f"{ISOLATE}שם1{END}" in answer.content.decode()
