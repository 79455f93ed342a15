"""An accepted talk whose speaker stays silent: reminded by hand, given a deadline, taken back, reopened."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.release_decisions import release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.models import Talk
from meetups.speakers.tasks import remind_unconfirmed
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(2)])


@pytest.fixture
def accepted(event: Event) -> Talk:
    cast.person("emi", language="en")
    return cast.talk("emi", event, state=Talk.State.ACCEPTED)


@pytest.fixture
def ben(event: Event) -> Client:
    cast.member("ben", Role.ORGANIZER)
    return cast.signed_in("ben")


def at_desk(talk: Talk, step: str = "") -> str:
    return f"/desk/events/{talk.event.public_id}/talks/{talk.pk}/{step}"


def mails(kind: str) -> list[datetime]:
    rows = Notification.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("created_at", flat=True))


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# Reminded by hand


def test_one_press_reminds_and_a_second_one_on_that_day_does_not(
    accepted: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(cast.NOW + DAY)
    assert "Remind now" in ben.get(at_desk(accepted)).content.decode()
    ben.post(at_desk(accepted, "reminder/"))
    again = ben.post(at_desk(accepted, "reminder/"), follow=True).content.decode()
    assert "in the last 24 hours" in again
    assert "Remind now" not in again
    assert mails("talk_unconfirmed") == [cast.NOW + DAY]
    clock.move_to(cast.NOW + 2 * DAY)
    ben.post(at_desk(accepted, "reminder/"))
    assert len(mails("talk_unconfirmed")) == 2


def test_nobody_is_reminded_on_the_day_of_the_acceptance(accepted: Talk, ben: Client) -> None:
    assert "Remind now" not in ben.get(at_desk(accepted)).content.decode()
    ben.post(at_desk(accepted, "reminder/"))
    assert mails("talk_unconfirmed") == []


def test_the_clock_keeps_a_day_from_what_was_pressed(
    accepted: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(cast.NOW + 2.5 * DAY)
    ben.post(at_desk(accepted, "reminder/"))
    for at in (cast.NOW + 3 * DAY, cast.NOW + 3.5 * DAY - SECOND, cast.NOW + 3.5 * DAY, cast.NOW + 4 * DAY):
        remind_unconfirmed(at)
    assert mails("talk_unconfirmed") == [cast.NOW + 2.5 * DAY, cast.NOW + 3.5 * DAY]


def test_a_talk_that_has_its_answer_is_not_reminded_of(accepted: Talk, ben: Client) -> None:
    confirm_talk(talk=accepted, speaker_slot_name="登壇者枠", at=cast.NOW, by=cast.person("emi"))
    said = ben.post(at_desk(accepted, "reminder/"), follow=True).content.decode()
    assert "has changed to “confirmed”" in text(said).replace("\u2068", "").replace("\u2069", "")
    assert mails("talk_unconfirmed") == []


# A deadline of its own


def test_a_deadline_is_told_shown_and_chased_once(accepted: Talk, ben: Client) -> None:
    answer = ben.post(at_desk(accepted), {"until": "2026-11-25T18:00"})
    assert answer.status_code == 302
    by = datetime.fromisoformat("2026-11-25T18:00+09:00")
    deliver(at=cast.NOW + timedelta(hours=2))
    assert "Nov 25, 6:00 PM" in " ".join(str(mail.outbox[-1].body).split())
    page = text(cast.signed_in("emi").get(f"/talks/{accepted.pk}/confirmation/").content.decode())
    assert "Please reply by Wed, Nov 25, 6:00 PM" in page.replace("\u202f", " ").replace("\xa0", " ")
    for at in (by - DAY - SECOND, by - DAY, by - DAY + SECOND, by, by + DAY, cast.NOW + 7 * DAY):
        remind_unconfirmed(at)
    assert mails("talk_unconfirmed") == [cast.NOW, by - DAY]


def test_the_usual_deadline_is_a_week_after_acceptance_and_comes_back_when_the_field_is_empty(
    accepted: Talk, ben: Client
) -> None:
    assert accepted.answer_by == cast.NOW + 7 * DAY
    ben.post(at_desk(accepted), {"until": "2026-11-25T18:00"})
    ben.post(at_desk(accepted), {"until": ""})
    accepted.refresh_from_db()
    assert accepted.answer_by == cast.NOW + 7 * DAY
    assert len(mails("talk_unconfirmed")) == 1


@pytest.mark.parametrize("until", ["2026-11-19T12:00", "2026-12-06T12:00"])
def test_a_deadline_is_ahead_and_before_the_event(accepted: Talk, ben: Client, until: str) -> None:
    refused = ben.post(at_desk(accepted), {"until": until})
    assert refused.status_code == 422
    assert "from now until the event starts" in refused.content.decode()
    assert mails("talk_unconfirmed") == []


def test_a_deadline_that_passed_is_said_and_a_late_yes_still_counts(
    accepted: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(cast.NOW + 8 * DAY)
    assert "let the deadline pass" in ben.get(at_desk(accepted)).content.decode()
    assert "deadline passed" in ben.get(f"/desk/events/{accepted.event.public_id}/talks/").content.decode()
    cast.signed_in("emi").post(f"/talks/{accepted.pk}/confirmation/")
    accepted.refresh_from_db()
    assert accepted.state == Talk.State.CONFIRMED


# Taken back


def test_a_silent_talk_is_taken_back_with_a_note(accepted: Talk, ben: Client) -> None:
    page = text(ben.get(at_desk(accepted, "end/")).content.decode())
    assert "gets an email at once" in page
    assert "loses" not in page, "there is no seat yet"
    ben.post(at_desk(accepted, "end/"), {"reply": "We had to close the program.\nNext time!"})
    deliver(at=cast.NOW + timedelta(hours=2))
    [letter] = [one for one in mail.outbox if "not accepted after all" in one.subject]
    assert letter.to == ["emi@example.org"]
    assert "We had to close the program." in str(letter.body)
    accepted.refresh_from_db()
    assert accepted.state == Talk.State.REJECTED
    refused = cast.signed_in("emi").post(f"/talks/{accepted.pk}/confirmation/", follow=True)
    assert "has changed to “declined”" in text(refused.content.decode()).replace("\u2068", "").replace("\u2069", "")
    # A second click changes nothing.
    ben.post(at_desk(accepted, "end/"), {"reply": ""})
    assert len(mails("talk_taken_back")) == 1


@pytest.mark.parametrize(
    ("taken", "state", "said"), [(0, "confirmed", "moves to a free seat"), (2, "waitlisted", "end of the waitlist")]
)
def test_a_confirmed_talk_leaves_the_program_and_its_seat_goes_where_the_page_said(
    event: Event, accepted: Talk, ben: Client, taken: int, state: str, said: str
) -> None:
    confirm_talk(talk=accepted, speaker_slot_name="登壇者枠", at=cast.NOW, by=cast.person("emi"))
    for one in cast.people(taken):
        cast.registered(one, event)
    assert said in text(ben.get(at_desk(accepted, "end/")).content.decode())
    ben.post(at_desk(accepted, "end/"), {"reply": "室が変わりました。"})
    registration = Registration.objects.active().get(event=event, attendee=cast.person("emi"))
    assert registration.state == state
    assert not event.talks.on_programme().exists()
    assert breaches() == []
    assert len(mails("talk_taken_back")) == len(mails("talk_ended")) == 1


def test_after_the_event_nothing_is_taken_back(
    event: Event, accepted: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    confirm_talk(talk=accepted, speaker_slot_name="登壇者枠", at=cast.NOW, by=cast.person("emi"))
    clock.move_to(event.ends_at + DAY)
    assert "There’s no acceptance to withdraw" in ben.get(at_desk(accepted, "end/")).content.decode()
    ben.post(at_desk(accepted, "end/"), {"reply": ""})
    accepted.refresh_from_db()
    assert accepted.state == Talk.State.CONFIRMED


# Reopened


def test_a_declined_one_is_reopened_and_can_be_accepted_once_more(
    event: Event, accepted: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    ben.post(at_desk(accepted, "end/"), {"reply": "満席です。"})
    deliver(at=cast.NOW + timedelta(hours=2))
    mail.outbox.clear()
    clock.move_to(cast.NOW + DAY)
    page = ben.get(f"/desk/events/{event.public_id}/talks/").content.decode()
    assert at_desk(accepted, "reopening/") in page
    ben.post(at_desk(accepted, "reopening/"))
    ben.post(at_desk(accepted, "reopening/"))
    deliver(at=cast.NOW + DAY + timedelta(hours=2))
    [letter] = [one for one in mail.outbox if "under review again" in one.subject]
    assert "You heard from us" in str(letter.body)
    accepted.refresh_from_db()
    assert (accepted.state, accepted.reply, accepted.accepted_at) == (Talk.State.PROPOSED, "", None)
    aiko = cast.person("aiko")
    stage_decision(talk=accepted, decision=Talk.Decision.ACCEPT, at=cast.NOW + DAY, by=aiko)
    release_decisions(event=event, decisions={accepted.pk: "accept"}, at=cast.NOW + DAY, by=aiko)
    # The second acceptance has its own two reminders.
    for at in (cast.NOW + 3 * DAY, cast.NOW + 4 * DAY, cast.NOW + 8 * DAY):
        remind_unconfirmed(at)
    assert mails("talk_unconfirmed") == [cast.NOW + 4 * DAY, cast.NOW + 8 * DAY]


def test_what_its_speaker_withdrew_stays_withdrawn(event: Event, accepted: Talk, ben: Client) -> None:
    cast.signed_in("emi").post(f"/talks/{accepted.pk}/withdrawal/")
    assert "Reopen" not in ben.get(at_desk(accepted)).content.decode()
    ben.post(at_desk(accepted, "reopening/"))
    accepted.refresh_from_db()
    assert accepted.state == Talk.State.WITHDRAWN
