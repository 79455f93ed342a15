"""One broken object stops nothing: each job of the clock handles the others and names the one that failed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from meetups.accounts.models import Session, User
from meetups.celery import RECURRING, app
from meetups.core.each import JobFailed
from meetups.events.models import Event
from meetups.events.undo import TAKE_BACK
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.erase_person import erase_person
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.models import Message, SearchDue
from meetups.notifications.actions.choose import choose
from meetups.notifications.models import Notification, Topic
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.models import Lottery, Registration
from meetups.runbook.models import Todo
from meetups.speakers.models import SpeakerInvitation, Talk
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from tests.support import cast
from tests.support.scenes.message_scene import standing_message
from tests.support.servers import MailSink

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
TWO_DAYS_BEFORE = cast.STARTS_AT - 2 * DAY
# Jobs with a test of their own below, and jobs of one statement that reads nothing it could stumble over.
ELSEWHERE = {
    "lifecycle.index_events",
    "lifecycle.finish_erasures",
    "accounts.clear_sessions",
    "accounts.clear_unproved",
    "accounts.clear_attempts",
    "accounts.encrypt_factors",
    "notifications.clear_addresses",
    "core.clear_uploads",
    "events.clear_undo",
    "notifications.deliver",
}


def poison(table: str, when: str, does: str = "INSERT") -> None:
    """From now on `does` raises an error in `table` for each row where the SQL `when` holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'poisoned'; END $$"
        )
        cursor.execute(
            f"CREATE TRIGGER poison BEFORE {does} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION poison()"
        )


@pytest.fixture(autouse=True)
def antidote(db: None) -> Iterator[None]:
    # This configures logging again, so it runs before `caplog` listens.
    app.loader.import_default_modules()
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS poison() CASCADE")


def poison_event(event: Event) -> None:
    """From now on nothing that concerns this event can be written."""
    for table in ("history_historyentry", "notifications_notification"):
        poison(table, f"NEW.thread = '{event.thread}'")


def run(name: str, at: datetime) -> str:
    said: str = app.tasks[name](at=at)
    return said


def lottery_of(event: Event) -> Lottery:
    return Lottery.objects.select_related("slot__event").get(slot__event=event)


def frozen(event: Event) -> None:
    cast.registered("dan", event)
    freeze_lottery(lottery=lottery_of(event), at=cast.CLOSES_AT)


def drawable(event: Event) -> None:
    frozen(event)
    fetch_randomness(lottery=lottery_of(event), at=cast.DRAWS_AT)


def invited(event: Event) -> None:
    slot = event.slots.in_order()[0]
    invite_attendees(slot=slot, invitees=[Invitee("gin@example.org")], above=False, at=cast.NOW, by=cast.person("aiko"))


def full(event: Event) -> None:
    """Dan has the only seat; Finn and Gin are in the queue."""
    for name in ("dan", "finn", "gin"):
        cast.registered(name, event)


def handed_over(event: Event) -> None:
    """Dan's seat is offered to Finn."""
    full(event)
    dan = cast.person("dan")
    leave_event(event=event, person=dan, at=TWO_DAYS_BEFORE + timedelta(hours=1), by=dan)


def questioned(event: Event) -> None:
    full(event)
    plan_reconfirmation(
        slot=event.slots.in_order()[0],
        ask_at=TWO_DAYS_BEFORE - 3 * DAY,
        answer_by=TWO_DAYS_BEFORE,
        releases_silent=True,
        at=cast.NOW,
        by=cast.person("aiko"),
    )


def called_off(event: Event) -> None:
    # One person can't do three shifts at once.
    cast.volunteering(cast.people(3)[event.pk % 3], event)
    cancel_shift(shift=cast.shift_of(event), at=cast.NOW, by=cast.person("aiko"))


def accepted(event: Event) -> None:
    cast.talk("emi", event, state=Talk.State.ACCEPTED)


def confirmed(event: Event) -> None:
    cast.talk("emi", event)


def speaker_invited(event: Event) -> None:
    SpeakerInvitation.objects.create(event=event, name="Finn", address="finn@example.org", made_at=cast.NOW)


def seated(event: Event) -> None:
    cast.registered("dan", event)


def written(event: Event) -> None:
    seated(event)
    audience = {"states": ["confirmed"], "slots": [], "speakers": False, "volunteers": False, "checked_in": None}
    Message.objects.create(
        event=event,
        texts={"ja": {"subject": "入口", "body": "裏口から"}},
        audience=audience,
        state=Message.State.SCHEDULED,
        written_at=cast.NOW,
        send_at=cast.NOW + DAY,
    )


def undone(event: Event) -> None:
    Todo.objects.create(event=event, title="会場を予約する", days=-10)


def opening(event: Event) -> None:
    """Registration opens in a day, and Dan wants to be told."""
    Event.objects.filter(pk=event.pk).update(registration_opens_at=cast.NOW + DAY)
    choose(person_id=cast.person("dan").pk, choices={(Topic.OPENING, event.thread): True}, at=cast.NOW)


