"""Organizers write to people of their event: the recipients, the times, the limits (RULES 98 to 100)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from meetups.core.texts.plain_text import as_text
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.models import Message
from meetups.lifecycle.tasks import send_due_messages
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification, Suppression
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from tests.support import cast
from tests.support.letters import text_of
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
TYPED = {"groups": ["confirmed"], "subject_ja": "入口について", "body_ja": "**裏口**からどうぞ。", "when": "now"}


@pytest.fixture
def event() -> Event:
    """Dan and Gin have a seat, Hana is in the queue, Finn volunteers, Emi speaks."""
    event = cast.event(slots=[cast.first_come_plan(2), cast.duty_plan(), cast.invited_plan()])
    for name in ("dan", "gin", "hana"):
        cast.registered(name, event)
    cast.volunteering("finn", event)
    cast.talk("emi", event)
    Notification.objects.all().delete()
    return event


def url(event: Event, path: str = "") -> str:
    return f"/desk/events/{event.public_id}/messages/{path}"


def post(event: Event, *, intent: str = "send", at: datetime = cast.NOW, path: str = "new/", **more: Any) -> Any:
    """Aiko sends the form at `at`, and does not wait until it leaves; a field that is None is not sent."""
    with time_machine.travel(at, tick=False):
        desk = cast.signed_in("aiko")
        fields = {name: value for name, value in {**TYPED, "intent": intent, **more}.items() if value is not None}
        answer = desk.post(url(event, path), fields)
        for undo in event.undoable.filter(kind="message"):
            desk.post(f"/desk/events/{event.public_id}/undo/{undo.pk}/", {"intent": "send"})
        return answer


def told() -> set[str]:
    """The people with the organizers' message in the outbox."""
    rows = Notification.objects.filter(kind="organizer_message")
    return {row.recipient.email.partition("@")[0] for row in rows.select_related("recipient") if row.recipient}


@pytest.mark.in_short(4)
@pytest.mark.parametrize(
    ("chosen", "people"),
    [
        ({"groups": ["confirmed"]}, {"dan", "gin", "finn", "emi"}),
        ({"groups": ["waitlisted"]}, {"hana"}),
        ({"groups": ["applied", "speakers"]}, {"emi"}),
        ({"groups": ["volunteers", "speakers"]}, {"finn", "emi"}),
        ({"groups": ["confirmed", "volunteers"], "slots": "first"}, {"dan", "gin", "finn"}),
        ({"groups": ["confirmed"], "arrived": "yes"}, {"dan"}),
        ({"groups": ["confirmed"], "arrived": "no", "slots": "first"}, {"gin"}),
    ],
)
def test_it_reaches_those_who_were_chosen_and_says_how_many(
    event: Event, chosen: dict[str, Any], people: set[str]
) -> None:
    Registration.objects.filter(attendee=cast.person("dan")).update(checked_in_at=cast.NOW)
    if "slots" in chosen:
        chosen = {**chosen, "slots": [event.slots.in_order()[0].public_id]}
    preview = post(event, intent="preview", **chosen)
    assert preview.context["reach"].number == len(people)
    assert not told(), "a preview sends nothing"
    assert post(event, **chosen).status_code == 302
    assert told() == people
    assert Message.objects.get().recipients == len(people)


def test_nobody_gets_it_who_has_left_before_it_leaves(event: Event, mail_sink: MailSink) -> None:
    post(event)
    Registration.objects.filter(attendee=cast.person("gin")).update(state="cancelled", cancelled_at=cast.NOW)
    assert deliver(at=cast.NOW).void == 1
    assert not mail_sink.to("gin@example.org")
    assert mail_sink.to("dan@example.org")


