"""Old rows come forward: columns that replaced searches in history and outbox get what those tables say."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection
from django.db.migrations import AddIndex
from django.db.migrations.executor import MigrationExecutor

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.publish_slides import publish_slides
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.no_shows.object_to_no_show import object_to_no_show
from meetups.registrations.actions.no_shows.record_no_shows import record_no_shows
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.models import Reconfirmation, Registration, Slot
from meetups.registrations.tasks import reconfirm_seats
from meetups.speakers.actions.slides.add_slides import add_slides
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.actions.slides.ask_for_slides import ask_for_slides
from meetups.speakers.actions.slides.republish_slides import republish_slides
from meetups.speakers.actions.slides.unpublish_slides import unpublish_slides
from meetups.speakers.models import Readiness, Talk
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.mark_signup import mark_signup
from meetups.volunteers.actions.signups.object_to_absence import object_to_absence
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift, ShiftOffer, Signup
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.tasks import seek_help_for_short_shifts
from tests.support import cast

pytestmark = pytest.mark.django_db
BEFORE = [
    ("events", "0005_calendars_know_since_when"),
    ("registrations", "0003_the_clock_finds_what_is_due"),
    ("speakers", "0007_speakers_say_that_they_are_connected"),
    ("volunteers", "0006_the_clock_finds_what_is_over"),
]
ANSWER_BY = cast.STARTS_AT - timedelta(hours=48)
ASK_AT = ANSWER_BY - timedelta(days=4)
HALF_WAY = ANSWER_BY - timedelta(days=2)
AFTER = cast.ENDS_AT + timedelta(hours=2)
Phase, Shifts = Shift.Phase, Shift.Role


@pytest.fixture(autouse=True)
def _indexes_in_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction, in which PostgreSQL builds no index beside others' work."""
    monkeypatch.setattr(AddIndexConcurrently, "database_forwards", AddIndex.database_forwards)
    monkeypatch.setattr(AddIndexConcurrently, "database_backwards", AddIndex.database_backwards)


def migrate(targets: list[tuple[str, str]]) -> None:
    # The test is one transaction, and tables with rows whose foreign keys are still unchecked cannot be altered.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate(targets)


def there_and_back(before: list[tuple[str, str]] = BEFORE) -> None:
    """The columns go, with all they say, and come again."""
    migrate(before)
    assert "slides_taken_down_at" not in columns("speakers_talk")
    if before == BEFORE:
        assert "role" not in columns("volunteers_shift")
        assert "question_reached_at" not in columns("registrations_registration")
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


def columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def what_columns_say() -> dict[str, list[tuple[Any, ...]]]:
    def of(model: Any, *names: str) -> list[tuple[Any, ...]]:
        return list(model.objects.order_by("pk").values_list("pk", *names))

    return {
        "events": of(Event, "slides_published_at"),
        "talks": of(Talk, "slides_taken_down_at", "slides_asked_on"),
        "reconfirmations": of(Reconfirmation, "reminded_at"),
        "registrations": of(Registration, "question_reached_at", "reminder_reached_at", "objected_at"),
        "shifts": of(Shift, "short_told_at", "role"),
        "signups": of(Signup, "objected_at"),
        "offers": sorted(ShiftOffer.objects.values_list("event", "person", "offered_at")),
    }


def seen(rows: list[tuple[Any, ...]], column: int) -> set[bool]:
    """Whether the column is set: both answers should occur, or a comparison shows nothing."""
    return {row[column] is not None for row in rows}


def questions_offers_and_objections() -> None:
    """Dan, Emi, Finn and Gin have seats, and some were asked, reminded, offered a shift, absent, or objected."""
    aiko = cast.person("aiko")
    event = cast.event(slots=[cast.first_come_plan(3), cast.duty_plan()], shifts=[cast.teardown_plan(minimum=3)])
    late = ShiftPlan(Phase.TEARDOWN, Shifts.TEARDOWN, "片付け", cast.ENDS_AT, cast.ENDS_AT + timedelta(hours=1), 1, 1)
    dan, emi, _finn, gin = [cast.registered(name, event) for name in ("dan", "emi", "finn", "gin")]
    signup, other = [cast.volunteering(name, event) for name in ("hana", "ken")]
    slot = event.slots.general().in_order()[0]
    plan_reconfirmation(slot=slot, ask_at=ASK_AT, answer_by=ANSWER_BY, releases_silent=False, at=cast.NOW, by=aiko)
    reconfirm_seats(ASK_AT)
    deliver(at=ASK_AT + timedelta(minutes=5))
    # Emi's question came back, and no reminder reaches anyone but Dan.
    Notification.objects.filter(recipient=emi.attendee, kind="reconfirmation_asked").update(state="bounced")
    Registration.objects.filter(pk=emi.pk).update(question_reached_at=None)
    reconfirm_seats(HALF_WAY)
    Notification.objects.filter(kind="reconfirmation_reminder").exclude(recipient=dan.attendee).update(state="void")
    deliver(at=HALF_WAY + timedelta(minutes=5))
    seek_help_for_short_shifts(ANSWER_BY)
    plan_shift(event=event, plan=late, guarantees_seat=False, at=ANSWER_BY + timedelta(hours=1), by=aiko)
    check_in(registration=emi, at=cast.STARTS_AT, by=aiko)
    assert record_no_shows(event=event, slots=[slot.pk], at=AFTER, by=aiko) == 2
    object_to_no_show(registration=dan, at=AFTER, by=cast.person("dan"))
    for one in (signup, other):
        mark_signup(signup=one, mark=Signup.Mark.ABSENT, at=AFTER, by=aiko)
    object_to_absence(signup=signup, at=AFTER, by=cast.person("hana"))

    assert ShiftOffer.objects.get().person == gin.attendee


