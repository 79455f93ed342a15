"""A change of a published event: the sheet before it, ten minutes to undo it, and what is exactly as it was (RULES 102, 193)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event, Undo
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.actions.team.join_as_helper import join_as_helper
from meetups.lifecycle.actions.team.make_helper_link import make_helper_link
from meetups.lifecycle.dates_that_move import MOVING
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.models import Message
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.speakers.models import Rehearsal
from meetups.volunteers.models import Shift
from organizers.event.moves_along import KINDS, WORDS
from tests.support import cast
from tests.support.letters import text_of
from tests.support.scenes.message_scene import scheduled_message
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def event() -> Iterator[Event]:
    """Dan and Gin have a seat, Hana waits, Iori is in the lottery, Finn volunteers, Emi speaks."""
    event = cast.event(
        slots=[cast.first_come_plan(2), cast.lottery_plan(5), cast.duty_plan(), cast.invited_plan()],
        shifts=[cast.teardown_plan()],
    )
    first, drawn = event.slots.in_order()[:2]
    for name in ("dan", "gin", "hana"):
        cast.registered(name, event, slot=first)
    cast.registered("iori", event, slot=drawn)
    cast.volunteering("finn", event)
    cast.talk("emi", event)
    Rehearsal.objects.create(
        event=event, starts_at=cast.STARTS_AT - timedelta(days=2), ends_at=cast.STARTS_AT - timedelta(days=2) + HOUR,
        set_at=cast.NOW,
    )  # fmt: skip
    scheduled_message(event)
    Message.objects.update(send_at=cast.STARTS_AT - timedelta(days=1))
    Notification.objects.update(state=Notification.State.SENT, settled_at=cast.NOW)
    yield event
    assert breaches() == []


def desk(who: str = "aiko") -> Client:
    return cast.signed_in(who)


def typed(event: Event, **changed: Any) -> dict[str, Any]:
    form = desk().get(f"/desk/events/{event.public_id}/edit/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    fields |= {"day": str(fields["day"]), "starts": f"{fields['starts']:%H:%M}", "ends": f"{fields['ends']:%H:%M}"}
    return {**{name: value for name, value in fields.items() if value not in (None, False)}, **changed}


def edit(event: Event, *, at: datetime = cast.NOW, **changed: Any) -> Any:
    with time_machine.travel(at, tick=False):
        return desk().post(f"/desk/events/{event.public_id}/edit/", typed(event, **changed))


def test_helpers_are_named_on_the_sheet_and_told(event: Event) -> None:
    link = make_helper_link(event=event, at=cast.NOW, by=cast.person("aiko"))
    join_as_helper(link=link, at=cast.NOW, by=cast.person("leo"))
    sheet = edit(event, venue_name="別のホール", intent="preview").content.decode()
    assert "Check-in helpers" in sheet
    edit(event, venue_name="別のホール", intent="send", asked="1", tell=["helpers"])
    told = Notification.objects.filter(kind="event_changed")
    assert [one.recipient for one in told] == [cast.person("leo")]


def press(event: Event, intent: str, *, at: datetime = cast.NOW + MINUTE, pk: int | None = None) -> Any:
    with time_machine.travel(at, tick=False):
        undo = pk or event.undoable.order_by("-pk")[0].pk
        return desk().post(f"/desk/events/{event.public_id}/undo/{undo}/", {"intent": intent}, follow=True)


def everything() -> dict[str, Any]:
    """Every column of the event and of all that moves with it, but the number by which calendars know what is new."""
    models: list[type[Model]] = [Event, *dict.fromkeys(dates.model for dates in MOVING)]
    rows = {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}
    for row in rows["events.Event"]:
        del row["sequence"], row["sequence_since"]
    return rows


def told() -> int:
    return Notification.objects.filter(kind="event_changed").count()


def test_the_sheet_names_everything_that_moves_and_everyone_who_is_told(event: Event) -> None:
    before = everything()
    shown = edit(event, day="2026-12-12").content.decode()
    assert everything() == before, "the sheet changes nothing"
    assert told() == 0
    for words in ("Deadlines of slots", "Lottery", "Shifts", "Rehearsal", "Scheduled messages", "Reminders"):
        assert words in shown, words
    for words in ("Confirmed", "On the waitlist", "In the lottery", "Volunteers", "Speakers"):
        assert words in shown, words
    assert "The page changes now; the email to 6 people leaves in ten minutes" in shown
    assert "Dec 3, 2:00 PM" in shown
    assert "Dec 10, 2:00 PM" in shown, "the rehearsal, before and after"
    assert "【日時変更】" in shown, "the mail in Japanese"
    assert "Date changed" in shown, "the mail in English"


def test_every_date_that_moves_has_words_on_the_sheet() -> None:
    moving = {(dates.model._meta.label, name) for dates in MOVING for name in dates.fields}
    assert WORDS.keys() == moving
    assert KINDS.keys() == {label for label, _name in moving}
    assert all(apps.get_model(label) for label in KINDS)


def test_the_mail_leaves_after_ten_minutes(event: Event, mail_sink: MailSink) -> None:
    edit(event, day="2026-12-12", intent="send")
    deliver(at=cast.NOW + 10 * MINUTE - timedelta(seconds=1))
    assert not mail_sink.messages
    deliver(at=cast.NOW + 10 * MINUTE)
    assert len(mail_sink.messages) == 6


def test_another_mail_does_not_take_it_along_before_its_time(event: Event, mail_sink: MailSink) -> None:
    edit(event, day="2026-12-12", intent="send")
    leave_event(event=event, person=cast.person("dan"), at=cast.NOW + MINUTE, by=cast.person("dan"))
    deliver(at=cast.NOW + 2 * MINUTE)
    assert all("moved" not in one["Subject"] for one in mail_sink.to("dan@example.org"))
    press(event, "undo", at=cast.NOW + 3 * MINUTE)
    deliver(at=cast.NOW + HOUR)
    assert not any("変更" in one["Subject"] for one in mail_sink.messages)


def test_what_is_undone_is_exactly_as_it_was_and_no_one_is_mailed(event: Event, mail_sink: MailSink) -> None:
    before = everything()
    edit(event, day="2026-12-12", venue_name="渋谷オフィス 5F", description="新しい文", intent="send")
    assert everything() != before
    page = press(event, "undo").content.decode()
    assert "Everything is as it was" in page
    assert everything() == before
    deliver(at=cast.NOW + HOUR)
    assert not mail_sink.messages
    assert not Undo.objects.exists()


def test_a_message_that_the_move_withdrew_is_scheduled_again(event: Event) -> None:
    Message.objects.update(send_at=cast.NOW + timedelta(days=1))
    edit(event, day="2026-12-03", intent="send")
    assert Message.objects.get().state == "withdrawn"
    press(event, "undo")
    assert Message.objects.get().state == "scheduled"


def test_what_someone_changed_since_is_not_overwritten(event: Event) -> None:
    cast.member("ben", Role.ORGANIZER)
    edit(event, day="2026-12-12", intent="send")
    first = event.undoable.get().pk
    slot = event.slots.in_order()[0]
    Slot.objects.filter(pk=slot.pk).update(closes_at=cast.STARTS_AT + timedelta(days=6))
    edit(event, at=cast.NOW + MINUTE, hashtag="mine", intent="send")
    press(event, "undo", pk=first, at=cast.NOW + 2 * MINUTE)
    event.refresh_from_db()
    assert (event.starts_at, event.hashtag) == (cast.STARTS_AT, "mine"), "another field is another thing"
    assert Slot.objects.get(pk=slot.pk).closes_at == cast.STARTS_AT + timedelta(days=6), "nor is a date set since"
    Slot.objects.filter(pk=slot.pk).update(closes_at=cast.STARTS_AT)
    edit(event, at=cast.NOW + 3 * MINUTE, title="一", intent="send")
    second = event.undoable.order_by("-pk")[0].pk
    edit(event, at=cast.NOW + 4 * MINUTE, title="二", intent="send")
    page = press(event, "undo", pk=second, at=cast.NOW + 5 * MINUTE).content.decode()
    assert "changed the same thing since" in page
    event.refresh_from_db()
    assert event.title == "二"


def test_a_draw_that_closed_since_stays_and_a_seat_that_became_free_goes_to_the_next(event: Event) -> None:
    edit(event, day="2026-12-12", intent="send")
    Lottery.objects.update(state=Lottery.State.FROZEN, manifest="x", manifest_sha256="y", frozen_at=cast.NOW, seats=1)
    dates = list(Lottery.objects.values_list("closes_at", "draws_at"))
    leave_event(event=event, person=cast.person("dan"), at=cast.NOW + MINUTE, by=cast.person("dan"))
    page = press(event, "undo", at=cast.NOW + 2 * MINUTE).content.decode()
    assert "A lottery has closed since" in page, "it would be drawn after the start"
    assert list(Lottery.objects.values_list("closes_at", "draws_at")) == dates
    Lottery.objects.update(state=Lottery.State.ANNOUNCED, manifest="", manifest_sha256="", frozen_at=None, seats=None)
    press(event, "undo", at=cast.NOW + 3 * MINUTE)
    hana = Registration.objects.get(attendee=cast.person("hana"))
    assert hana.state == "confirmed", "who moved up keeps the seat"


def test_send_now_ends_the_wait(event: Event, mail_sink: MailSink) -> None:
    edit(event, day="2026-12-12", intent="send")
    press(event, "send")
    deliver(at=cast.NOW + MINUTE)
    assert len(mail_sink.messages) == 6
    assert not Undo.objects.exists()


def test_close_to_the_start_it_cannot_be_undone_and_the_button_says_so(event: Event) -> None:
    near = cast.STARTS_AT - 23 * HOUR
    shown = edit(event, at=near, venue_name="渋谷").content.decode()
    assert "leaves at once and can’t be undone" in shown
    edit(event, at=near, venue_name="渋谷", intent="send")
    assert not Undo.objects.exists()
    assert Notification.objects.filter(kind="event_changed", due_at=near).count() == 6


@pytest.mark.in_short(2)
@pytest.mark.parametrize(
    ("tell", "number"), [([], 0), (["confirmed"], 4), (["speakers", "volunteers"], 2), (["waitlisted"], 1)]
)
def test_who_is_told_can_be_switched(event: Event, tell: list[str], number: int) -> None:
    edit(event, venue_name="渋谷", intent="send", asked="1", tell=tell)
    assert told() == number


def test_a_change_of_words_is_told_if_the_switch_is_on(event: Event, mail_sink: MailSink) -> None:
    edit(event, description="新しい文", intent="send", asked="1", tell=["waitlisted"])
    deliver(at=cast.NOW + 10 * MINUTE)
    assert [one["To"] for one in mail_sink.messages] == ["hana@example.org"]


def test_an_event_without_an_audience_asks_nothing() -> None:
    event = cast.event()
    assert edit(event, day="2026-12-12").status_code == 302
    assert not Notification.objects.exists()
    before = Event.objects.get().starts_at
    press(event, "undo")
    assert Event.objects.get().starts_at == before - timedelta(days=7)


def test_reminders_of_the_date_that_came_back_are_not_lost(event: Event) -> None:
    versions = Event.objects.values_list("schedule_version", "schedule_since").get()
    edit(event, day="2026-12-12", intent="send")
    press(event, "undo")
    assert Event.objects.values_list("schedule_version", "schedule_since").get() == versions


def test_the_shifts_of_a_longer_event_come_back(event: Event) -> None:
    before = list(Shift.objects.values_list("starts_at", flat=True))
    change_event(event=event, fields={"ends_at": cast.ENDS_AT + HOUR}, at=cast.NOW, by=cast.person("aiko"))
    assert list(Shift.objects.values_list("starts_at", flat=True)) != before
    press(event, "undo")
    assert list(Shift.objects.values_list("starts_at", flat=True)) == before


NOTE = "18Fの改修工事のためです。"


def test_a_word_of_the_organizers_stands_in_the_mail(event: Event, mail_sink: MailSink) -> None:
    assert 'name="note"' in edit(event, venue_name="渋谷オフィス 5F").content.decode()
    edit(event, venue_name="渋谷オフィス 5F", intent="send", note=f" {NOTE}\n")
    deliver(at=cast.NOW + 10 * MINUTE)
    bodies = [text_of(one) for one in mail_sink.messages]
    assert bodies
    assert all(NOTE in body for body in bodies)


def test_a_second_change_in_the_same_mail_keeps_the_word_and_a_later_one_does_not(event: Event) -> None:
    edit(event, venue_name="渋谷オフィス 5F", intent="send", note=NOTE)
    edit(event, venue_name="渋谷オフィス 6F", intent="send", at=cast.NOW + 5 * MINUTE)
    assert Event.objects.get(pk=event.pk).change_note == NOTE
    edit(event, venue_name="渋谷オフィス 7F", intent="send", at=cast.NOW + 30 * MINUTE)
    assert Event.objects.get(pk=event.pk).change_note == ""


def test_who_goes_on_editing_finds_the_word_again(event: Event) -> None:
    form = edit(event, venue_name="渋谷オフィス 5F", intent="back", note=NOTE).content.decode()
    assert f'name="note" value="{NOTE}"' in form
    assert f">{NOTE}</textarea>" in edit(event, venue_name="渋谷オフィス 5F", note=NOTE).content.decode()


def test_a_word_that_is_undone_goes_with_its_change(event: Event) -> None:
    edit(event, venue_name="渋谷オフィス 5F", intent="send", note=NOTE)
    press(event, "undo")
    assert Event.objects.get(pk=event.pk).change_note == ""


def test_a_long_word_is_cut_off_where_the_form_ends(event: Event) -> None:
    edit(event, venue_name="渋谷オフィス 5F", intent="send", note="あ" * 400)
    assert Event.objects.get(pk=event.pk).change_note == "あ" * 300