def test_the_mail_is_the_organizers_own_in_the_language_of_its_reader(event: Event, mail_sink: MailSink) -> None:
    cast.person("dan")
    Registration.objects.filter(attendee=cast.person("gin")).get().person.__class__.objects.filter(
        email="gin@example.org"
    ).update(language="en")
    english: Any = {"subject_en": "The entrance", "body_en": "Use the [back door](https://example.org/map)."}
    # Another mail falls due for Dan soon. The message stays a mail of its own (RULES 98).
    change_event(event=event, fields={"venue_name": "七本木"}, at=cast.NOW, by=cast.person("aiko"))
    post(event, **english)
    deliver(at=cast.NOW + timedelta(minutes=10))
    subjects = [one["Subject"] for one in mail_sink.to("dan@example.org")]
    assert any(one.startswith("入口について") and one.endswith(event.title) for one in subjects), (
        "in a mailbox nothing else says what it is about"
    )
    assert len(subjects) == 2
    ours = next(one for one in mail_sink.to("gin@example.org") if one["Subject"] == f"The entrance: {event.title}")
    text = text_of(ours)
    html = ours.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Use the back door (https://example.org/map)." in text
    assert 'href="https://example.org/map"' in html
    assert ours["Auto-Submitted"] == "auto-generated"


def test_a_hostile_text_stays_text(event: Event, mail_sink: MailSink) -> None:
    body = (
        "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1)) ![p](https://x.example/p.png)"
    )
    assert "<script>" not in post(event, intent="preview", body_ja=body).content.decode().partition("mail-sheet")[2]
    post(event, subject_ja="a\r\nBcc: everyone@example.org", body_ja=body)
    deliver(at=cast.NOW)
    [sent] = mail_sink.to("dan@example.org")
    html = sent.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Bcc" not in sent
    assert not any(bad in html for bad in ("<script>alert", "<img", 'href="javascript'))


def test_at_a_set_time_it_goes_to_whoever_belongs_to_it_then(event: Event) -> None:
    """The time is on the event's clock. The message goes once, however often the clock ticks."""
    assert post(event, when="later", send_at="2026-11-21T09:00").status_code == 302
    message = Message.objects.get()
    assert (message.state, message.send_at.isoformat()) == ("scheduled", "2026-11-21T00:00:00+00:00")
    Registration.objects.filter(attendee=cast.person("gin")).update(state="cancelled", cancelled_at=cast.NOW)
    send_due_messages(message.send_at - MINUTE)
    assert not told()
    assert send_due_messages(message.send_at) == "1 messages of organizers sent to 3 people"
    send_due_messages(message.send_at + MINUTE)
    assert told() == {"dan", "finn", "emi"}
    assert Notification.objects.count() == 3
    verbs = HistoryEntry.objects.filter(subject=message.subject).order_by("pk").values_list("verb", "to_state")
    assert list(verbs) == [("write_message", "scheduled"), ("send_message", "sent")]


def test_a_scheduled_one_can_be_withdrawn_until_it_is_sent(event: Event) -> None:
    post(event, when="later", send_at="2026-11-21T09:00")
    message = Message.objects.get()
    post(event, path=f"{message.pk}/withdrawal/")
    send_due_messages(message.send_at)
    assert not told()
    post(event, body_ja="別の文", when="later", send_at="2026-11-21T09:00")
    message = Message.objects.get(state="scheduled")
    send_due_messages(message.send_at)
    post(event, path=f"{message.pk}/withdrawal/")
    assert Message.objects.get(pk=message.pk).state == "sent"


def test_a_changed_one_takes_the_place_of_the_scheduled_one(event: Event) -> None:
    post(event, when="later", send_at="2026-11-21T09:00")
    first = Message.objects.get()
    with time_machine.travel(cast.NOW, tick=False):
        page = cast.signed_in("aiko").get(url(event, "new/"), {"copy": first.pk})
    assert page.context["form"]["body_ja"].value() == TYPED["body_ja"]
    assert page.context["form"]["replaces"].value() == first.pk
    post(event, body_ja="新しい文", when="later", send_at="2026-11-21T10:00", replaces=first.pk)
    assert dict(Message.objects.values_list("texts__ja__body", "state")) == {
        TYPED["body_ja"]: "withdrawn",
        "新しい文": "scheduled",
    }
    assert post(event, body_ja="もう一つ", replaces=first.pk).status_code == 409, "it is not scheduled any more"
    assert not told()
    with time_machine.travel(cast.NOW, tick=False):
        page = cast.signed_in("aiko").get(url(event))
    assert [line.message.texts["ja"]["body"] for line in page.context["written"]] == ["新しい文"]
    assert len(page.context["withdrawn"]) == 1, "what was replaced is out of the way"


def test_a_second_click_sends_nothing_twice(event: Event) -> None:
    assert [post(event).status_code for _click in range(2)] == [302, 302]
    assert Message.objects.count() == 1
    post(event, at=cast.NOW + 11 * MINUTE)
    assert Message.objects.count() == 2, "later it is meant"


@pytest.mark.story
def test_organizers_cannot_write_without_end(event: Event) -> None:
    for number in range(10):
        assert post(event, body_ja=f"{number}").status_code == 302
    refused = post(event, body_ja="まだある")
    assert refused.status_code == 429
    assert "まだある" in refused.content.decode(), "what was typed stays"
    assert Message.objects.count() == 10
    assert post(event, body_ja="まだある", at=cast.NOW + timedelta(days=1, minutes=1)).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"groups": None}, "Choose the recipients"),
        ({"groups": ["everybody"]}, "Select a valid choice"),
        ({"slots": ["elsewhere"]}, "Select a valid choice"),
        ({"subject_ja": ""}, "required"),
        ({"body_ja": " "}, "required"),
        ({"subject_en": "Only a subject"}, "but no text"),
        ({"when": "later"}, "Choose a date and time"),
        ({"when": "later", "send_at": "tomorrow"}, "Enter a date and time"),
        ({"subject_ja": "x" * 121}, "at most 120"),
        ({"body_ja": "nul\0"}, "Null characters"),
        ({"replaces": "-3"}, "greater than or equal"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(event: Event, fields: dict[str, Any], words: str) -> None:
    answer = post(event, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert fields.get("body_ja", TYPED["body_ja"])[:1] in answer.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("intent", ["preview", "send"])
@pytest.mark.parametrize(
    ("send_at", "words"), [("2026-11-20T09:00", "That time has passed"), ("2030-01-01T09:00", "at most a year")]
)
def test_a_time_at_which_it_could_not_leave_is_refused_before_the_preview(
    event: Event, intent: str, send_at: str, words: str
) -> None:
    answer = post(event, intent=intent, when="later", send_at=send_at)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert not Message.objects.exists()


def test_a_preview_for_later_says_that_its_number_is_todays(event: Event) -> None:
    words = "decided when it’s sent"
    assert words in post(event, intent="preview", when="later", send_at="2026-11-21T09:00").content.decode()
    assert words not in post(event, intent="preview").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"groups": ["applied"]}, "No one matches"),
        ({"groups": None, "chosen": "0,abc,999999999,99999999999999"}, "No one matches"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(event: Event, fields: dict[str, Any], words: str) -> None:
    answer = post(event, **fields)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert not told()


def test_a_draft_has_nobody_to_write_to(event: Event) -> None:
    draft = cast.event(publish=False)
    assert post(draft).status_code == 409


def test_those_who_were_ticked_in_the_list_get_it_and_nobody_of_another_event(event: Event) -> None:
    other = cast.registered("iori", cast.event(slots=[cast.first_come_plan(2)]))
    dan = Registration.objects.get(attendee=cast.person("dan"))
    with time_machine.travel(cast.NOW, tick=False):
        page = cast.signed_in("aiko").post(
            f"/desk/events/{event.public_id}/attendees/selected/", {"do": "write", "pk": [dan.pk, other.pk]}
        )
    assert page.status_code == 200
    assert page.context["reach"].number == 1
    post(event, groups=None, chosen=f"{dan.pk},{other.pk}")
    assert told() == {"dan"}


def test_the_filter_of_the_list_is_where_it_begins(event: Event) -> None:
    slot = event.slots.in_order()[0]
    with time_machine.travel(cast.NOW, tick=False):
        page = cast.signed_in("aiko").get(url(event, "new/"), {"state": "waitlisted", "slot": str(slot.pk)})
    assert page.context["reach"].number == 1


def test_it_moves_with_its_event_and_is_withdrawn_when_that_is_cancelled(event: Event) -> None:
    post(event, when="later", send_at="2026-11-25T09:00")
    post(event, body_ja="早く", when="later", send_at="2026-11-21T09:00")
    earlier = timedelta(days=3)
    aiko = cast.person("aiko")
    fields: dict[str, object] = {"starts_at": event.starts_at - earlier, "ends_at": event.ends_at - earlier}
    change_event(event=event, fields=fields, at=cast.NOW, by=aiko)
    states = {one.texts["ja"]["body"]: (one.state, one.send_at.day) for one in Message.objects.all()}
    assert states == {TYPED["body_ja"]: ("scheduled", 22), "早く": ("withdrawn", 21)}, "never sent late"
    cancel_event(event=event, at=cast.NOW, by=aiko)
    send_due_messages(cast.NOW + timedelta(days=9))
    assert not told()
    assert set(Message.objects.values_list("state", flat=True)) == {"withdrawn"}


def test_the_page_of_messages_shows_what_was_written_and_what_became_of_it(
    event: Event, django_assert_max_num_queries: Any, mail_sink: MailSink
) -> None:
    Suppression.objects.create(address="gin@example.org", since=cast.NOW, reason="550 5.1.1")
    post(event)
    post(event, body_ja="後で", when="later", send_at="2026-11-21T09:00")
    deliver(at=cast.NOW)
    sent = Message.objects.get(state="sent")
    with time_machine.travel(cast.NOW, tick=False):
        desk = cast.signed_in("aiko")
        with django_assert_max_num_queries(14):
            page = desk.get(url(event))
        assert [line.message.state for line in page.context["written"]] == ["scheduled", "sent"]
        one = desk.get(url(event, f"{sent.pk}/"))
        assert one.context["outcome"] == "3 sent, 1 not delivered"
        assert one.context["missed"] == ["Gin"]
        assert "“入口について”, from the organizers" in page.content.decode(), "the log says which message"
        assert desk.get(url(event, "999999/")).status_code == 404
        elsewhere = cast.event(of=cast.community(slug="other", owner="finn"))
        assert desk.get(url(elsewhere, f"{sent.pk}/")).status_code == 404
        own = cast.event()
        assert desk.get(url(own, f"{sent.pk}/")).status_code == 404, "a message of another event"


def test_the_number_is_live_where_scripts_run(event: Event) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        desk = cast.signed_in("aiko")
        answer = desk.post(url(event, "new/"), {"groups": ["speakers"]}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "1 person" in answer.content.decode()
    assert "<form" not in answer.content.decode()


def test_an_accepted_talk_counts_as_a_speaker_and_a_declined_one_does_not(event: Event) -> None:
    cast.talk("iori", event, state=Talk.State.ACCEPTED)
    Talk.objects.filter(speaker=cast.person("emi")).update(state=Talk.State.REJECTED)
    assert post(event, intent="preview", groups=["speakers"]).context["reach"].number == 1


def test_markdown_reads_well_as_plain_text() -> None:
    text = "# 見出し\n\n**太字**と[地図](https://a.example/)\n\n- 一\n- 二\n  - 中\n- 三\n\n1. a\n2. b\n\n> 引用\n\n|a|b|\n|-|-|\n|1|2|"
    assert as_text(text) == (
        "見出し\n\n太字と地図 (https://a.example/)\n\n- 一\n- 二\n  - 中\n- 三\n\n1. a\n2. b\n\n> 引用\n\na | b\n1 | 2"
    )
