"""The log of messages at the desk: who got which message, and with what result."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification, Suppression
from organizers.messages.bounce_words import in_plain_words
from organizers.messages.message_names import NAMES
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
State = Notification.State


def page(desk: Client, event: Event, **query: str) -> Any:
    answer = desk.get(f"/desk/events/{event.public_id}/messages/", query)
    assert answer.status_code == 200
    return answer


def test_it_says_who_was_told_what_and_what_became_of_it(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "emi", "finn"):
        cast.registered(name, event)
    for name, fields in {
        "dan": {"state": State.SENT, "settled_at": cast.NOW + timedelta(minutes=1)},
        "emi": {"state": State.BOUNCED, "settled_at": cast.NOW, "error": "550 5.1.1 unknown"},
    }.items():
        Notification.objects.filter(recipient=cast.person(name)).update(**fields)
    Suppression.objects.create(address=cast.person("emi").email, since=cast.NOW, reason="550 5.1.1 unknown")
    answer = page(desk, event)
    said = {row.whom: (row.what, row.label, row.reason) for row in answer.context["rows"]}
    assert said[cast.person("dan").name] == ("Seat confirmed", "Sent", "")
    assert said[cast.person("emi").name] == ("Seat confirmed", "Bounced", "This email address doesn’t exist.")
    assert said[cast.person("finn").name] == ("Added to the waitlist", "Queued", "")
    assert "550 5.1.1 unknown" in answer.content.decode(), "and what the server said"
    assert answer.context["stopped"] == [cast.person("emi").name]
    assert [row.whom for row in page(desk, event, state="bounced").context["rows"]] == [cast.person("emi").name]
    assert [row.whom for row in page(desk, event, q=cast.person("dan").name).context["rows"]] == [
        cast.person("dan").name
    ]
    assert len(page(desk, event, state="nonsense", page="9999999999", q="").context["rows"]) == 3


def test_at_the_door_an_address_finds_what_its_owner_was_told(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    for name in ("dan", "emi"):
        cast.registered(name, event)
    Notification.objects.update(state=State.SENT, settled_at=cast.NOW)
    answer = page(desk, event, q="DAN@example.org")
    [row] = answer.context["rows"]
    assert (row.whom, row.address, row.again) == (cast.person("dan").name, "dan@example.org", "Send again")
    assert "spam" in answer.content.decode(), "what a person can do who does not find it"
    assert [found.number for found in answer.context["filters"]] == [1, 1, 0, 0, 0, 0]
    assert "dan@" not in page(desk, event).content.decode(), "nobody asked for an address"
    nobody = page(desk, event, q="dan@example").content.decode()
    assert "No emails about this event went to this name or address" in nobody


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("550 5.1.1 User unknown", "This email address doesn’t exist."),
        ("550 5.1.2 Bad destination", "The part after the @ can’t receive email. The address may be mistyped."),
        ("550 No such user here", "The recipient’s server doesn’t accept email for this address."),
        ("552 5.2.2 Over quota", "The mailbox is full."),
        ("5.2.2", "The mailbox is full."),
        ("550 5.2.1 disabled", "The mailbox is closed."),
        ("550 5.7.1 looks like spam", "The recipient’s server marked it as spam, or doesn’t trust ours."),
        ("554 Transaction failed", "The recipient’s server rejected this email."),
        ("451 4.7.1 greylisted", "The recipient’s server marked it as spam, or doesn’t trust ours."),
        ("451 Try later", "The recipient’s server didn’t accept it for three days."),
        ("SMTPServerDisconnected: gone", "We couldn’t send it. The administrator of this site can find the reason in the log."),
        ("", "We couldn’t send it. The administrator of this site can find the reason in the log."),
    ],
)  # fmt: skip
def test_why_it_did_not_arrive_is_said_in_plain_words(error: str, words: str) -> None:
    with translation.override("en"):
        assert in_plain_words(error) == words


class TestAgain:
    """A person says that they got no mail (RULES 101)."""

    def again(self, event: Event, row: Notification, *, at: datetime = cast.NOW) -> str:
        """Aiko presses the button. Returns the messages on the next page."""
        with time_machine.travel(at, tick=False):
            url = f"/desk/events/{event.public_id}/messages/log/{row.pk}/repetition/"
            answer = cast.signed_in("aiko").post(url, {"query": "q=Dan&page=1"}, follow=True)
        assert answer.redirect_chain == [(f"/desk/events/{event.public_id}/messages/?q=Dan&page=1", 302)]
        return " ".join(str(one) for one in answer.context["messages"])

    @pytest.fixture
    def event(self) -> Event:
        return cast.event(slots=[cast.first_come_plan(2)])

    def row(self, event: Event) -> Notification:
        cast.registered("dan", event)
        return Notification.objects.get(kind="seat_confirmed")

    @pytest.mark.django_db(transaction=True)
    def test_who_found_no_mail_gets_the_same_one_again(self, event: Event, mail_sink: MailSink) -> None:
        row = self.row(event)
        deliver(at=cast.NOW)
        assert "Sending it again" in self.again(event, row)
        deliver(at=cast.NOW)
        first, second = mail_sink.to("dan@example.org")
        assert first["Message-ID"] == second["Message-ID"]
        assert HistoryEntry.objects.filter(verb="send_mail_again", actor=cast.person("aiko")).count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_an_address_that_came_back_is_tried_again(self, event: Event, mail_sink: MailSink) -> None:
        row = self.row(event)
        Suppression.objects.create(address="dan@example.org", since=cast.NOW, reason="552 5.2.2 full")
        assert deliver(at=cast.NOW).bounced == 1
        assert "Sending it again" in self.again(event, row)
        assert deliver(at=cast.NOW).sent == 1
        assert mail_sink.to("dan@example.org")
        assert not Suppression.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_what_is_no_longer_true_is_not_sent_again(self, event: Event, mail_sink: MailSink) -> None:
        row = self.row(event)
        deliver(at=cast.NOW)
        leave_event(event=event, person=cast.person("dan"), at=cast.NOW, by=cast.person("dan"))
        self.again(event, row)
        deliver(at=cast.NOW)
        assert Notification.objects.get(pk=row.pk).state == State.VOID
        assert "out of date" in self.again(event, row)

    @pytest.mark.django_db(transaction=True)
    def test_not_twice_in_ten_minutes_and_three_times_a_day(self, event: Event) -> None:
        row = self.row(event)
        assert "queued and will be sent automatically" in self.again(event, row)
        said = []
        for minutes in (0, 9, 11, 30, 60, 60 * 24 + 1):
            Notification.objects.update(state=State.SENT, settled_at=cast.NOW)
            said.append(self.again(event, row, at=cast.NOW + timedelta(minutes=minutes)))
        assert ["Sending it again" in one for one in said] == [True, False, True, True, False, True]
        assert "less than ten minutes ago" in said[1]
        assert "three times in 24 hours" in said[4]

    def test_a_mail_about_another_event_is_not_there(self, event: Event) -> None:
        row = self.row(event)
        other = cast.event(slots=[cast.first_come_plan(2)])
        url = f"/desk/events/{other.public_id}/messages/log/{row.pk}/repetition/"
        assert cast.signed_in("aiko").post(url).status_code == 404


def test_another_event_is_not_in_it(desk: Client) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    cast.registered("dan", cast.event(slots=[cast.first_come_plan(2)]))
    assert page(desk, event).context["rows"] == []


def test_a_thousand_take_no_more_queries(desk: Client, django_assert_max_num_queries: Any) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    dan = cast.person("dan")
    Notification.objects.bulk_create(
        Notification(
            key=f"seat_confirmed:{dan.pk}:registration:{number}:1",
            kind="seat_confirmed",
            recipient=dan,
            thread=event.thread,
            subject=f"registration:{number}",
            created_at=cast.NOW,
            due_at=cast.NOW,
        )
        for number in range(1000)
    )
    with django_assert_max_num_queries(12):
        answer = page(desk, event, page="3")
    assert len(answer.context["rows"]) == 100


def test_every_kind_has_a_name() -> None:
    assert set(KINDS) <= set(NAMES)
    with translation.override("en"):
        assert len({str(name) for name in NAMES.values()}) == len(NAMES), "no two are called alike"
