"""Speakers who have not confirmed their talk get reminders at set times, until they answer."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.core import dates
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Talk
from meetups.speakers.tasks import remind_unconfirmed
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
DAYS_3, DAYS_7 = cast.NOW + timedelta(days=3), cast.NOW + timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture
def event() -> Event:
    return cast.event()


@pytest.fixture
def accepted(event: Event) -> Talk:
    return cast.talk("emi", event, state=Talk.State.ACCEPTED)


def reminders() -> list[datetime]:
    """The times at which reminders to confirm were put into the outbox."""
    rows = Notification.objects.filter(kind="talk_unconfirmed").order_by("pk")
    return list(rows.values_list("created_at", flat=True))


def test_after_three_and_after_seven_days_once_each(accepted: Talk) -> None:
    for at in (DAYS_3 - SECOND, DAYS_3, DAYS_3, DAYS_3 + SECOND, DAYS_7 - SECOND, DAYS_7, DAYS_7 + timedelta(days=5)):
        remind_unconfirmed(at)
    assert reminders() == [DAYS_3, DAYS_7]
    accepted.refresh_from_db()
    assert accepted.reminded_at == DAYS_7


def test_a_clock_that_stood_still_reminds_once(accepted: Talk) -> None:
    assert remind_unconfirmed(DAYS_7 + SECOND) == "1 speakers reminded to confirm"
    assert remind_unconfirmed(DAYS_7 + 2 * SECOND) == "0 speakers reminded to confirm"
    assert reminders() == [DAYS_7 + SECOND]


@pytest.mark.parametrize("answer", ["confirms", "withdraws"])
def test_it_stops_with_the_answer(accepted: Talk, answer: str) -> None:
    remind_unconfirmed(DAYS_3)
    if answer == "confirms":
        confirm_talk(talk=accepted, speaker_slot_name="登壇者枠", at=DAYS_3 + SECOND, by=cast.person("emi"))
    else:
        withdraw_talk(talk=accepted, at=DAYS_3 + SECOND, by=cast.person("emi"))
    remind_unconfirmed(DAYS_7)
    assert reminders() == [DAYS_3]


def test_a_reminder_on_its_way_is_not_sent_after_the_answer(accepted: Talk) -> None:
    remind_unconfirmed(DAYS_3)
    confirm_talk(talk=accepted, speaker_slot_name="登壇者枠", at=DAYS_3, by=cast.person("emi"))
    mail.outbox.clear()
    deliver(at=DAYS_3 + timedelta(minutes=30))
    assert not [sent for sent in mail.outbox if "登壇の確定" in sent.subject or "please confirm" in sent.subject]
    assert Notification.objects.get(kind="talk_unconfirmed").state != Notification.State.SENT


def test_nobody_is_reminded_of_what_is_off_or_has_begun(event: Event, accepted: Talk) -> None:
    remind_unconfirmed(event.starts_at)
    cancel_event(event=event, at=DAYS_3, by=cast.person("aiko"))
    remind_unconfirmed(DAYS_3)
    assert reminders() == []


@pytest.mark.parametrize("state", [Talk.State.PROPOSED, Talk.State.CONFIRMED])
def test_only_accepted_talks(event: Event, state: Talk.State) -> None:
    cast.talk("emi", event, state=state)
    remind_unconfirmed(DAYS_7)
    assert reminders() == []


def test_one_talk_of_several(event: Event, accepted: Talk) -> None:
    cast.talk("finn", event, state=Talk.State.ACCEPTED, title="もう一つの話", at=cast.NOW + timedelta(days=1))
    assert remind_unconfirmed(DAYS_3) == "1 speakers reminded to confirm"
    [told] = Notification.objects.filter(kind="talk_unconfirmed")
    assert told.recipient == cast.person("emi")


def test_the_desk_sees_since_when(event: Event, accepted: Talk) -> None:
    cast.member("ben", Role.ORGANIZER)
    remind_unconfirmed(DAYS_3)
    with time_machine.travel(DAYS_3, tick=False):
        page = cast.signed_in("ben").get(reverse("desk_talks", args=[event.public_id])).content.decode()
    assert "hasn’t confirmed yet" in page
    assert "Asked" in page
    assert "2026-11-20T" in page
    assert "Reminded" in page
    assert "2026-11-23T" in page
    assert "2026-11-27T" in page, "until when"


def test_the_mail_says_until_when_and_what_to_do_otherwise(event: Event) -> None:
    cast.talk("emi", event, state=Talk.State.ACCEPTED)
    deliver(at=cast.NOW)
    [letter] = [one for one in mail.outbox if "採択" in one.subject]
    assert dates.full_day(DAYS_7, event.time_zone, "ja") in letter.body
    assert "登壇できない場合も、同じページから" in letter.body


@pytest.mark.parametrize("has_seat", [True, False])
def test_what_waits_for_her_word_stands_at_the_top_and_promises_no_seat_that_she_has(
    event: Event, has_seat: bool
) -> None:
    sooner = cast.event(title="先の会", slots=[cast.first_come_plan()], starts_at=event.starts_at - timedelta(days=1))
    cast.registered("emi", sooner)
    if has_seat:
        cast.volunteering("emi", event)
    talk = cast.talk("emi", event, state=Talk.State.ACCEPTED)
    emi, confirmation = cast.signed_in("emi"), reverse("talk_confirmation", args=[talk.pk])
    with time_machine.travel(cast.NOW, tick=False):
        me = emi.get("/me/").content.decode()
        on_the_event = emi.get(f"/events/{event.public_id}/").content.decode()
        asked = emi.get(confirmation).content.decode()
    assert me.index(confirmation) < me.index('id="next-event"')
    assert re.search(rf'class="action[^>]*{confirmation}', on_the_event)
    for page in (me, asked):
        assert ("Your seat is confirmed, and the talk goes" in page) == (not has_seat)
