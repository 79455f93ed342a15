"""Calendar entries come, move and go by themselves (iTIP; E5, RULES 169). Two libraries read each file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message as MailMessage
from email.policy import SMTP
from typing import Any

import icalendar
import pytest
import time_machine
import vobject  # type: ignore[import-untyped]  # it has no types
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.accounts.actions.renew_calendar_feed import renew_calendar_feed
from meetups.communities.models import Community
from meetups.core.texts.calendar_invitation import invitation
from meetups.events.calendar import event_calendar
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.actions.deliver import deliver
from tests.support import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def mails(at: datetime, to: str = "dan") -> list[MailMessage]:
    """The mails that leave now, as their reader's program gets them."""
    mail.outbox.clear()
    deliver(at=at)
    return [
        message_from_bytes(one.message(policy=SMTP).as_bytes())
        for one in mail.outbox
        if one.to == [f"{to}@example.org"]
    ]


def alternatives(one: MailMessage) -> list[str]:
    [together] = [part for part in one.walk() if part.get_content_type() == "multipart/alternative"]
    return [part.get_content_type() for part in together.get_payload()]  # type: ignore[union-attr]  # they are messages


def entry(at: datetime, to: str = "dan") -> dict[str, Any]:
    """What the calendar part of the only mail says; both libraries read the same."""
    [one] = mails(at, to)
    assert alternatives(one) == ["text/plain", "text/html", "text/calendar"]
    [part, file] = [part for part in one.walk() if part.get_content_type() == "text/calendar"]
    assert part.get_filename() is None
    assert file.get_filename() == "event.ics"
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    calendar = icalendar.Calendar.from_ical(content)
    found: Any = calendar.walk("VEVENT")[0]
    theirs = vobject.readOne(content.decode())
    assert str(calendar["method"]) == part.get_param("method") == file.get_param("method") == theirs.method.value
    assert theirs.vevent.uid.value == str(found["uid"])
    assert int(theirs.vevent.sequence.value) == int(found["sequence"])
    assert theirs.vevent.attendee.value == str(found["attendee"])
    assert theirs.vevent.dtstart.value == found["dtstart"].dt
    return {"method": str(calendar["method"]), "alarms": len(found.walk("VALARM")), "file": content} | {
        name.lower(): value for name, value in found.items()
    }


