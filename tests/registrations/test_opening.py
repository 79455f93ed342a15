"""Registration opens at a set time (RULES 220 to 222): nobody gets in before, and it opens by itself."""

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.notifications.models import Notification, Preference, Topic
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.registration.change_slot import change_slot
from meetups.registrations.actions.slots.change_admission import AdmissionPlan, change_admission
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Registration, Slot
from meetups.registrations.opening import OpensAfterTheStart, OpensTooLate
from meetups.registrations.pen.seats import Seats
from meetups.registrations.refusals import NotOpenYet
from meetups.reminders.tasks import plan_due_reminders
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.signups.step_down import step_down
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)
OPENS = cast.NOW + 3 * DAY
BEFORE = OPENS - timedelta(minutes=1)


def yet_to_open(**options: Any) -> Event:
    """A published event with a general slot and one for teardown. Registration opens in three days."""
    usual: dict[str, Any] = {"slots": [cast.first_come_plan(), cast.duty_plan()], "registration_opens_at": OPENS}
    return cast.event(**{**usual, **options})


def page(event: Event, client: Client | None = None) -> str:
    return str(
        (client or Client(headers={"accept-language": "en"})).get(reverse("event", args=[event.public_id])).content,
        "utf-8",
    )


def register_at(event: Event, at: datetime, client: Client, **typed: str) -> Any:
    slot = event.slots.in_order()[0]
    with time_machine.travel(at, tick=False):
        url = reverse("registration", args=[event.public_id])
        return client.post(url, {"slot": slot.public_id, "asked": slot.public_id, **typed})


# Nobody gets in before


def test_the_form_is_refused_a_minute_before_with_what_was_typed_and_taken_at_the_minute() -> None:
    event, dan = yet_to_open(), cast.signed_in("dan")
    refused = register_at(event, BEFORE, dan, follow="on")
    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Registration isn’t open yet. It opens on" in text
    assert re.search(r'name="follow"[^>]*checked', text)
    assert not Registration.objects.exists()
    assert register_at(event, OPENS, dan).status_code == 302
    assert Registration.objects.get().state == Registration.State.CONFIRMED


def test_control_without_the_guard_of_the_pen_the_form_gets_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Seats, "refuse_before_opening", lambda _seats, _at: None)
    assert register_at(yet_to_open(), BEFORE, cast.signed_in("dan")).status_code == 302


def test_someone_without_an_account_keeps_name_and_address_and_gets_no_code() -> None:
    refused = register_at(yet_to_open(), BEFORE, Client(), name="奈々", email="nana@example.org")
    assert refused.status_code == 409
    assert "nana@example.org" in refused.content.decode()
    assert not Notification.objects.exists()


def test_no_other_way_leads_in_before_but_what_organizers_give() -> None:
    event = yet_to_open(slots=[cast.first_come_plan(), cast.first_come_plan(name="学生枠"), cast.duty_plan()])
    general, students, _duty = event.slots.in_order()
    shift, aiko = cast.shift_of(event), cast.person("aiko")
    with pytest.raises(NotOpenYet):
        sign_up(shift=shift, volunteer=cast.person("dan"), at=BEFORE)
    with pytest.raises(NotOpenYet):
        hold_place(slot=general, name="n", email="n@example.org", language="en", browser="b", at=BEFORE)
    assign_shift(shift=shift, volunteer=aiko, at=BEFORE, by=aiko)
    invite_attendees(slot=general, invitees=[Invitee("finn@example.org")], above=False, at=BEFORE, by=aiko)
    assert Registration.objects.get().state == Registration.State.CONFIRMED
    # Who changes their mind about the shift has no way to another slot yet.
    with pytest.raises(NotOpenYet):
        change_slot(registration=Registration.objects.get(), slot=students, at=BEFORE)
    step_down(signup=shift.signups.get(), at=BEFORE, by=aiko)
    assert Registration.objects.get().state == Registration.State.CANCELLED
    sign_up(shift=shift, volunteer=cast.person("dan"), at=OPENS)


# What the page says


