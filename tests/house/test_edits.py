"""The second of two organizers to save one thing is told so, sees both versions, and loses nothing (RULES 118)."""

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.registrations.questions.questions import Question, QuestionKind
from meetups.speakers.actions.programme.add_break import add_break
from tests.house.test_permissions import DESK
from tests.support import cast
from tests.support.teardown_scene import line, photo

pytestmark = pytest.mark.django_db

# Each form that edits one stored thing: its page, a field, what the first organizer writes there, and what the second one does.
Edited = tuple[Callable[[], str], str, str, str]


def of_event(path: str) -> Callable[[], str]:
    return lambda: f"/desk/events/{cast.event(shifts=[cast.teardown_plan()]).public_id}/{path}"


def shift() -> str:
    event = cast.event(shifts=[cast.teardown_plan()])
    return f"/desk/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/"


def chore() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/teardown/{line(event).pk}/"


def room_photo() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/teardown/photos/{photo(event).pk}/"


def slot(path: str = "") -> str:
    event = cast.event()
    first = event.slots.in_order()[0]
    first.questions = [Question("q1", QuestionKind.TEXT, "どこから？").as_json()]
    first.save()
    return f"/desk/events/{event.public_id}/slots/{first.public_id}/{path}"


def pause() -> str:
    event = cast.event()
    add_break(event=event, title="休憩", minutes=10, at=cast.NOW, by=cast.person("aiko"))
    return f"/desk/events/{event.public_id}/programme/breaks/{event.breaks.get().pk}/"


def talk() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/programme/talks/{cast.talk('emi', event).pk}/"


EDITS: dict[str, Edited] = {
    "desk_community_profile": (lambda: f"/desk/c/{cast.community().slug}/profile/", "description", "先の文", "後の文"),
    "desk_standing_call": (lambda: f"/desk/c/{cast.community().slug}/call/", "text", "先の文", "後の文"),
    "desk_conduct": (lambda: f"/desk/c/{cast.community().slug}/conduct/", "conduct", "先の文", "後の文"),
    "desk_inbox": (
        lambda: f"/desk/c/{cast.community().slug}/inbox/",
        "contact_address",
        "first@example.org",
        "second@example.org",
    ),
    "desk_event_edit": (of_event("edit/"), "hashtag", "first", "second"),
    "desk_rehearsal": (of_event("rehearsal/"), "join_url", "https://first.example/", "https://second.example/"),
    "desk_slot": (slot, "name", "先の枠", "後の枠"),
    "desk_slot_admission": (lambda: slot("admission/"), "draws", "2026-12-01T15:00", "2026-12-01T16:00"),
    "desk_slot_question": (lambda: slot("questions/q1/"), "label", "先の問い", "後の問い"),
    "desk_slot_reconfirmation": (lambda: slot("reconfirmation/"), "ask", "2026-12-01T13:00", "2026-12-01T13:30"),
    "desk_shift": (shift, "instructions", "先の文", "後の文"),
    "desk_chore": (chore, "detail", "先の文", "後の文"),
    "desk_room_photo": (room_photo, "caption", "先の文", "後の文"),
    "desk_call": (of_event("talks/call/"), "text", "先の文", "後の文"),
    "desk_break": (pause, "note", "先の文", "後の文"),
    "desk_talk_line": (talk, "note", "先の文", "後の文"),
}
NEW = "adds something new: there is nothing yet that it could replace"
STEP = "a step with one outcome, which its action looks at again under the lock; nothing that was typed is replaced"
LIST = "an order of a list, with its own check: one that was made from another list is refused"
OPEN = "one short value from a page with many: the last one counts, and the page shows it. Merging comes later"
EXCUSED = {
    **dict.fromkeys(
        [
            *("desk_found_community", "desk_event_new", "desk_slot_new", "desk_slot_questions", "desk_message_new"),
            *("desk_members", "desk_places", "desk_place_by_hand", "desk_participants_import", "desk_walk_in"),
            *("desk_shifts", "desk_usual_shifts", "desk_teardown", "desk_teardown_usual", "desk_teardown_copy"),
            *("desk_room_photos", "desk_co_speakers", "desk_speaker_invitations", "desk_programme_breaks"),
            "desk_event_copy",
        ],
        NEW,
    ),
    **dict.fromkeys(
        [
            *("desk_member_end", "desk_invitation_withdrawal", "desk_proposal_answer", "desk_event_publication"),
            *("desk_event_cancellation", "desk_rehearsal_removal", "desk_slot_question_retirement", "desk_slot_seats"),
            *("desk_message_withdrawal", "desk_delivery_again", "desk_registration_cancellation", "desk_place_withdrawal"),
            *("desk_rest", "desk_member_role", "desk_person_address", "desk_person_confirmation", "desk_person_slot"),
            *("desk_attendees_selected", "desk_no_shows", "desk_no_show", "desk_arrival", "desk_draw", "desk_draw_value"),
            *("desk_shift_volunteers", "desk_shift_offers", "desk_shift_cancellation", "desk_signup_answer"),
            *("desk_signup_mark", "desk_chore_removal", "desk_room_photo_removal", "desk_slides_publication"),
            *("desk_slides_request", "desk_talk_slides", "desk_presence", "desk_co_speaker_end", "desk_decisions"),
            *("desk_speaker_invitation_withdrawal", "desk_talk_decision", "desk_break_removal", "desk_inquiry"),
            *("desk_undo", "desk_event_copied", "desk_event_deletion"),
        ],
        STEP,
    ),
    **dict.fromkeys(
        ["desk_slot_order", "desk_slot_question_place", "desk_chore_place", "desk_programme_order"], LIST
    ),
    **dict.fromkeys(["desk_slot_capacity", "desk_talk_themes", "desk_draw_nominations"], OPEN),
}  # fmt: skip