def test_a_seat_comes_moves_and_goes() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.registered("dan", event)
    came = entry(cast.NOW + HOUR)
    start = event.starts_at + timedelta(days=1)
    fields: dict[str, object] = {"starts_at": start, "ends_at": start + 2 * HOUR}
    event = change_event(event=event, fields=fields, at=cast.NOW + 2 * HOUR, by=cast.person("aiko")).event
    moved = entry(cast.NOW + 3 * HOUR)
    leave_event(event=event, person=cast.person("dan"), at=cast.NOW + 4 * HOUR, by=cast.person("dan"))
    went = entry(cast.NOW + 5 * HOUR)
    assert [one["method"] for one in (came, moved, went)] == ["REQUEST", "REQUEST", "CANCEL"]
    assert came["uid"] == moved["uid"] == went["uid"]
    assert came["sequence"] < moved["sequence"] < went["sequence"]
    assert moved["dtstart"].dt == start
    assert [str(one["status"]) for one in (came, moved, went)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [one["alarms"] for one in (came, moved, went)] == [1, 1, 0]


def test_what_the_entry_says_is_the_same_in_each_mail_and_in_the_file_of_the_page() -> None:
    event = cast.event(slots=[cast.first_come_plan()], hook="作るより、動かし続けるほうが難しい。")
    talk = cast.talk("emi", event, title="推薦を3年運用して")
    deliver(at=cast.NOW)
    cast.registered("dan", event)
    came = entry(cast.NOW + HOUR)
    change_event(event=event, fields={"venue_name": "別の部屋"}, at=cast.NOW + 2 * HOUR, by=cast.person("aiko"))
    moved = entry(cast.NOW + 3 * HOUR)
    file = Client(headers={"accept-language": "ja"}).get(f"/events/{event.public_id}/calendar.ics").getvalue()
    on_the_page = icalendar.Calendar.from_ical(file).walk("VEVENT")[0]
    feed = Client().get(
        reverse("calendar_feed", args=[renew_calendar_feed(person=cast.person("dan"), at=cast.NOW).token])
    )
    own = icalendar.Calendar.from_ical(feed.getvalue()).walk("VEVENT")[0]
    said = {str(one["description"]) for one in (came, moved, on_the_page, own)}
    assert len(said) == 1
    [words] = said
    assert words.startswith(f"作るより、動かし続けるほうが難しい。\n\n14:00 {talk.title}（絵美）")
    Event.objects.update(hook="", description="**推薦**を作ったあとの話。")
    file = Client(headers={"accept-language": "ja"}).get(f"/events/{event.public_id}/calendar.ics").getvalue()
    assert "推薦を作ったあとの話。\n\n14:00" in str(icalendar.Calendar.from_ical(file).walk("VEVENT")[0]["description"])


def test_the_program_is_read_once_for_many_mails() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.talk("emi", event)
    deliver(at=cast.NOW)

    def asked(count: int) -> int:
        for guest in cast.people(count, called=f"many-{count}-"):
            cast.registered(guest, event)
        with CaptureQueriesContext(connection) as queries:
            deliver(at=cast.NOW + HOUR)
        return sum('FROM "speakers_break"' in query["sql"] for query in queries)

    assert (asked(2), asked(9)) == (1, 1)


def test_a_canceled_event_leaves_the_calendar() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.registered("dan", event)
    came = entry(cast.NOW + HOUR)
    cancel_event(event=event, at=cast.NOW + 2 * HOUR, by=cast.person("aiko"))
    went = entry(cast.NOW + 3 * HOUR)
    assert (went["method"], str(went["status"])) == ("CANCEL", "CANCELLED")
    assert went["sequence"] > came["sequence"]
    assert str(went["summary"]).startswith("【中止】")


def test_organizer_and_attendee_are_bare_addresses_and_no_one_asks_for_an_answer() -> None:
    cast.registered("dan", cast.event(slots=[cast.first_come_plan()]))
    found = entry(cast.NOW + HOUR)
    assert str(found["organizer"]) == "mailto:no-reply@testserver"
    assert found["organizer"].params["CN"] == Event.objects.get().community.name
    assert str(found["attendee"]) == "mailto:dan@example.org"
    assert found["attendee"].params["RSVP"] == "FALSE"
    assert found["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert found["file"].startswith(b"BEGIN:VCALENDAR\r\n")


def test_the_link_to_join_is_in_the_entry_of_who_has_a_seat() -> None:
    cast.registered("dan", cast.online_event())
    found = entry(cast.NOW + HOUR)
    assert str(found["location"]) == "https://video.example.com/ml15"
    assert "https://video.example.com/ml15" in str(found["description"])


def test_who_waits_gets_nothing_into_the_calendar() -> None:
    event = cast.event()
    cast.registered("dan", event)
    assert alternatives(*mails(cast.NOW + HOUR)) == ["text/plain", "text/html"]
    change_event(event=event, fields={"venue_name": "elsewhere"}, at=cast.NOW + 2 * HOUR, by=cast.person("aiko"))
    assert alternatives(*mails(cast.NOW + 3 * HOUR)) == ["text/plain", "text/html"]


def test_a_long_address_is_folded_and_read_again() -> None:
    address = f"{'d' * 64}@{'example.' * 20}org"
    event = Event(
        community=Community(name="ML勉強会"),
        public_id="a", title="長い題" * 30, starts_at=cast.STARTS_AT, ends_at=cast.ENDS_AT, time_zone="Asia/Tokyo",
        state="published",
    )  # fmt: skip
    file = invitation(event_calendar(event, stamp=cast.NOW, url="https://example.org", has_seat=True), address)
    assert max(map(len, file.split(b"\r\n"))) <= 75
    [found] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    assert str(found["attendee"]) == vobject.readOne(file.decode()).vevent.attendee.value == f"mailto:{address}"
