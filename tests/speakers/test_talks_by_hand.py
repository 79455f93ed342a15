"""An organizer enters a talk for a person without an account: it is shown everywhere, and no mail or seat comes of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.registrations.models import Registration
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
HANA = {"name": "花さん", "title": "手で入れた話", "abstract": "要点だけ。", "minutes": "25", "bio": "花屋の店主"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    return cast.online_event()


@pytest.fixture
def ben(event: Event) -> Client:
    cast.member("ben", Role.ORGANIZER)
    return cast.signed_in("ben")


@pytest.fixture
def entered(event: Event, ben: Client) -> Talk:
    answer = ben.post(f"/desk/events/{event.public_id}/talks/new/", HANA)
    assert answer.status_code == 302, answer.content.decode()
    return event.talks.get(by_hand=True)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer).decode().replace("<wbr>", "")


def test_it_is_on_the_program_with_its_speakers_name(event: Event, entered: Talk) -> None:
    visitor = Client()
    shown = page(visitor, f"/events/{event.public_id}/")
    assert "手で入れた話" in shown
    assert "花さん" in shown
    assert '"performer"' in shown, "also for machines"
    talk = page(visitor, f"/events/{event.public_id}/talks/{entered.pk}/")
    assert "花さん" in talk
    assert "花屋の店主" in talk
    assert "手で入れた話" in page(visitor, f"/events/{event.public_id}/calendar.ics").replace("\r\n ", "")


def test_it_is_in_the_archive_after_the_event(event: Event, entered: Talk, clock: time_machine.Traveller) -> None:
    clock.move_to(event.ends_at + timedelta(days=1))
    shown = page(Client(), f"/c/{event.community.slug}/talks/")
    assert "手で入れた話" in shown
    assert "花さん" in shown


@pytest.mark.in_short(4)
@pytest.mark.parametrize(
    "path",
    [
        *("", "talks/", "talks/readiness/", "talks/decisions/", "talks/invitations/", "programme/", "programme/run/"),
        *("slides/", "rehearsal/", "connections/", "attendees/", "history/", "talks/{pk}/", "talks/{pk}/words/"),
        *("talks/{pk}/removal/", "talks/{pk}/end/", "programme/talks/{pk}/", "talks/{pk}/note/"),
    ],
)
def test_every_page_of_the_dashboard_opens_with_such_a_talk(
    event: Event, entered: Talk, ben: Client, path: str
) -> None:
    answer = ben.get(f"/desk/events/{event.public_id}/{path.format(pk=entered.pk)}")
    assert answer.status_code == (404 if path == "history/" and answer.status_code == 404 else 200)


@pytest.mark.story
def test_no_mail_and_no_seat_come_of_it(
    event: Event, entered: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    assert not Registration.objects.filter(event=event, attendee=entered.speaker).exists()
    assert breaches() == []
    ben.post(f"/desk/events/{event.public_id}/slides/request/")
    for hours in range(0, 24 * 22, 6):
        clock.move_to(cast.NOW + timedelta(hours=hours))
        plan_reminders(at=cast.NOW + timedelta(hours=hours))
        deliver(at=cast.NOW + timedelta(hours=hours))
    assert mail.outbox, "others get theirs"
    assert [one.to for one in mail.outbox if "invalid" in str(one.to)] == []


def test_no_one_signs_in_as_its_speaker(entered: Talk) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": entered.speaker.email})
    deliver(at=cast.NOW)
    assert not [one for one in mail.outbox if entered.speaker.email in one.to]
    assert not entered.speaker.has_usable_password()


def test_it_is_edited_and_calendars_hear_of_it(event: Event, entered: Talk, ben: Client) -> None:
    event.refresh_from_db()
    before = event.sequence
    ben.post(f"/desk/events/{event.public_id}/talks/{entered.pk}/words/", {**HANA, "title": "別の題", "name": "花子"})
    event.refresh_from_db()
    assert event.sequence == before + 1
    shown = page(Client(), f"/events/{event.public_id}/talks/{entered.pk}/")
    assert "別の題" in shown
    assert "花子" in shown
    assert "花さん" not in shown


def test_deleted_it_leaves_no_trace_of_the_name(
    event: Event, entered: Talk, ben: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(event.ends_at + timedelta(days=30))
    ben.post(f"/desk/events/{event.public_id}/talks/{entered.pk}/removal/")
    assert not Talk.objects.filter(pk=entered.pk).exists()
    assert not User.objects.filter(name="花さん").exists()
    assert "手で入れた話" not in page(Client(), f"/events/{event.public_id}/")
    assert breaches() == []


def test_a_talk_of_an_account_is_not_edited_here(event: Event, ben: Client) -> None:
    talk = cast.talk("emi", event)
    for step in ("words", "removal"):
        assert ben.post(f"/desk/events/{event.public_id}/talks/{talk.pk}/{step}/", HANA).status_code == 404


def test_nothing_is_entered_after_the_event(event: Event, ben: Client, clock: time_machine.Traveller) -> None:
    clock.move_to(event.ends_at + timedelta(hours=1))
    assert ben.post(f"/desk/events/{event.public_id}/talks/new/", HANA).status_code == 409
    assert not Talk.objects.filter(event=event).exists()