def stood(event: Event) -> None:
    """A standing message that Dan has not had: he came when it had left."""
    standing_message(event)
    seated(event)


@dataclass(frozen=True)
class Due:
    """An action that makes something due at an event, the time when it is due, and its name in the error message."""

    make: Callable[[Event], None]
    at: datetime
    what: str
    is_drawn: bool = False


JOBS = {
    "registrations.freeze_lotteries": Due(seated, cast.CLOSES_AT, "Lottery", is_drawn=True),
    "registrations.fetch_randomness": Due(frozen, cast.DRAWS_AT, "Lottery", is_drawn=True),
    "registrations.draw_lotteries": Due(drawable, cast.DRAWS_AT, "Lottery", is_drawn=True),
    "registrations.lapse_places": Due(invited, cast.NOW + 8 * DAY, "Event"),
    "registrations.pass_on_seats": Due(handed_over, TWO_DAYS_BEFORE + timedelta(hours=8), "Slot"),
    "registrations.reconfirm": Due(questioned, TWO_DAYS_BEFORE - 3 * DAY, "Reconfirmation"),
    "volunteers.end_canceled_shifts": Due(called_off, cast.NOW + TAKE_BACK, "Shift", is_drawn=True),
    "volunteers.seek_help": Due(full, TWO_DAYS_BEFORE, "Event"),
    "speakers.remind_to_confirm": Due(accepted, cast.NOW + 3 * DAY, "Talk"),
    "speakers.remind_invited": Due(speaker_invited, cast.NOW + 3 * DAY, "SpeakerInvitation"),
    "speakers.ask_for_slides": Due(confirmed, cast.STARTS_AT.replace(hour=3) + DAY, "Event"),
    "runbook.chase_todos": Due(undone, cast.STARTS_AT.replace(hour=3) - 9 * DAY, "Event"),
    "reminders.plan_reminders": Due(seated, cast.STARTS_AT.replace(hour=9) - DAY, "Event"),
    "lifecycle.send_messages": Due(written, cast.NOW + DAY, "Message"),
    "lifecycle.tell_newcomers": Due(stood, cast.NOW + DAY, "Message"),
}


# What a job does besides.
BESIDES = {"reminders.plan_reminders": Due(opening, cast.NOW + DAY, "Event")}


def written_about(event: Event) -> int:
    return (
        HistoryEntry.objects.filter(thread=event.thread).count()
        + Notification.objects.filter(thread=event.thread).count()
    )


def test_every_job_is_poisoned() -> None:
    assert JOBS.keys() | ELSEWHERE == {name for name, _seconds in RECURRING}


@pytest.mark.in_short(6)
@pytest.mark.parametrize(("name", "due"), [*JOBS.items(), *BESIDES.items()])
def test_the_others_get_theirs(name: str, due: Due, caplog: pytest.LogCaptureFixture) -> None:
    slots = None if due.is_drawn else [cast.first_come_plan(1), cast.duty_plan(), cast.invited_plan()]
    # The poisoned event is in the middle, so that one event comes after it in any order.
    events = [cast.event(slots=slots) for _number in range(3)]
    for event in events:
        due.make(event)
    poison_event(events[1])
    before = [written_about(event) for event in events]
    with pytest.raises(JobFailed) as failure:
        run(name, due.at)
    after = [written_about(event) for event in events]
    assert [new > old for new, old in zip(after, before, strict=True)] == [True, False, True]
    [failed] = failure.value.failed
    assert failed.startswith(f"{due.what} ")
    assert failed.split(" (")[0] in caplog.text
    assert "poisoned" not in caplog.text, "an error may quote what somebody typed"


def test_a_list_that_was_cut_off_stops_no_other_draw() -> None:
    """What is broken here is read, not written."""
    events = [cast.event() for _number in range(3)]
    for event in events:
        drawable(event)
    broken = lottery_of(events[1])
    Lottery.objects.filter(pk=broken.pk).update(manifest=broken.manifest[:40])
    with pytest.raises(JobFailed, match="2 lotteries drawn"):
        run("registrations.draw_lotteries", cast.DRAWS_AT)
    assert [lottery_of(event).state for event in events] == ["drawn", "seeded", "drawn"]


def test_a_zone_that_does_not_exist_stops_no_other_reminder() -> None:
    events = [cast.event(slots=[cast.first_come_plan(1)]) for _number in range(3)]
    for event in events:
        seated(event)
    Event.objects.filter(pk=events[1].pk).update(time_zone="Nowhere/Here")
    with pytest.raises(JobFailed, match="2 reminders planned"):
        run("reminders.plan_reminders", cast.STARTS_AT.replace(hour=9) - DAY)


