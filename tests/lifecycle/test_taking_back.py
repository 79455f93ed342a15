"""Ten minutes to take back a message to people, a test to oneself, and words that are each reader's own (RULES 190 to 192)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from meetups.communities.permissions import Role
from meetups.events.models import Event, Undo
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.messages.variables import fill_in, unknown_in, used_in
from meetups.lifecycle.models import Message
from meetups.lifecycle.tasks import send_due_messages
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
NEAR = cast.STARTS_AT - timedelta(hours=23)
TYPED = {"groups": ["confirmed"], "subject_ja": "入口について", "body_ja": "**裏口**からどうぞ。", "when": "now"}


@pytest.fixture
def event() -> Event:
    """Dan and Gin have a seat."""
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "gin"):
        cast.registered(name, event)
    Notification.objects.all().delete()
    return event


def post(event: Event, path: str, fields: dict[str, Any], *, at: Any = cast.NOW, who: str = "aiko") -> Any:
    with time_machine.travel(at, tick=False):
        return cast.signed_in(who).post(f"/desk/events/{event.public_id}/{path}", fields)


def page(event: Event, path: str = "", *, at: Any = cast.NOW, who: str = "aiko") -> str:
    with time_machine.travel(at, tick=False):
        return str(cast.signed_in(who).get(f"/desk/events/{event.public_id}/{path}").content.decode())


def write(event: Event, *, at: Any = cast.NOW, **more: Any) -> Any:
    return post(event, "messages/new/", {**TYPED, "intent": "send", **more}, at=at)


def press(event: Event, intent: str, *, at: Any = cast.NOW, pk: int | None = None) -> Any:
    return post(event, f"undo/{pk or event.undoable.get().pk}/", {"intent": intent}, at=at)


def told() -> int:
    return Notification.objects.filter(kind="organizer_message").count()


def test_it_leaves_after_ten_minutes_and_not_before(event: Event) -> None:
    assert write(event).status_code == 302
    send_due_messages(cast.NOW + 10 * MINUTE - timedelta(seconds=1))
    assert told() == 0
    send_due_messages(cast.NOW + 10 * MINUTE)
    assert told() == 2
    assert not Undo.objects.exists()


def test_what_is_taken_back_reaches_no_one_and_comes_back_as_a_draft(event: Event) -> None:
    write(event)
    answer = press(event, "undo", at=cast.NOW + 9 * MINUTE)
    form = page(event, answer["Location"].partition(f"{event.public_id}/")[2], at=cast.NOW + 9 * MINUTE)
    assert "**裏口**からどうぞ。" in form
    send_due_messages(cast.NOW + timedelta(days=1))
    message = Message.objects.get()
    assert (told(), message.state) == (0, "draft")
    assert "draft" in page(event, "messages/")
    # Sent after all, the draft is out of the way.
    write(event, replaces=message.pk, body_ja="表口からどうぞ。", at=cast.NOW + 11 * MINUTE)
    send_due_messages(cast.NOW + timedelta(days=1))
    assert told() == 2
    assert {one.texts["ja"]["body"]: one.state for one in Message.objects.all()} == {
        "**裏口**からどうぞ。": "withdrawn",
        "表口からどうぞ。": "sent",
    }
    verbs = HistoryEntry.objects.filter(subject=message.subject).order_by("pk").values_list("verb", flat=True)
    assert [*verbs] == ["write_message", "take_back_message", "withdraw_message"]


def test_who_does_not_want_to_wait_sends_it_now(event: Event) -> None:
    write(event)
    press(event, "send", at=cast.NOW + MINUTE)
    assert told() == 2
    assert Message.objects.get().state == "sent"


@pytest.mark.parametrize("intent", ["undo", "send"])
def test_a_button_that_is_pressed_too_late_or_twice_says_so(event: Event, intent: str) -> None:
    write(event)
    pk = event.undoable.get().pk
    send_due_messages(cast.NOW + 10 * MINUTE)
    with time_machine.travel(cast.NOW + 10 * MINUTE, tick=False):
        desk = cast.signed_in("aiko")
        late = desk.post(f"/desk/events/{event.public_id}/undo/{pk}/", {"intent": intent}, follow=True)
    assert "The ten minutes are over" in late.content.decode()
    assert told() == 2
    assert Message.objects.get().state == "sent"
    write(event, body_ja="もう一度", at=cast.NOW + 20 * MINUTE)
    pk = event.undoable.get().pk
    for _click in range(2):
        press(event, intent, pk=pk, at=cast.NOW + 21 * MINUTE)
    assert told() == (2 if intent == "undo" else 4)


def test_close_to_the_event_it_leaves_at_once_and_the_button_says_so(event: Event) -> None:
    far = post(event, "messages/new/", {**TYPED, "intent": "preview"})
    assert "leaves in ten minutes" in far.content.decode()
    near = post(event, "messages/new/", {**TYPED, "intent": "preview"}, at=NEAR)
    assert "sent at once" in near.content.decode()
    write(event, at=NEAR)
    assert told() == 2
    assert not Undo.objects.exists()


def test_every_page_of_the_event_has_the_bar_until_it_ends(event: Event) -> None:
    assert 'class="undo"' not in page(event)
    write(event)
    write(event, body_ja="駅から5分です。", at=cast.NOW + MINUTE)
    for path in ("", "messages/", "attendees/", "shifts/", "edit/", "check-in/"):
        shown = page(event, path, at=cast.NOW + 2 * MINUTE)
        assert "9 minutes" in shown, path
        assert "Email to 2 people in" in shown
        assert "and 1 more" in shown
        assert "Send now without waiting" in shown
    assert 'class="undo"' not in page(event, at=cast.NOW + 11 * MINUTE)


def test_who_may_not_write_sees_no_bar_and_takes_nothing_back(event: Event) -> None:
    cast.member("chie", Role.RECEPTION)
    write(event)
    assert 'class="undo"' not in page(event, "check-in/", who="chie")
    assert post(event, f"undo/{event.undoable.get().pk}/", {"intent": "undo"}, who="chie").status_code == 404
    other = cast.event()
    assert post(other, f"undo/{event.undoable.get().pk}/", {"intent": "undo"}).status_code == 404
    assert Message.objects.get().state == "scheduled", "a bar of another event takes nothing back"


def test_what_leaves_now_does_not_move_with_the_event_and_ends_with_it(event: Event) -> None:
    write(event)
    later = timedelta(days=3)
    fields: dict[str, object] = {"starts_at": event.starts_at + later, "ends_at": event.ends_at + later}
    change_event(event=event, fields=fields, at=cast.NOW + MINUTE, by=cast.person("aiko"))
    assert Message.objects.get().send_at == cast.NOW + 10 * MINUTE
    cancel_event(event=event, at=cast.NOW + 2 * MINUTE, by=cast.person("aiko"))
    assert Message.objects.get().state == "withdrawn"
    assert not Undo.objects.filter(kind="message").exists()


def test_a_second_click_while_it_waits_is_one_message(event: Event) -> None:
    for _click in range(2):
        write(event)
    assert Message.objects.count() == 1
    press(event, "undo")
    write(event)
    assert Message.objects.filter(state="scheduled").count() == 1, "what was taken back can be sent again"


def test_a_test_goes_to_me_alone_in_each_language(event: Event, mail_sink: MailSink) -> None:
    english = {"subject_en": "The door", "body_en": "Hello {{ name }}, use the **back door**."}
    answer = post(event, "messages/new/", {**TYPED, **english, "intent": "trial"})
    assert "on its way to you" in answer.content.decode()
    deliver(at=cast.NOW)
    mails = mail_sink.to("aiko@example.org")
    assert sorted(one["Subject"].partition(":")[0].partition("：")[0] for one in mails) == [
        "[Test] The door",
        "[Test] 入口について",
    ]
    assert any("Hello 愛子" in text_of(one) for one in mails)
    assert not mail_sink.to("dan@example.org")
    assert not Message.objects.exists()
    assert not Notification.objects.filter(letter__isnull=False).exists(), "its words are not kept"


def test_each_reader_gets_their_own_words(event: Event, mail_sink: MailSink) -> None:
    name = "D*a*n [x](http://evil.example)"
    person = cast.person("dan")
    person.name = name
    person.save()
    write(event, subject_ja="{{名前}}さんへ", body_ja="{{ name }}さん、｛｛会場｝｝で。{{page}}", at=NEAR)
    deliver(at=NEAR)
    [mail] = mail_sink.to("dan@example.org")
    text = text_of(mail)
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert mail["Subject"].startswith(f"{name}さんへ")
    assert name in text
    assert f"/{event.public_id}/" in text
    assert ">x</a>" not in html, "a name makes no link of its own words"
    [other] = mail_sink.to("gin@example.org")
    assert "Ginさん" in text_of(other)


def test_the_preview_names_the_variables_with_ones_own_values(event: Event) -> None:
    shown = post(event, "messages/new/", {**TYPED, "body_ja": "{{名前}}さん", "intent": "preview"}).content.decode()
    assert "Different for each reader" in shown
    assert "{{name}}" in shown
    assert "愛子さん" in shown


@pytest.mark.parametrize("field", ["subject_ja", "body_ja"])
@pytest.mark.parametrize("word", ["{{nmae}}", "{{ }}", "{{name}", "{{name", "｛｛なまえ｝｝"])
def test_a_word_in_braces_that_stands_for_nothing_is_refused_at_its_field(event: Event, field: str, word: str) -> None:
    answer = write(event, **{field: f"こんにちは {word} さん"})
    assert answer.status_code == 422
    assert "stands for nothing" in answer.content.decode()
    assert field in answer.context["form"].errors
    assert not Message.objects.exists()


def test_variables_of_both_languages_mean_the_same() -> None:
    assert used_in(["{{名前}} {{ name }} {{会場}}"]) == ["name", "venue"]
    assert not unknown_in("{{Name}} と {{ 日時 }}")
    assert fill_in("{{name}}", {"name": "*a*"}, markdown=True) == r"\*a\*"
