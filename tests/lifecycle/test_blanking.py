"""Texts and addresses in history and outbox can be blanked while an event is running: the rest is the same (RULES 105)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.publish_slides import publish_slides
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.models import Registration, Slot
from meetups.registrations.tasks import reconfirm_seats
from meetups.speakers.actions.slides.add_slides import add_slides
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.actions.slides.republish_slides import republish_slides
from meetups.speakers.actions.slides.unpublish_slides import unpublish_slides
from meetups.speakers.models import Readiness, Talk
from meetups.speakers.tasks import remind_of_slides
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.tasks import seek_help_for_short_shifts
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANSWER_BY = cast.STARTS_AT - 2 * DAY
ASK_AT = ANSWER_BY - 4 * DAY
AFTER = cast.ENDS_AT + 2 * HOUR
NOON = cast.STARTS_AT.replace(hour=3) + DAY
SETTLED = ("sent", "void", "bounced", "failed")


def blank() -> None:
    """Removes every readable text and address from both tables; keys, verbs and states stay."""
    HistoryEntry.objects.update(details={})
    Notification.objects.filter(state__in=SETTLED).update(address="", language="", error="")


def clock(at: datetime) -> None:
    for job in (seek_help_for_short_shifts, reconfirm_seats, remind_of_slides):
        job(at)
    deliver(at=at)


def life(*, blanks: bool) -> list[object]:
    """An event from its publication to its slides, with a blanking after each chapter. Returns the final state of everything."""
    aiko = cast.person("aiko")

    def chapter() -> None:
        if blanks:
            blank()

    event = cast.event(
        slots=[cast.first_come_plan(4), cast.duty_plan(), cast.invited_plan()], shifts=[cast.teardown_plan()]
    )
    general = event.slots.get(admission=Slot.Admission.FIRST_COME)
    talks = [cast.talk(name, event, title=name) for name in ("emi", "ben", "chie")]
    for name in ("dan", "gin", "hana", "ito", "finn", "jun"):
        cast.registered(name, event)
    # An invitation to an address without an account.
    slot = event.slots.get(admission=Slot.Admission.INVITED)
    invite_attendees(slot=slot, invitees=[Invitee("new@example.org")], above=True, at=cast.NOW, by=aiko)
    plan_reconfirmation(slot=general, ask_at=ASK_AT, answer_by=ANSWER_BY, releases_silent=True, at=cast.NOW, by=aiko)
    Shift.objects.filter(event=event).update(help_at=ASK_AT)
    clock(cast.NOW + 2 * HOUR)
    chapter()
    clock(ASK_AT)
    chapter()
    # Another shift is short later. No one is asked a second time; neither the question nor its reminder comes twice.
    more = ShiftPlan(
        Shift.Phase.TEARDOWN,
        Shift.Role.TEARDOWN,
        "掃除",
        cast.ENDS_AT + HOUR,
        cast.ENDS_AT + 2 * HOUR,
        1,
        2,
        "",
        help_at=ASK_AT + DAY,
    )
    plan_shift(event=event, plan=more, guarantees_seat=True, at=ASK_AT + HOUR, by=aiko)
    for at in (ASK_AT + DAY, ANSWER_BY - 2 * DAY, ANSWER_BY - DAY):
        clock(at)
        chapter()
    clock(ANSWER_BY)
    chapter()
    for talk in talks[:2]:
        add_slides(talk=talk, url="https://slides.example/1", at=AFTER, by=talk.speaker)
        answer_publication(talk=talk, answer=Readiness.Publication.YES, at=AFTER, by=talk.speaker)
    publish_slides(event=event, at=AFTER, by=aiko)
    unpublish_slides(talk=talks[0], at=AFTER + HOUR, by=aiko)
    unpublish_slides(talk=talks[1], at=AFTER + HOUR, by=aiko)
    republish_slides(talk=talks[1], at=AFTER + HOUR, by=aiko)
    clock(AFTER + HOUR)
    chapter()
    for at in (NOON, NOON + HOUR):
        clock(at)
        chapter()
    # Slides that were taken down stay down. Later slides are public without another mail. No one is asked twice.
    add_slides(talk=talks[0], url="https://slides.example/2", at=NOON + HOUR, by=talks[0].speaker)
    add_slides(talk=talks[2], url="https://slides.example/3", at=NOON + HOUR, by=talks[2].speaker)
    answer_publication(talk=talks[2], answer=Readiness.Publication.YES, at=NOON + HOUR, by=talks[2].speaker)
    republish_slides(talk=talks[0], at=NOON + 2 * HOUR, by=aiko)
    unpublish_slides(talk=talks[1], at=NOON + 2 * HOUR, by=aiko)
    clock(NOON + 3 * HOUR)
    chapter()
    assert breaches() == []
    mails = Notification.objects.filter(thread=event.thread).values_list("kind", "recipient__email", "state")
    return [
        sorted(map(str, mails)),
        list(
            Registration.objects.filter(event=event).order_by("attendee__email").values_list("attendee__email", "state")
        ),
        list(
            Talk.objects.filter(event=event)
            .order_by("title")
            .values_list("title", "slides_published_at", "slides_taken_down_at")
        ),
        list(
            HistoryEntry.objects.filter(thread=event.thread)
            .order_by("pk")
            .values_list("verb", "from_state", "to_state")
        ),
    ]


@pytest.mark.story
def test_what_follows_is_the_same() -> None:
    kept = life(blanks=False)
    assert life(blanks=True) == kept
    told = str(kept[0])
    for kind in ("reconfirmation_reminder", "released", "shift_offered", "slides_published", "slides_asked"):
        assert f"'{kind}'" in told, "the life tells everybody of it"


@pytest.mark.story
def test_pages_of_the_desk_go_on() -> None:
    with time_machine.travel(NOON + 3 * HOUR, tick=False):
        life(blanks=True)
        event = Event.objects.get()
        cast.member("ben", Role.ORGANIZER)
        desk: Client = cast.signed_in("aiko")
        for name in ("desk_event", "desk_slides", "desk_attendees", "desk_shifts"):
            assert desk.get(reverse(name, args=[event.public_id])).status_code == 200