def test_two_mails_leave_beside_one_that_cannot_be_settled(mail_sink: MailSink) -> None:
    events = [cast.event(slots=[cast.first_come_plan(1)]) for _number in range(3)]
    for event in events:
        seated(event)
    poison("notifications_notification", f"NEW.thread = '{events[1].thread}' AND NEW.state = 'sent'", "UPDATE")
    with pytest.raises(JobFailed, match="mails sent") as failure:
        run("notifications.deliver", cast.NOW + timedelta(hours=2))
    of_dan = Notification.objects.filter(recipient=cast.person("dan"), kind="seat_confirmed").order_by("pk")
    assert [one.state for one in of_dan] == ["sent", "waiting", "sent"]
    poisoned = of_dan[1]
    [failed] = failure.value.failed
    assert failed.startswith(f"Notification {poisoned.pk} (")
    assert poisoned.attempts == 1
    assert poisoned.retry_at is not None


@pytest.mark.story
def test_erasures_are_finished_beside_one_that_cannot_be() -> None:
    event = cast.event(slots=[cast.first_come_plan(3)])
    people = [cast.person(name) for name in ("dan", "emi", "finn")]
    for person in people:
        erase_person(address=person.email, at=cast.NOW)
        # As a request does that had read the person before.
        cast.registered(person, event)
    poison("registrations_registration", f"NEW.attendee_id = {people[1].pk} AND NEW.state = 'cancelled'", "UPDATE")
    with pytest.raises(JobFailed, match="2 erasures") as failure:
        run("lifecycle.finish_erasures", cast.NOW + timedelta(hours=1))
    assert [failed.split(" (")[0] for failed in failure.value.failed] == [f"User {people[1].pk}"]
    states = Registration.objects.filter(event=event).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["cancelled", "confirmed", "cancelled"]


def test_sessions_are_cleared_beside_one_that_stays() -> None:
    for name in ("dan", "emi", "finn"):
        cast.signed_in(name)
    poison("accounts_session", f"OLD.person_id = {cast.person('emi').pk}", "DELETE")
    with pytest.raises(JobFailed, match="2 old sessions removed; failed: Session"):
        run("accounts.clear_sessions", cast.NOW + 3650 * DAY)
    assert Session.objects.count() == 1


def test_unproved_accounts_are_removed_beside_one_that_stays() -> None:
    people = [User.objects.create_user(f"{name}@example.org", "") for name in ("gin", "hana", "ichi")]
    User.objects.update(joined_at=cast.NOW)
    EmailAddress.objects.bulk_create(EmailAddress(user=one, email=one.email, primary=True) for one in people)
    poison("accounts_user", f"OLD.id = {people[1].pk}", "DELETE")
    with pytest.raises(JobFailed, match="2 accounts without a proved address removed; failed: User"):
        run("accounts.clear_unproved", cast.NOW + 8 * DAY)
    assert User.objects.get() == people[1]


def test_events_are_found_beside_one_that_cannot_be_indexed() -> None:
    events = [cast.event() for _number in range(3)]
    poison("lifecycle_searchentry", f"NEW.event_id = {events[1].pk}", "UPDATE")
    with pytest.raises(JobFailed, match=f"2 events indexed; failed: Event {events[1].pk}"):
        run("lifecycle.index_events", cast.NOW)
    assert set(SearchDue.objects.values_list("event", flat=True)) == {events[1].pk}


def test_factors_are_encrypted_beside_one_that_stays() -> None:
    for name in ("gin", "hana", "ichi"):
        Authenticator.objects.create(user=cast.person(name), type=Authenticator.Type.TOTP, data={"secret": "ABC"})
    poison("mfa_authenticator", f"OLD.user_id = {cast.person('hana').pk}", "UPDATE")
    with pytest.raises(JobFailed, match="2 secrets of second factors encrypted anew; failed: Authenticator"):
        run("accounts.encrypt_factors", cast.NOW)


def test_files_are_cleared_beside_one_that_stays(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [default_storage.save(f"poison/{number}.txt", ContentFile(b"-")) for number in range(3)]
    delete = FileSystemStorage.delete

    def refuse(self: FileSystemStorage, name: str) -> None:
        if name == names[1]:
            raise OSError("read only")
        delete(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", refuse)
    with pytest.raises(JobFailed) as failure:
        run("core.clear_uploads", cast.NOW + 3650 * DAY)
    monkeypatch.undo()
    assert failure.value.failed == [f"{names[1]} (OSError)"]
    assert [default_storage.exists(name) for name in names] == [False, True, False]
    default_storage.delete(names[1])


def test_a_tick_runs_on_says_what_failed_and_ends_with_1(mail_sink: MailSink, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [cast.event() for _number in range(2)]
    for event in events:
        seated(event)
    poison_event(events[0])
    monkeypatch.setattr(app.tasks["speakers.remind_invited"], "run", lambda at: 1 / 0)
    output = StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("tick", "--at", cast.CLOSES_AT.isoformat(), stdout=output)
    assert failure.value.returncode == 1
    assert f"registrations.freeze_lotteries: Lottery {lottery_of(events[0]).pk} (" in str(failure.value)
    assert "speakers.remind_invited: the job itself (ZeroDivisionError)" in str(failure.value)
    assert "registrations.freeze_lotteries: 1 manifests frozen." in output.getvalue()
    assert "notifications.deliver: " in output.getvalue()
    assert mail_sink.to("dan@example.org"), "mail leaves after jobs that failed"
