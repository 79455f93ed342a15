"""Until when a speaker confirms is said with the decision, or once in the call for talks (RULES 233, 244)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.talks.remind_to_confirm import remind_to_confirm
from meetups.speakers.models import Call, Talk
from tests.support import cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(cast.NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def event() -> Event:
    return cast.event()


@pytest.fixture
def aiko(event: Event) -> Client:
    return cast.signed_in("aiko")


def wall(at: datetime, event: Event) -> str:
    return f"{at.astimezone(event.zone):%Y-%m-%dT%H:%M}"


def proposed(event: Event, *who: str) -> list[Talk]:
    return [cast.talk(name, event, state=Talk.State.PROPOSED, title=f"{name}の話") for name in who]


def decide(client: Client, talk: Talk, until: str = "", decision: str = "accept") -> None:
    url = f"/desk/events/{talk.event.public_id}/talks/{talk.pk}/decision/"
    assert client.post(url, {"decision": decision, f"until-{talk.pk}": until}).status_code == 302
    talk.refresh_from_db()


def send(client: Client, event: Event) -> str:
    """Sends the decisions as the page shows them. Returns the page."""
    url = f"/desk/events/{event.public_id}/talks/decisions/"
    page = client.get(url)
    letters = [*page.context["accepted"], *page.context["rejected"]]
    client.post(
        url,
        {
            "decision": [f"{one.talk.pk}:{one.talk.staged}" for one in letters],
            "note": [f"{one.talk.pk}:{one.note_version}" for one in letters],
        },
    )
    return page.content.decode()


def call(event: Event, **deadline: Any) -> Call:
    return call_for_speakers(
        community=event.community, event=event, text="", closes_at=None, **deadline, at=cast.NOW, by=cast.person("aiko")
    )


def test_a_deadline_is_set_with_the_decision_and_told_with_the_acceptance(event: Event, aiko: Client) -> None:
    [talk] = proposed(event, "emi")
    by = cast.NOW + 3 * DAY
    decide(aiko, talk, wall(by, event))
    assert talk.staged == "accept"
    page = send(aiko, event)
    assert "Mon, Nov 23, 12:00" in page
    talk.refresh_from_db()
    assert (talk.state, talk.confirm_by) == (Talk.State.ACCEPTED, by)
    mail.outbox.clear()
    deliver(at=timezone.now())
    [told] = [one for one in mail.outbox if one.to == ["emi@example.org"]]
    assert "11月23日(月) 12:00" in str(told.body)


def test_several_are_decided_with_one_deadline_and_an_own_one_stays(event: Event, aiko: Client) -> None:
    emi, finn, dan = proposed(event, "emi", "finn", "dan")
    for_all, own = cast.NOW + 3 * DAY, cast.NOW + 5 * DAY
    form = {
        "pk": [emi.pk, finn.pk],
        "decision": "accept",
        "until": wall(for_all, event),
        f"until-{finn.pk}": wall(own, event),
    }
    assert aiko.post(f"/desk/events/{event.public_id}/talks/selected/", form).status_code == 302
    send(aiko, event)
    found = dict(Talk.objects.values_list("pk", "confirm_by"))
    assert found == {emi.pk: for_all, finn.pk: own, dan.pk: None}


def test_a_deadline_that_is_not_ahead_decides_nothing_and_says_so(event: Event, aiko: Client) -> None:
    [talk] = proposed(event, "emi")
    for wrong in (wall(cast.NOW, event), wall(event.starts_at + HOUR, event), "tomorrow"):
        decide(aiko, talk, wrong)
        assert (talk.staged, talk.confirm_by) == ("", None)
        page = aiko.get(f"/desk/events/{event.public_id}/talks/").content.decode()
        assert "Choose a time from now until the event starts." in page


def test_declining_keeps_no_deadline(event: Event, aiko: Client) -> None:
    [talk] = proposed(event, "emi")
    decide(aiko, talk, wall(cast.NOW + DAY, event))
    decide(aiko, talk, wall(cast.NOW + DAY, event), decision="reject")
    assert (talk.staged, talk.confirm_by) == ("reject", None)


@pytest.mark.parametrize(
    ("deadline", "local"),
    [
        ({"confirm_days": 3}, "2026-11-23T23:59"),
        ({"confirm_days": 21}, "2026-12-05T14:00"),
        ({"confirm_eve": True}, "2026-12-04T14:00"),
        ({}, ""),
    ],
)
def test_the_call_says_it_once_for_all(event: Event, aiko: Client, deadline: dict[str, Any], local: str) -> None:
    call(event, **deadline)
    emi, finn = proposed(event, "emi", "finn")
    own = cast.NOW + 2 * DAY
    decide(aiko, emi)
    decide(aiko, finn, wall(own, event))
    send(aiko, event)
    emi.refresh_from_db()
    finn.refresh_from_db()
    assert (wall(emi.confirm_by, event) if emi.confirm_by else "") == local
    assert finn.confirm_by == own


def test_without_any_deadline_the_preview_says_seven_days_as_the_mail_does(event: Event, aiko: Client) -> None:
    [talk] = proposed(event, "emi")
    decide(aiko, talk)
    assert "11月27日(金)" in send(aiko, event)
    talk.refresh_from_db()
    assert talk.confirm_by is None
    assert talk.answer_by == cast.NOW + 7 * DAY


def test_a_deadline_that_passed_before_the_decision_is_sent_gives_way_to_the_call(
    event: Event, aiko: Client, clock: time_machine.Traveller
) -> None:
    call(event, confirm_days=2)
    [talk] = proposed(event, "emi")
    decide(aiko, talk, wall(cast.NOW + HOUR, event))
    clock.shift(2 * HOUR)
    send(aiko, event)
    talk.refresh_from_db()
    assert wall(talk.confirm_by, event) == "2026-11-22T23:59"  # type: ignore[arg-type]  # it is there


def test_a_decision_whose_deadline_another_organizer_changed_is_left_out(event: Event, aiko: Client) -> None:
    [talk] = proposed(event, "emi")
    decide(aiko, talk, wall(cast.NOW + DAY, event))
    url = f"/desk/events/{event.public_id}/talks/decisions/"
    [letter] = aiko.get(url).context["accepted"]
    decide(aiko, talk, wall(cast.NOW + 2 * DAY, event))
    aiko.post(url, {"decision": f"{talk.pk}:accept", "note": f"{talk.pk}:{letter.note_version}"})
    talk.refresh_from_db()
    assert talk.state == Talk.State.PROPOSED


def test_who_has_less_than_a_day_is_not_reminded_at_once(
    event: Event, aiko: Client, clock: time_machine.Traveller
) -> None:
    soon, later = proposed(event, "emi", "finn")
    decide(aiko, soon, wall(cast.NOW + 20 * HOUR, event))
    decide(aiko, later, wall(cast.NOW + 2 * DAY, event))
    send(aiko, event)
    for _hour in range(48):
        clock.shift(HOUR)
        for talk in Talk.objects.reminder_due(timezone.now()):
            remind_to_confirm(talk=talk, at=timezone.now())
    told = Notification.objects.filter(kind="talk_unconfirmed").values_list("recipient__email", "created_at")
    assert list(told) == [("finn@example.org", cast.NOW + DAY)]


def test_the_note_page_changes_the_deadline_and_says_what_is_wrong_at_its_field(event: Event, aiko: Client) -> None:
    [talk] = proposed(event, "emi")
    decide(aiko, talk, wall(cast.NOW + DAY, event))
    url = f"/desk/events/{event.public_id}/talks/{talk.pk}/note/"
    page = aiko.get(url)
    assert wall(cast.NOW + DAY, event) in page.content.decode()
    seen = page.context["edit"].seen
    past = {"reply": "ぜひ", "until": wall(cast.NOW - DAY, event), "seen": seen}
    refused = aiko.post(url, past)
    assert refused.status_code == 422
    assert "until" in refused.context["form"].errors
    assert "ぜひ" in refused.content.decode()
    assert aiko.post(url, {**past, "until": wall(cast.NOW + 4 * DAY, event)}).status_code == 302
    talk.refresh_from_db()
    assert (talk.reply, talk.confirm_by) == ("ぜひ", cast.NOW + 4 * DAY)


def test_the_call_page_sets_and_shows_it_and_saving_again_is_no_change(event: Event, aiko: Client) -> None:
    url = f"/desk/events/{event.public_id}/talks/call/"
    seen = aiko.get(url).context["edit"].seen
    assert aiko.post(url, {"text": "", "until": "", "confirm": "eve", "seen": seen}).status_code == 302
    assert Call.objects.get().confirm_eve
    page = aiko.get(url)
    assert '<option value="eve" selected>' in page.content.decode()
    aiko.post(url, {"text": "", "until": "", "confirm": "5", "seen": page.context["edit"].seen})
    assert (Call.objects.get().confirm_days, Call.objects.get().confirm_eve) == (5, False)
    assert aiko.post(url, {"text": "", "until": "", "confirm": "4", "seen": ""}).status_code == 422


def test_it_moves_with_the_event(event: Event, aiko: Client) -> None:
    call(event, confirm_eve=True)
    later: dict[str, object] = {"starts_at": event.starts_at + 7 * DAY, "ends_at": event.ends_at + 7 * DAY}
    change_event(event=event, fields=later, at=cast.NOW, by=cast.person("aiko"))
    [talk] = proposed(event, "emi")
    event.refresh_from_db()
    decide(aiko, talk)
    send(aiko, event)
    talk.refresh_from_db()
    assert talk.confirm_by == event.starts_at - DAY