def test_the_page_counts_down_in_plain_words_and_opens_by_itself() -> None:
    event = yet_to_open()
    with time_machine.travel(OPENS - timedelta(days=2, hours=5), tick=False):
        text = page(event)
        assert "Registration opens in" in text
        assert "2 days 5 hours" in text
        assert "Remind me" in text
        assert "Registration is closed" not in text
        assert reverse("registration", args=[event.public_id]) not in text
    with time_machine.travel(OPENS - timedelta(seconds=30), tick=False):
        assert "1 minute" in page(event)
    with time_machine.travel(OPENS, tick=False):
        text = page(event)
    assert "Registration opens in" not in text
    assert reverse("registration", args=[event.public_id]) in text


def test_lists_and_structured_data_say_when_it_opens() -> None:
    event = yet_to_open()
    client = Client(headers={"accept-language": "en"})
    with time_machine.travel(BEFORE, tick=False):
        for url in (reverse("home"), reverse("community", args=[event.community.slug])):
            text = client.get(url).content.decode()
            assert "Registration opens" in text
            assert "Registration is closed" not in text
        found = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page(event), re.DOTALL)
    assert found
    offers = json.loads(found[1])["offers"]
    assert {datetime.fromisoformat(offer["validFrom"]) for offer in offers} == {OPENS}


