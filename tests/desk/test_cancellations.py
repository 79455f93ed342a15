"""An event is canceled with a reason, and for ten minutes the cancellation can be undone (RULES 194)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from meetups.events.models import Event, Undo
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.models import Message
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.models import Registration
from tests.support import cast
from tests.support.letters import text_of
from tests.support.scenes.message_scene import scheduled_message
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)
REASON = "講師が体調を崩したため、延期します。"


@pytest.fixture
def event(mail_sink: MailSink) -> Event:
    """Dan and Gin have a seat, Hana waits."""
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "gin", "hana"):
        cast.registered(name, event)
    deliver(at=cast.NOW)
    mail_sink.messages.clear()
    mail_sink.recipients.clear()
    return event


def cancel(event: Event, *, at: datetime = cast.NOW, **fields: Any) -> Any:
    with time_machine.travel(at, tick=False):
        return cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/cancellation/", fields)


def press(event: Event, intent: str, *, at: datetime = cast.NOW + MINUTE) -> None:
    with time_machine.travel(at, tick=False):
        cast.signed_in("aiko").post(
            f"/desk/events/{event.public_id}/undo/{event.undoable.get().pk}/", {"intent": intent}
        )


def shown(event: Event, *, at: datetime = cast.NOW) -> str:
    with time_machine.travel(at, tick=False):
        return str(cast.signed_in("dan").get(f"/events/{event.public_id}/").content.decode())


def test_the_reason_stands_in_the_mail_and_on_the_page(event: Event, mail_sink: MailSink) -> None:
    cancel(event, reason=REASON)
    assert REASON in shown(event)
    deliver(at=cast.NOW + 10 * MINUTE - timedelta(seconds=1))
    assert not mail_sink.messages
    deliver(at=cast.NOW + 10 * MINUTE)
    mails = mail_sink.messages
    assert len(mails) == 3
    assert all(REASON in text_of(one) for one in mails)


def test_without_a_reason_the_page_says_that_everyone_hears_of_it(event: Event) -> None:
    cancel(event)
    assert "Everyone involved hears of it by email" in shown(event)
    assert cancel(event, reason="x" * 501).status_code == 422


def test_undone_the_event_takes_place_and_no_one_hears_of_it(event: Event, mail_sink: MailSink) -> None:
    scheduled_message(event)
    before = Event.objects.filter(pk=event.pk).values("state", "cancelled_at", "cancel_reason").get()
    places = list(Registration.objects.order_by("pk").values("pk", "state", "slot"))
    cancel(event, reason=REASON)
    assert Message.objects.get().state == "withdrawn"
    press(event, "undo")
    assert Event.objects.filter(pk=event.pk).values("state", "cancelled_at", "cancel_reason").get() == before
    assert list(Registration.objects.order_by("pk").values("pk", "state", "slot")) == places
    assert Message.objects.get().state == "scheduled"
    deliver(at=cast.NOW + 30 * MINUTE)
    assert not mail_sink.messages
    assert not Undo.objects.exists()
    assert HistoryEntry.objects.filter(subject=f"event:{event.pk}").order_by("-pk")[0].to_state == "published"
    assert breaches() == []


def test_who_left_meanwhile_has_left_and_the_next_one_moves_up(event: Event) -> None:
    cancel(event)
    leave_event(event=event, person=cast.person("dan"), at=cast.NOW + MINUTE, by=cast.person("dan"))
    press(event, "undo", at=cast.NOW + 2 * MINUTE)
    states = dict(Registration.objects.values_list("attendee__email", "state"))
    assert states == {"dan@example.org": "cancelled", "gin@example.org": "confirmed", "hana@example.org": "confirmed"}
    assert breaches() == []


def test_send_now_ends_the_wait(event: Event, mail_sink: MailSink) -> None:
    cancel(event)
    press(event, "send")
    deliver(at=cast.NOW + MINUTE)
    assert len(mail_sink.messages) == 3
    assert not Undo.objects.exists()


def test_close_to_the_start_it_is_for_good_and_the_page_says_so(event: Event, mail_sink: MailSink) -> None:
    near = cast.STARTS_AT - timedelta(hours=23)
    for at, words in ((cast.NOW, "leaves in ten minutes"), (near, "leaves at once and can’t be undone")):
        with time_machine.travel(at, tick=False):
            asked = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/cancellation/").content.decode()
        assert words in asked
    cancel(event, at=near)
    deliver(at=near)
    assert len(mail_sink.messages) == 3
    assert not Undo.objects.exists()