class Filled(HTMLParser):
    """The form with a version, or else the first large form of the page, as a browser sends it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name and (given.get("type") not in {"checkbox", "radio"} or "checked" in given):
            self.forms[-1][name] = given.get("value", "on" if given.get("type") in {"checkbox", "radio"} else "")
        elif tag == "textarea":
            self._area, self.forms[-1][name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.forms[-1]):
            self.forms[-1][self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] += data.removeprefix("\n")


def filled(desk: Client, url: str, field: str) -> dict[str, Any]:
    answer = desk.get(url)
    assert answer.status_code == 200
    [form] = [form for form in Filled(answer.content.decode()).forms if field in form]
    return form


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def two() -> tuple[Client, Client]:
    cast.community()
    for name in ("aiko", "ben"):
        cast.person(name, language="en")
    cast.member("ben", Role.ORGANIZER)
    return cast.signed_in("aiko"), cast.signed_in("ben")


@pytest.mark.parametrize("name", EDITS)
def test_the_second_to_save_sees_both_and_loses_nothing(two: tuple[Client, Client], name: str) -> None:
    aiko, ben = two
    made, field, first, second = EDITS[name]
    url = made()
    hers, his = filled(aiko, url, field), filled(ben, url, field)
    saved = aiko.post(url, {**hers, field: first})
    assert saved.status_code == 302, saved.content.decode()
    late = ben.post(url, {**his, field: second})
    page = late.content.decode()
    assert late.status_code == 409
    assert "changed this" in page
    assert "Nothing is saved yet, and your changes are still here" in page
    [theirs] = [form for form in Filled(page).forms if field in form]
    assert theirs[field] == second
    assert filled(aiko, url, field)[field] == first
    # Sent once more, it replaces what he has seen.
    assert ben.post(url, theirs).status_code == 302
    assert filled(aiko, url, field)[field] == second


@pytest.mark.parametrize("name", EDITS)
def test_a_form_says_what_it_was_filled_from(two: tuple[Client, Client], name: str) -> None:
    made, field, _first, _second = EDITS[name]
    assert json.loads(filled(two[0], made(), field)["was"])[field]


TEXTS = {name: field for name, (_made, field, first, _second) in EDITS.items() if first == "先の文"}


@pytest.mark.parametrize("name", sorted(TEXTS.keys() - {"desk_chore", "desk_room_photo"}))
def test_both_changes_of_a_text_go_together_where_they_are_in_other_lines(
    two: tuple[Client, Client], name: str
) -> None:
    aiko, ben = two
    url, field = EDITS[name][0](), TEXTS[name]
    assert aiko.post(url, {**filled(aiko, url, field), field: "一\n\n二\n\n三"}).status_code == 302
    hers, his = filled(aiko, url, field), filled(ben, url, field)
    assert aiko.post(url, {**hers, field: "一です\n\n二\n\n三"}).status_code == 302
    assert ben.post(url, {**his, field: "一\n\n二\n\n三です"}).status_code == 302
    assert filled(aiko, url, field)[field].split() == ["一です", "二", "三です"]


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("desk_event_edit", "title", "別の題"),
        ("desk_shift", "title", "別のシフト"),
        ("desk_chore", "text", "別の項目"),
        ("desk_break", "title", "長い休憩"),
        ("desk_break", "minutes", "15"),
        ("desk_slot", "capacity", "7"),
        ("desk_slot_question", "help", "短く"),
        ("desk_community_profile", "name", "新しい名前"),
    ],
)
def test_what_only_one_of_two_changed_is_taken_over_and_named(
    two: tuple[Client, Client], name: str, field: str, value: str
) -> None:
    aiko, ben = two
    made, own, _first, second = EDITS[name]
    url = made()
    hers, his = filled(aiko, url, own), filled(ben, url, own)
    assert aiko.post(url, {**hers, field: value}).status_code == 302
    assert ben.post(url, {**his, own: second}).status_code == 302, "nothing is asked"
    now = filled(aiko, url, own)
    assert (now[own], now[field]) == (second, value)


def test_every_form_of_the_dashboard_is_checked_or_excused() -> None:
    forms = {name for name, (_get, post) in DESK.items() if set(post) != {"m"}}
    assert EDITS.keys() | EXCUSED.keys() == forms
    assert not EDITS.keys() & EXCUSED.keys()


def test_a_form_that_nobody_has_thought_of_is_found() -> None:
    """The control."""
    forms = {name for name, (_get, post) in {**DESK, "desk_new_form": ("Lnnn", "Lnnb")}.items() if set(post) != {"m"}}
    assert forms - EDITS.keys() - EXCUSED.keys() == {"desk_new_form"}