def test_the_page_asks_for_no_query_more_while_it_is_yet_to_open() -> None:
    numbers = []
    for opens_at in (None, OPENS):
        event = cast.event(title=f"会 {opens_at}", registration_opens_at=opens_at)
        dan = cast.signed_in("dan")
        with (
            time_machine.travel(BEFORE, tick=False),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            page(event, dan)
        numbers.append(len(seen))
    assert numbers[1] <= numbers[0]


# Dates


def test_the_database_takes_no_opening_after_the_start() -> None:
    event = yet_to_open()
    with pytest.raises(IntegrityError, match="registration_opens_before_the_start"), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(registration_opens_at=event.starts_at)


def test_it_opens_before_the_start_and_before_entries_close_whoever_moves_which() -> None:
    event, aiko = cast.event(), cast.person("aiko")
    lottery = cast.slot_of(event, Slot.Admission.LOTTERY).lottery
    with pytest.raises(OpensAfterTheStart):
        change_event(event=event, fields={"registration_opens_at": event.starts_at}, at=cast.NOW, by=aiko)
    with pytest.raises(OpensTooLate):
        change_event(event=event, fields={"registration_opens_at": lottery.closes_at}, at=cast.NOW, by=aiko)
    change_event(event=event, fields={"registration_opens_at": OPENS}, at=cast.NOW, by=aiko)
    plan = AdmissionPlan(Slot.Admission.LOTTERY, dates=LotteryDates(OPENS, OPENS + DAY))
    with pytest.raises(OpensTooLate):
        change_admission(slot=lottery.slot, plan=plan, at=cast.NOW, by=aiko)


def test_it_moves_with_the_event_until_it_has_opened_and_comes_along_with_a_copy() -> None:
    event, aiko = yet_to_open(), cast.person("aiko")
    week: dict[str, object] = {"starts_at": event.starts_at + 7 * DAY, "ends_at": event.ends_at + 7 * DAY}
    moved = change_event(event=event, fields=week, at=cast.NOW, by=aiko)
    assert moved.event.registration_opens_at == OPENS + 7 * DAY
    assert next((one.of, one.field) for one in moved.moved) == ("events.Event", "registration_opens_at")
    later: dict[str, object] = {"starts_at": event.starts_at + 14 * DAY, "ends_at": event.ends_at + 14 * DAY}
    after = change_event(event=event, fields=later, at=OPENS + 7 * DAY, by=aiko).event
    assert after.registration_opens_at == OPENS + 7 * DAY
    day = (after.starts_at + 28 * DAY).date()
    [copy] = copy_event(source=after, days=[day], request="r", at=cast.NOW, by=aiko)
    assert copy.registration_opens_at == OPENS + 35 * DAY


def test_a_time_that_was_chosen_holds_also_where_the_event_moves() -> None:
    event = yet_to_open()
    fields: dict[str, object] = {
        "starts_at": event.starts_at + DAY,
        "ends_at": event.ends_at + DAY,
        "registration_opens_at": OPENS + 5 * DAY,
    }
    assert (
        change_event(event=event, fields=fields, at=cast.NOW, by=cast.person("aiko")).event.registration_opens_at
        == OPENS + 5 * DAY
    )


# Remind me


def remind(event: Event, client: Client, **typed: str) -> Any:
    with time_machine.travel(BEFORE, tick=False):
        return client.post(reverse("opening_reminder", args=[event.public_id]), typed)


def told() -> list[str]:
    return list(Notification.objects.filter(kind="registration_opened").values_list("recipient__name", flat=True))


def test_one_click_asks_for_one_mail_and_one_takes_it_back() -> None:
    event, dan = yet_to_open(), cast.signed_in("dan")
    assert remind(event, dan).status_code == 302
    kept = Preference.objects.get(topic=Topic.OPENING)
    assert (kept.thread, kept.wanted, kept.chosen_at) == (event.thread, True, BEFORE)
    with time_machine.travel(BEFORE, tick=False):
        assert "We’ll email you when it opens" in page(event, dan)
    remind(event, cast.signed_in("emi"))
    remind(event, cast.signed_in("emi"), end="1")
    plan_due_reminders(at=BEFORE)
    assert told() == []
    plan_due_reminders(at=OPENS)
    plan_due_reminders(at=OPENS + timedelta(minutes=5))
    assert told() == [cast.person("dan").name]


def test_someone_without_an_account_is_reminded_through_the_gate() -> None:
    event = yet_to_open()
    with time_machine.travel(BEFORE, tick=True):
        through_the_gate(Client(), reverse("opening_reminder", args=[event.public_id]), "nana@example.org")
    plan_due_reminders(at=OPENS)
    assert told() == ["奈々"]


def test_no_one_is_told_who_is_in_already_or_of_what_is_off_or_put_off() -> None:
    event, off, later = yet_to_open(), yet_to_open(title="中止の会"), yet_to_open(title="延びた会")
    aiko = cast.person("aiko")
    remind(event, cast.signed_in("aiko"))
    for one in (off, later):
        remind(one, cast.signed_in("dan"))
    assign_shift(shift=cast.shift_of(event), volunteer=aiko, at=BEFORE, by=aiko)
    cancel_event(event=off, at=BEFORE, by=aiko)
    change_event(event=later, fields={"registration_opens_at": OPENS + DAY}, at=BEFORE, by=aiko)
    plan_due_reminders(at=OPENS)
    assert told() == []
    plan_due_reminders(at=OPENS + DAY)
    assert told() == [cast.person("dan").name]


def test_the_link_in_the_mail_ends_it_and_names_the_event() -> None:
    from meetups.notifications.unsubscription import unsubscribe_token  # noqa: PLC0415

    event = yet_to_open()
    remind(event, cast.signed_in("dan"))
    url = reverse("unsubscription", args=[unsubscribe_token(cast.person("dan").pk, Topic.OPENING, event.thread)])
    assert event.title in Client().get(url).content.decode()
    Client().post(url)
    plan_due_reminders(at=OPENS)
    assert told() == []


# The dashboard


def test_organizers_open_it_now_with_one_click_and_see_who_waits() -> None:
    event, aiko = yet_to_open(), cast.signed_in("aiko")
    remind(event, cast.signed_in("dan"))
    with time_machine.travel(BEFORE, tick=False):
        text = aiko.get(reverse("desk_event", args=[event.public_id])).content.decode()
        assert "Opens in" in text
        assert "Registration not open yet" in text
        assert "Registration open<" not in text
        assert "1 person wants a reminder" in text
        assert "Registration opens" in text
        aiko.post(reverse("desk_event_opening", args=[event.public_id]))
        event.refresh_from_db()
        assert not event.opens_later(BEFORE)
        assert "Opens in" not in aiko.get(reverse("desk_event", args=[event.public_id])).content.decode()
    plan_due_reminders(at=BEFORE)
    assert told() == [cast.person("dan").name]
