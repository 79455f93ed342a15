"""The second of two organizers to save one thing is told so, sees both versions, and loses nothing (RULES 118)."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from meetups.communities.permissions import Role
from meetups.registrations.actions.questions.ask_everyone import ask_everyone
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import Question, QuestionKind
from meetups.runbook.models import Todo
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.models import Talk
from meetups.speakers.talk_states import TalkByHand
from tests.house.access.dashboard import DESK
from tests.support import cast
from tests.support.scenes.message_scene import standing_message
from tests.support.scenes.teardown_scene import line, photo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

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


def todo() -> str:
    event = cast.event()
    one = Todo.objects.create(event=event, title="会場を予約する", days=-30)
    return f"/desk/events/{event.public_id}/todos/{one.pk}/"


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


def event_question() -> str:
    event = cast.event()
    plan = QuestionPlan(QuestionKind.TEXT, "アレルギー")
    asked = ask_everyone(event=event, plan=plan, at=cast.NOW, by=cast.person("aiko"))
    return f"/desk/events/{event.public_id}/questions/{asked.id}/"


def standing_words() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/messages/{standing_message(event).pk}/words/"


def talk() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/programme/talks/{cast.talk('emi', event).pk}/"


def unconfirmed() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/talks/{cast.talk('emi', event, state=Talk.State.ACCEPTED).pk}/"


def note() -> str:
    event = cast.event()
    return f"/desk/events/{event.public_id}/talks/{cast.talk('emi', event, state=Talk.State.PROPOSED).pk}/note/"


def entered() -> str:
    event = cast.event()
    words = TalkByHand("花", "五つ目の話", "", 20, "")
    talk = enter_talk(event=event, words=words, at=cast.NOW, by=cast.person("aiko"))
    return f"/desk/events/{event.public_id}/talks/{talk.pk}/words/"


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
    "desk_event_question": (event_question, "label", "先の問い", "後の問い"),
    "desk_slot_question": (lambda: slot("questions/q1/"), "label", "先の問い", "後の問い"),
    "desk_slot_reconfirmation": (lambda: slot("reconfirmation/"), "ask", "2026-12-01T13:00", "2026-12-01T13:30"),
    "desk_shift": (shift, "instructions", "先の文", "後の文"),
    "desk_chore": (chore, "detail", "先の文", "後の文"),
    "desk_todo": (todo, "title", "先の手順", "後の手順"),
    "desk_room_photo": (room_photo, "caption", "先の文", "後の文"),
    "desk_call": (of_event("talks/call/"), "text", "先の文", "後の文"),
    "desk_message_words": (standing_words, "body_ja", "先の文", "後の文"),
    "desk_break": (pause, "note", "先の文", "後の文"),
    "desk_talk_words": (entered, "abstract", "先の文", "後の文"),
    "desk_talk_note": (note, "reply", "先の文", "後の文"),
    "desk_talk": (unconfirmed, "until", "2026-11-25T18:00", "2026-11-26T18:00"),
    "desk_talk_line": (talk, "note", "先の文", "後の文"),
}
NEW = "adds something new: there is nothing yet that it could replace"
STEP = "a step with one outcome, which its action looks at again under the lock; nothing that was typed is replaced"
LIST = "an order of a list, with its own check: one that was made from another list is refused"
ELSEWHERE = "a form among many on a page of another address: its own test below"
ITSELF = "it saves only onto the version that it was filled from: tests/desk/drafts/test_autosave.py"
EXCUSED = {
    **dict.fromkeys(
        [
            *("desk_found_community", "desk_event_new", "desk_slot_new", "desk_slot_questions", "desk_message_new"),
            "desk_event_questions",
            *("desk_members", "desk_places", "desk_place_by_hand", "desk_participants_import", "desk_walk_in"),
            *("desk_shifts", "desk_usual_shifts", "desk_teardown", "desk_teardown_usual", "desk_teardown_copy"),
            *("desk_room_photos", "desk_event_cover", "desk_event_pictures", "desk_co_speakers", "desk_speaker_invitations", "desk_programme_breaks"),
            "desk_event_copy", "desk_talk_new", "desk_talk_offer",
            *("desk_todos", "desk_todos_usual"),
        ],
        NEW,
    ),
    **dict.fromkeys(
        [
            *("desk_helper_link", "desk_event_role_end", "desk_absence", "desk_deputy"),
            *("desk_successor", "desk_succession"),
            *("desk_member_end", "desk_invitation_withdrawal", "desk_proposal_answer", "desk_event_publication", "desk_event_opening", "desk_event_draft"),
            *("desk_event_cancellation", "desk_rehearsal_removal", "desk_slot_question_retirement", "desk_slot_seats"),
            "desk_event_question_retirement",
            *("desk_message_withdrawal", "desk_delivery_again", "desk_registration_cancellation", "desk_place_withdrawal"),
            *("desk_rest", "desk_member_role", "desk_person_address", "desk_person_confirmation", "desk_person_nomination", "desk_person_slot"),
            *("desk_attendees_selected", "desk_no_shows", "desk_no_show", "desk_arrival", "desk_draw", "desk_draw_value"),
            *("desk_shift_volunteers", "desk_shift_offers", "desk_shift_cancellation", "desk_signup_answer"),
            *("desk_signup_mark", "desk_chore_removal", "desk_room_photo_removal", "desk_event_cover_removal", "desk_event_picture_removal", "desk_slides_publication"),
            *("desk_slides_request", "desk_talk_slides", "desk_presence", "desk_co_speaker_end", "desk_decisions"),
            *("desk_speaker_invitation_withdrawal", "desk_talk_decision", "desk_break_removal", "desk_inquiry"),
            *("desk_talk_reminder", "desk_talk_end", "desk_talk_reopening"),
            *("desk_todo_mark", "desk_todo_removal", "desk_helper_link", "desk_event_role_end"),
            *("desk_undo", "desk_message_stop", "desk_event_copied", "desk_event_deletion", "desk_slot_deletion"),
            "desk_unfinished_deletion",
        ],
        STEP,
    ),
    "desk_event_autosave": ITSELF,
    "desk_unfinished_autosave": "it saves only where no other page has saved: tests/desk/drafts/test_unfinished_events.py",
    **dict.fromkeys(["desk_talk_removal", "desk_talks_selected"], STEP),
    **dict.fromkeys(
        ["desk_slot_order", "desk_slot_question_place", "desk_chore_place", "desk_programme_order", "desk_draw_nominations"], LIST
    ),
    **dict.fromkeys(["desk_slot_capacity", "desk_talk_themes"], ELSEWHERE),
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


def filled_all(desk: Client, url: str) -> list[dict[str, Any]]:
    """The forms that have seen a list."""
    return [form for form in Filled(desk.get(url).content.decode()).forms if "seen" in form]


def filled(desk: Client, url: str, field: str) -> dict[str, Any]:
    answer = desk.get(url)
    assert answer.status_code == 200
    [form] = [form for form in Filled(answer.content.decode()).forms if field in form]
    return form


@pytest.fixture
def two() -> tuple[Client, Client]:
    cast.community()
    for name in ("aiko", "ben"):
        cast.person(name, language="en")
    cast.member("ben", Role.ORGANIZER)
    return cast.signed_in("aiko"), cast.signed_in("ben")


@pytest.mark.in_short(5)
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


@pytest.mark.in_short(5)
@pytest.mark.parametrize("name", EDITS)
def test_a_form_says_what_it_was_filled_from(two: tuple[Client, Client], name: str) -> None:
    made, field, _first, _second = EDITS[name]
    assert json.loads(filled(two[0], made(), field)["was"])[field]


TEXTS = {name: field for name, (_made, field, first, _second) in EDITS.items() if first == "先の文"}


@pytest.mark.in_short(3)
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


@pytest.mark.in_short(4)
@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("desk_event_edit", "title", "別の題"),
        ("desk_shift", "title", "別のシフト"),
        ("desk_chore", "text", "別の項目"),
        ("desk_todo", "days", "12"),
        ("desk_todo", "side", "after"),
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


def test_of_two_numbers_of_seats_both_are_shown(two: tuple[Client, Client]) -> None:
    aiko, ben = two
    event = cast.event(slots=[cast.first_come_plan(30)])
    desk = f"/desk/events/{event.public_id}/"
    url = f"{desk}slots/{event.slots.get().pk}/capacity/"
    hers, his = filled(aiko, desk, "capacity"), filled(ben, desk, "capacity")
    assert aiko.post(url, {**hers, "capacity": "40"}).status_code == 302
    late = ben.post(url, {**his, "capacity": "35"})
    assert late.status_code == 409
    assert "changed this" in late.content.decode()
    [theirs] = [form for form in Filled(late.content.decode()).forms if "capacity" in form]
    assert theirs["capacity"] == "35"
    assert event.slots.get().capacity == 40
    assert ben.post(url, theirs).status_code == 302
    assert event.slots.get().capacity == 35
    # The same number twice is no conflict.
    assert aiko.post(url, {**hers, "capacity": "35"}).status_code == 302


def test_tags_that_two_add_and_take_out_are_all_as_they_said(two: tuple[Client, Client]) -> None:
    aiko, ben = two
    event = cast.event()
    talk = cast.talk("emi", event)
    page, url = f"/desk/events/{event.public_id}/slides/", f"/desk/events/{event.public_id}/talks/{talk.pk}/themes/"
    aiko.post(url, {"themes": "推薦, 検索"})
    hers, his = filled(aiko, page, "themes"), filled(ben, page, "themes")
    assert aiko.post(url, {**hers, "themes": "推薦, 検索, 評価"}).status_code == 302
    assert ben.post(url, {**his, "themes": "検索, Python"}).status_code == 302
    talk.refresh_from_db()
    assert talk.themes == ["検索", "評価", "Python"]
    # More than a talk can have are given back as they were typed.
    full = ben.post(url, {**his, "themes": "推薦, 検索, a, b, c"})
    assert full.status_code != 302
    assert "推薦, 検索, a, b, c" in full.content.decode()


def test_an_order_of_nominees_that_is_not_there_any_longer_is_refused(two: tuple[Client, Client]) -> None:
    aiko, ben = two
    event = cast.event()
    entries = [cast.registered(name, event) for name in ("dan", "emi", "finn")]
    url = f"/desk/events/{event.public_id}/draw/{event.slots.in_order()[0].public_id}/nominations/"
    seen = filled_all(ben, url)[0]["seen"]
    aiko.post(url, {"registration": entries[0].pk, "to": "1", "seen": seen})
    late = ben.post(url, {"registration": entries[1].pk, "to": "1", "seen": seen}, follow=True)
    assert "Someone has changed the order in the meantime" in late.content.decode()
    entries[1].refresh_from_db()
    assert entries[1].nominated is None
    ben.post(url, {"registration": entries[1].pk, "to": "1", "seen": filled_all(ben, url)[0]["seen"]})
    entries[1].refresh_from_db()
    assert entries[1].nominated == 1


def test_every_form_of_the_dashboard_is_checked_or_excused() -> None:
    forms = {name for name, (_get, post) in DESK.items() if set(post) != {"m"}}
    assert EDITS.keys() | EXCUSED.keys() == forms
    assert not EDITS.keys() & EXCUSED.keys()


def test_a_form_that_nobody_has_thought_of_is_found() -> None:
    """The control."""
    forms = {name for name, (_get, post) in {**DESK, "desk_new_form": ("Lnnn", "Lnnb")}.items() if set(post) != {"m"}}
    assert forms - EDITS.keys() - EXCUSED.keys() == {"desk_new_form"}
