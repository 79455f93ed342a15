"""Dates that move with an event. Each is declared or excused, and the declared dates move through the desk's page."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.test import Client

from meetups.core.zones import move_instant
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.dates_that_move import MOVING
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.models import Message
from meetups.notifications.models import Notification
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.actions.slots.change_admission import AdmissionPlan, change_admission
from meetups.registrations.admission import LotteryDates, usual_lottery_dates
from meetups.registrations.models import HeldPlace, Lottery, Slot
from meetups.registrations.tasks import lapse_held_places
from meetups.speakers.models import Call
from tests.support import cast

DAY = timedelta(days=1)

# Dates that do not move when their event moves, with the reason.
EXCUSED = {
    "it is the move itself": {"events.Event": {"starts_at", "ends_at"}},
    "what was done stays to be taken back for ten minutes (RULES 190)": {"events.Undo": {"until"}},
    "it is a deadline of one speaker, who was told the day; it never counts beyond the start (RULES 233)": {
        "speakers.Talk": {"confirm_by"},
    },
    "it says when something happened": {
        "events.HelperLink": {"made_at", "revoked_at"},
        "events.EventPicture": {"added_at"},
        "events.EventRole": {"since", "ended_at"},
        "events.Undo": {"at"},
        "events.Event": {"created_at", "published_at", "cancelled_at", "reminder_times_since", "schedule_since", "sequence_since", "slides_published_at"},
        "lifecycle.Inquiry": {"asked_at", "answered_at"},
        "lifecycle.Message": {"written_at", "ended_at"},
        "registrations.HeldPlace": {"since", "ended_at"},
        "registrations.Hold": {"since", "ended_at"},
        "registrations.Lottery": {"frozen_at", "value_at", "drawn_at"},
        "registrations.Offer": {"made_at", "ended_at"},
        "registrations.PairInvitation": {"made_at", "ended_at"},
        "registrations.Registration": {
            "registered_at", "confirmed_at", "cancelled_at", "checked_in_at", "hands_over_at", "asked_at", "reconfirmed_at",
            "absent_at", "excused_at", "objected_at", "question_reached_at", "reminder_reached_at",
        },
        "runbook.Todo": {"done_at", "chased_at"},
        "speakers.Call": {"opened_at", "closed_at"},
        "speakers.CoSpeaker": {"asked_at", "joined_at", "ended_at"},
        "speakers.Presence": {"seen_at"},
        "speakers.Proposal": {"proposed_at", "ended_at"},
        "speakers.Readiness": {"publication_answered_at"},
        "speakers.Rehearsal": {"set_at"},
        "speakers.SpeakerInvitation": {"made_at", "reminded_at", "ended_at"},
        "speakers.Talk": {
            "slides_published_at", "slides_taken_down_at", "slides_asked_on", "proposed_at", "accepted_at", "confirmed_at", "reminded_at",
            "left_programme_at",
        },
        "speakers.TalkOffer": {"offered_at", "ended_at"},
        "volunteers.Chore": {"done_at"},
        "volunteers.Handover": {"made_at", "ended_at"},
        "volunteers.RoomPhoto": {"added_at"},
        "registrations.Reconfirmation": {"reminded_at"},
        "volunteers.Shift": {"cancelled_at", "cancels_at", "help_sought_at", "short_told_at"},
        "volunteers.ShiftOffer": {"offered_at"},
        "volunteers.Signup": {"signed_up_at", "ended_at", "marked_at", "objected_at"},
    },
    "it is copied from its event when the event is indexed, some seconds after the move": {
        "lifecycle.SearchEntry": {"starts_at"},
    },
    "what was chosen before an event came near moves with the dates that hold (RULES 36), see TestLottery": {
        "registrations.Lottery": {"chosen_closes_at", "chosen_draws_at"},
    },
    "six hours from the offer; the pen shortens it where promotion now stops earlier (RULES 47)": {
        "registrations.Offer": {"answer_by"},
    },
}  # fmt: skip


def hanging() -> list[type[models.Model]]:
    """Event, and every model from which foreign keys lead to Event."""
    found: list[type[models.Model]] = [Event]
    grows = True
    while grows:
        more = [
            model
            for model in apps.get_models()
            if model not in found
            and any(
                field.is_relation and field.concrete and field.related_model in found for field in model._meta.fields
            )
        ]
        found += more
        grows = bool(more)
    return found


def dates() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in hanging()
        for field in model._meta.fields
        # DateTimeField is a subclass of DateField.
        if isinstance(field, models.DateField)
    }


def declared() -> set[str]:
    return {f"{dates.model._meta.label}.{name}" for dates in MOVING for name in dates.fields}


def excused() -> set[str]:
    return {f"{label}.{name}" for of in EXCUSED.values() for label, names in of.items() for name in names}


def forgotten(moving: set[str]) -> set[str]:
    return dates() - moving - excused()


def test_every_date_that_hangs_on_an_event_moves_or_is_excused_by_name() -> None:
    assert {"events.Event.starts_at", "registrations.Lottery.draws_at", "volunteers.Handover.made_at"} <= dates()
    assert forgotten(declared()) == set()
    assert declared() & excused() == set()
    assert declared() | excused() == dates(), "nothing is excused that is not there"


@pytest.mark.parametrize("name", sorted(declared()))
def test_a_date_that_is_not_declared_is_found(name: str) -> None:
    assert forgotten(declared() - {name}) == {name}


@pytest.fixture
def desk() -> Iterator[Client]:
    cast.community()
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.signed_in("aiko")
    assert breaches() == []


def move(desk: Client, event: Event, days: int) -> None:
    """An organizer enters another date on the page of the event."""
    url = f"/desk/events/{event.public_id}/edit/"
    form = desk.get(url).context["form"]
    fields = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    fields = {name: value for name, value in fields.items() if value not in (None, False)}
    fields |= {"day": (event.starts_at + days * DAY).astimezone(event.zone).date().isoformat()}
    fields["intent"] = "send"
    answer = desk.post(url, fields)
    assert answer.status_code == 302, answer.context["form"].errors
    was = event.starts_at
    event.refresh_from_db()
    assert event.starts_at == was + days * DAY


def invite(event: Event, *, expires_at: datetime | None = None) -> HeldPlace:
    slot = event.slots.get(admission=Slot.Admission.FIRST_COME)
    people = [Invitee("gin@example.org")]
    [place] = invite_attendees(
        slot=slot, invitees=people, above=False, at=cast.NOW, by=cast.person("aiko"), expires_at=expires_at
    )
    return place


def unproved(slot: Slot) -> HeldPlace:
    return hold_place(slot=slot, name="Hana", email="hana@example.org", language="ja", browser="a secret", at=cast.NOW)


@pytest.mark.django_db
def test_all_that_is_declared_moves_through_the_door(desk: Client) -> None:
    """One event with an object for every such date."""
    event = cast.online_event(
        slots=[cast.lottery_plan(), cast.first_come_plan(), cast.duty_plan()],
        shifts=[cast.teardown_plan()],
        format=Event.Format.HYBRID,
        venue_name="六本木 18F",
        registration_opens_at=cast.NOW + DAY,
    )
    first_come = event.slots.get(admission=Slot.Admission.FIRST_COME)
    stops = first_come.promotion_stops_at
    plan_reconfirmation(
        slot=first_come, ask_at=stops - 5 * DAY, answer_by=stops - 2 * DAY, releases_silent=True, at=cast.NOW,
        by=cast.person("aiko"),
    )  # fmt: skip
    invite(event)
    event.shifts.update(help_at=event.starts_at - 3 * DAY)
    Call.objects.update_or_create(
        event=event,
        defaults={"closes_at": event.starts_at - 3 * DAY, "opened_at": cast.NOW, "community": event.community},
    )
    Message.objects.create(
        event=event,
        texts={},
        audience={},
        state="scheduled",
        written_at=cast.NOW,
        send_at=event.starts_at - DAY,
        stands_until=event.starts_at,
    )

    def now() -> dict[str, list[datetime]]:
        return {
            f"{one.model._meta.label}.{name}": list(
                one.model._default_manager.filter(**{path_of(one.model): event.pk})
                .order_by("pk")
                .values_list(name, flat=True)
            )
            for one in MOVING
            for name in one.fields
        }

    before, old = now(), event.starts_at
    move(desk, event, 7)
    for name, instants in now().items():
        expected = [move_instant(instant, old, event.starts_at, event.time_zone) for instant in before[name]]
        assert instants, f"the scene has no {name}"
        assert instants == expected, name


def path_of(model: type[models.Model]) -> str:
    if model is Event:
        return "pk"
    return "event" if any(field.name == "event" for field in model._meta.fields) else "slot__event"


@pytest.mark.django_db
class TestHeldPlaces:
    def test_an_invitation_is_never_good_for_less_than_was_said(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        place = invite(event)
        told = place.expires_at
        move(desk, event, -3)
        place.refresh_from_db()
        assert place.expires_at == told
        assert Notification.objects.filter(kind="seat_invitation").count() == 1

    def test_it_ends_when_promotion_stops_and_who_has_less_time_hears_of_it(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        place = invite(event)
        move(desk, event, -12)
        place.refresh_from_db()
        assert place.expires_at == event.slots.get().promotion_stops_at < cast.NOW + 7 * DAY
        mails = Notification.objects.filter(kind="seat_invitation", subject=place.subject)
        assert [mail.not_after for mail in mails.order_by("pk")] == [cast.NOW + 7 * DAY, place.expires_at]

    def test_it_is_answered_after_its_old_end(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        place = invite(event)
        move(desk, event, 14)
        lapse_held_places(cast.NOW + 8 * DAY)
        place.refresh_from_db()
        assert place.state == HeldPlace.State.HELD

    def test_an_unproved_entry_waits_for_t_wherever_that_is(self, desk: Client) -> None:
        event = cast.event()
        place = unproved(cast.slot_of(event, Slot.Admission.LOTTERY))
        assert place.expires_at == cast.CLOSES_AT
        for days in (7, -14):
            move(desk, event, days)
            place.refresh_from_db()
            assert place.expires_at == Lottery.objects.get().closes_at

    def test_also_where_only_the_draw_is_moved(self, desk: Client) -> None:
        event = cast.event()
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        place = unproved(slot)
        later = LotteryDates(cast.CLOSES_AT + DAY, cast.DRAWS_AT + DAY)
        plan = AdmissionPlan(Slot.Admission.LOTTERY, later)
        change_admission(slot=slot, plan=plan, at=cast.NOW, by=cast.person("aiko"))
        place.refresh_from_db()
        assert place.expires_at == later.closes_at

    def test_a_code_is_good_for_half_an_hour(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan()])
        place = unproved(event.slots.get())
        move(desk, event, 7)
        place.refresh_from_db()
        assert place.expires_at == cast.NOW + timedelta(minutes=30)


@pytest.mark.django_db
class TestLottery:
    def dates(self) -> LotteryDates:
        lottery = Lottery.objects.get()
        return LotteryDates(lottery.closes_at, lottery.draws_at)

    def test_an_event_that_comes_near_and_goes_back_has_its_dates_again(self, desk: Client) -> None:
        event = cast.event()
        before = self.dates()
        move(desk, event, -14)
        assert cast.NOW < self.dates().closes_at < self.dates().draws_at < event.starts_at
        move(desk, event, 14)
        assert self.dates() == before == LotteryDates(cast.CLOSES_AT, cast.DRAWS_AT)
        assert Lottery.objects.get().chosen_draws_at is None

    def test_where_it_does_not_go_back_far_enough_they_are_announced_anew(self, desk: Client) -> None:
        event = cast.event()
        move(desk, event, -14)
        move(desk, event, 2)
        assert self.dates() == usual_lottery_dates(event.starts_at, event.time_zone, cast.NOW)
        move(desk, event, 12)
        assert self.dates() == LotteryDates(cast.CLOSES_AT, cast.DRAWS_AT)

    def test_what_organizers_choose_in_between_holds(self, desk: Client) -> None:
        event = cast.event()
        move(desk, event, -14)
        own = LotteryDates(self.dates().closes_at, self.dates().draws_at + timedelta(minutes=10))
        slot = cast.slot_of(event, Slot.Admission.LOTTERY)
        change_admission(
            slot=slot, plan=AdmissionPlan(Slot.Admission.LOTTERY, own), at=cast.NOW, by=cast.person("aiko")
        )
        move(desk, event, 14)
        assert self.dates() == LotteryDates(own.closes_at + 14 * DAY, own.draws_at + 14 * DAY)

    def test_another_end_moves_no_draw(self, desk: Client) -> None:
        event = cast.event()
        move(desk, event, -14)
        near = self.dates()
        with time_machine.travel(cast.NOW + timedelta(hours=1), tick=False):
            fields: dict[str, object] = {"ends_at": event.ends_at + timedelta(hours=1)}
            change_event(event=event, fields=fields, at=cast.NOW + timedelta(hours=1), by=cast.person("aiko"))
        assert self.dates() == near
