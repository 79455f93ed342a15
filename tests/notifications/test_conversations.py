"""How mail programs and calendars group our mails: one conversation for each event, and one entry that moves and ends."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from io import StringIO
from typing import Any
from uuid import uuid4

import icalendar
import pytest
import time_machine
from django.core.management import call_command

from meetups.events.models import Event
from tests.support import cast
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


def clicked(who: str, url: str, at: datetime, **fields: Any) -> None:
    """A person sends a form at `at`. Within an hour, everything due has left."""
    with time_machine.travel(at, tick=False) as clock:
        assert cast.signed_in(who).post(url, fields).status_code == 302
        clock.shift(timedelta(hours=1))
        call_command("deliver", stdout=StringIO())


def registers(who: str, event: Event, at: datetime) -> None:
    slot = event.slots.general().in_order()[0].public_id
    clicked(who, f"/events/{event.public_id}/registration/", at, slot=slot, request_id=str(uuid4()))


def moved(event: Event, at: datetime, day: str) -> None:
    """Aiko moves the event to another day at its desk."""
    url = f"/desk/events/{event.public_id}/edit/"
    with time_machine.travel(at, tick=False):
        form = cast.signed_in("aiko").get(url).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"starts": f"{typed['starts']:%H:%M}", "ends": f"{typed['ends']:%H:%M}", "day": day, "intent": "send"}
    clicked("aiko", url, at, **{name: value for name, value in typed.items() if value not in (None, False)})


def entry(mail: EmailMessage) -> Any:
    """The event in the calendar file of a mail."""
    files = [part.get_content() for part in mail.walk() if part.get_content_type() == "text/calendar"]
    # Once for the mail program, once as a file.
    [file] = {file.strip().replace("\r\n", "\n") for file in files}
    [found] = icalendar.Calendar.from_ical(file).walk("VEVENT")
    return found


def two_events() -> tuple[Event, Event]:
    return cast.event(slots=[cast.first_come_plan()]), cast.event(slots=[cast.first_come_plan()], title="ML勉強会 #15")


def test_everything_about_one_event_is_one_conversation(mail_sink: MailSink) -> None:
    event, other = two_events()
    registers("dan", event, cast.NOW)
    registers("dan", other, cast.NOW)
    moved(event, cast.NOW + DAY, "2026-12-12")
    clicked("aiko", f"/desk/events/{event.public_id}/cancellation/", cast.NOW + 2 * DAY)
    mails = mail_sink.to("dan@example.org")
    about = [mail for mail in mails if "#14" in mail["Subject"]]
    assert (len(about), len(mails)) == (3, 4)
    assert len({mail["Message-ID"] for mail in mails}) == 4
    roots = {mail["References"] for mail in about}
    assert len(roots) == 1, "a mail program shows them as one conversation"
    assert {mail["In-Reply-To"] for mail in about} == roots
    [elsewhere] = [mail for mail in mails if mail not in about]
    assert elsewhere["References"] not in roots


def test_the_entry_in_the_calendar_moves_and_is_cancelled(mail_sink: MailSink) -> None:
    """A calendar accepts a change only with the same UID and a higher SEQUENCE (RFC 5546)."""
    event, _other = two_events()
    registers("dan", event, cast.NOW)
    moved(event, cast.NOW + DAY, "2026-12-12")
    clicked("aiko", f"/desk/events/{event.public_id}/cancellation/", cast.NOW + 2 * DAY)
    seat, change, end = map(entry, mail_sink.to("dan@example.org"))
    assert seat["UID"] == change["UID"] == end["UID"]
    assert seat["SEQUENCE"] < change["SEQUENCE"] < end["SEQUENCE"]
    assert seat["DTSTAMP"].dt < change["DTSTAMP"].dt < end["DTSTAMP"].dt
    assert [one["STATUS"] for one in (seat, change, end)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert seat["DTSTART"].dt == cast.STARTS_AT
    assert change["DTSTART"].dt == end["DTSTART"].dt == cast.STARTS_AT + 7 * DAY


def test_who_does_not_come_any_more_loses_the_entry_and_gets_it_back_with_a_seat(mail_sink: MailSink) -> None:
    event, _other = two_events()
    registers("dan", event, cast.NOW)
    clicked("dan", f"/events/{event.public_id}/registration/cancellation/", cast.NOW + DAY)
    registers("dan", event, cast.NOW + 2 * DAY)
    seat, end, again = map(entry, mail_sink.to("dan@example.org"))
    assert [one["STATUS"] for one in (seat, end, again)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    # A cancellation has a higher SEQUENCE (RFC 5546, 3.2.5). After that the later DTSTAMP decides (2.1.5).
    assert seat["SEQUENCE"] < end["SEQUENCE"] <= again["SEQUENCE"]
    assert seat["DTSTAMP"].dt < end["DTSTAMP"].dt < again["DTSTAMP"].dt