def slides() -> None:
    """Emi's slides were taken down, Gin's too but are public again, and Hana was asked for hers on two days."""
    ben = cast.member("ben", Role.ORGANIZER)
    event = cast.event(slots=[cast.first_come_plan(1), cast.invited_plan(5)])
    down, up, _missing = [cast.talk(name, event) for name in ("emi", "gin", "hana")]
    for talk in (down, up):
        add_slides(talk=talk, url="https://slides.example/1", at=cast.NOW, by=ben)
        answer_publication(talk=talk, answer=Readiness.Publication.YES, at=cast.NOW, by=talk.speaker)
    publish_slides(event=event, at=AFTER, by=ben)
    unpublish_slides(talk=down, at=AFTER, by=ben)
    unpublish_slides(talk=up, at=AFTER, by=ben)
    republish_slides(talk=up, at=AFTER + timedelta(hours=1), by=ben)
    # Midnight in Tokyo is between the two.
    ask_for_slides(event=event, at=AFTER, by=ben)
    ask_for_slides(event=event, at=AFTER + timedelta(hours=12), by=ben)
    cast.event(title="ML勉強会 #15", slots=[cast.first_come_plan(1)])


ROLES = [
    (Phase.EVENT, "配信", Shifts.STREAM),
    (Phase.EVENT, "STREAM", Shifts.STREAM),
    (Phase.SETUP, "Stream", Shifts.STREAM),
    (Phase.EVENT, "司会", Shifts.MC),
    (Phase.EVENT, "mc", Shifts.MC),
    (Phase.EVENT, "受付", Shifts.RECEPTION),
    (Phase.EVENT, "Reception", Shifts.RECEPTION),
    (Phase.EVENT, "実況投稿", Shifts.LIVE_POSTS),
    (Phase.EVENT, "撤収", Shifts.OTHER),
    (Phase.EVENT, "写真", Shifts.OTHER),
    (Phase.SETUP, "椅子を並べる", Shifts.SETUP),
    (Phase.TEARDOWN, "配信", Shifts.TEARDOWN),
]


# Both answers occur where they can: a comparison of columns that are all empty shows nothing.
SEEN = [
    ("reconfirmations", 1, {True}),
    *[("registrations", column, {True, False}) for column in (1, 2, 3)],
    *[(name, 1, {True, False}) for name in ("shifts", "signups", "events")],
    *[("talks", column, {True, False}) for column in (1, 2)],
]


def shifts() -> list[Shift]:
    """A shift for each line of ROLES, made without its role, which only the migration can find."""
    event = cast.event(title="ML勉強会 #16")
    made = []
    for phase, title, _role in ROLES:
        anything = Shifts.TEARDOWN if phase == Phase.TEARDOWN else Shifts.OTHER
        plan = ShiftPlan(phase, anything, title, cast.STARTS_AT, cast.ENDS_AT, 1, 1)
        made.append(plan_shift(event=event, plan=plan, guarantees_seat=False, at=cast.NOW, by=cast.person("aiko")))
    return made


def test_what_columns_say_comes_forward_and_a_shift_gets_its_role_from_phase_and_title() -> None:
    """One way there and back for all scenes, because it takes five seconds."""
    questions_offers_and_objections()
    assert breaches() == []
    slides()
    made = shifts()
    before = what_columns_say()
    for name, column, expected in SEEN:
        assert seen(before[name], column) == expected, (name, column)
    there_and_back()

    roles = dict(Shift.objects.values_list("pk", "role"))
    assert [(shift.phase, shift.title, roles[shift.pk]) for shift in made] == ROLES
    for shift in made:
        Shift.objects.filter(pk=shift.pk).update(role=shift.role)
    assert what_columns_say() == before
    assert breaches() == []


def test_a_migration_that_fills_nothing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    slides()
    before = what_columns_say()
    monkeypatch.setattr("meetups.speakers.migrations.0008_slides_taken_down_and_asked_for.FILL", ())
    there_and_back([("speakers", "0007_speakers_say_that_they_are_connected")])
    assert what_columns_say() != before


def test_a_kept_seat_of_volunteers_leaves_the_count() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan()])
    signup = cast.volunteering("emi", event)
    check_in(registration=Registration.objects.get(event=event), at=cast.STARTS_AT, by=cast.person("aiko"))
    step_down(signup=signup, at=cast.STARTS_AT + timedelta(hours=1), by=signup.volunteer)
    now = event.slots.order_by("pk").values_list("taken", flat=True)
    assert list(now) == [0, 0]
    # As it was counted before.
    Registration.objects.filter(event=event).update(above_capacity=False)
    event.slots.filter(admission=Slot.Admission.DUTY).update(taken=1)
    assert breaches() != []
    migrate([("registrations", "0005_questions_that_reached_people_before")])
    migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert list(now.all()) == [0, 0]
    assert breaches() == []
