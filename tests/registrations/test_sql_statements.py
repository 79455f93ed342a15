"""Our own SQL gives the same results as the ORM. A session loads its person, and is valid only as long as in Django."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.db.models import NOT_PROVIDED
from django.test import Client

from meetups.accounts.models import Session, User
from meetups.accounts.sessions import SessionStore
from meetups.accounts.tasks import clear_sessions
from meetups.core.sql_statements import Insert, Statement
from meetups.events.models import Event
from meetups.events.open_event import event_by_pk, open_event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.invariants import breaches
from meetups.lifecycle.participants import Participant, open_event_and_part, part_of
from meetups.notifications.models import Notification
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Registration, Slot
from meetups.registrations.pen.ledger import Ledger
from meetups.registrations.pen.queries import active_registration, newcomer, slots_of, someone_waits
from meetups.registrations.pen.seats import seats_of
from meetups.speakers.actions.talks.withdraw_talk import withdraw_talk
from meetups.speakers.models import Talk
from meetups.volunteers.models import Signup
from tests.support import cast

pytestmark = pytest.mark.django_db


def fields(model: Any) -> dict[str, Any]:
    return {field.attname: getattr(model, field.attname) for field in model._meta.concrete_fields}


def by_the_orm(event: Event, person: User) -> Participant:
    """The result of `part_of`, read with the ORM."""
    registrations = Registration.objects.active().filter(event=event, attendee=person)
    talks = Talk.objects.filter(event=event, speaker=person)
    return Participant(
        person,
        registrations.select_related("slot__lottery").first(),
        list(talks.exclude(state__in=[Talk.State.REJECTED, Talk.State.WITHDRAWN]).order_by("pk")),
        list(
            Signup.objects.active()
            .filter(shift__event=event, volunteer=person)
            .select_related("shift")
            .order_by("shift__starts_at")
        ),
    )


def lottery_of(slot: Slot) -> dict[str, Any] | None:
    lottery = getattr(slot, "lottery", None)
    return lottery and fields(lottery)


def same(found: Participant, expected: Participant) -> bool:
    """Whether both have the same values in every field, without another query."""
    one, other = found.registration, expected.registration
    if one is None or other is None:
        assert one is other
    else:
        assert fields(one) == fields(other)
        assert fields(one.slot) == fields(other.slot)
        assert lottery_of(one.slot) == lottery_of(other.slot)
    assert [fields(talk) for talk in found.talks] == [fields(talk) for talk in expected.talks]
    assert [fields(signup) for signup in found.signups] == [fields(signup) for signup in expected.signups]
    return True


def test_an_open_event_is_what_everybody_may_see() -> None:
    cast.event()
    for visibility in Event.Visibility.values:
        for state in Event.State.values:
            Event.objects.update(visibility=visibility, state=state)
            event = Event.objects.select_related("community").get()
            visible = Event.objects.visible_to(AnonymousUser()).exists()
            found = open_event(event.public_id)
            both = open_event_and_part(event.public_id, cast.person("dan"))
            assert (found is not None) == (both is not None) == visible
            if found and both:
                assert fields(found) == fields(both[0]) == fields(event)
                assert fields(found.community) == fields(both[0].community) == fields(event.community)
    assert open_event("nowhere") is None
    assert open_event_and_part("nowhere", cast.person("dan")) is None


def test_a_part_is_what_the_orm_says(django_assert_num_queries: Any) -> None:
    event = cast.event(slots=[cast.lottery_plan(2), cast.first_come_plan(1), cast.duty_plan()])
    cast.event(title="Another one")
    first_come = cast.slot_of(event, Slot.Admission.FIRST_COME)
    cast.registered("aiko", event)
    cast.registered("ben", event, slot=first_come)
    cast.registered("chie", event, slot=first_come)
    cast.volunteering("emi", event)
    cast.talk("emi", event)
    cast.talk("finn", event, state=Talk.State.PROPOSED)
    withdraw_talk(talk=cast.talk("dan", event, state=Talk.State.PROPOSED), at=cast.NOW, by=cast.person("dan"))
    for name in (*cast.NAMES, "nobody"):
        person = cast.person(name)
        assert same(part_of(event, person), by_the_orm(event, person))
        found = open_event_and_part(event.public_id, person)
        assert found
        assert same(found[1], by_the_orm(event, person))
    # Slot and lottery are loaded, even if the slot has no lottery.
    for name in ("aiko", "ben"):
        part = part_of(event, cast.person(name))
        assert part.registration
        with django_assert_num_queries(0):
            getattr(part.registration.slot, "lottery", None)


def test_what_the_pen_reads_is_what_the_orm_says() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.lottery_plan(2), cast.duty_plan()])
    other = cast.event(title="Another one")
    by_orm = list(Slot.objects.filter(event=event).select_related("lottery").in_order())
    found = slots_of(event.pk)
    assert [fields(slot) for slot in found.values()] == [fields(slot) for slot in by_orm]
    assert [lottery_of(slot) for slot in found.values()] == [lottery_of(slot) for slot in by_orm]
    assert fields(event_by_pk(event.pk)) == fields(Event.objects.get(pk=event.pk))
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    assert not someone_waits(slot)
    first, second = cast.registered("dan", event, slot=slot), cast.registered("emi", event, slot=slot)
    cast.registered("dan", other)
    assert someone_waits(slot)
    for registration in (first, second):
        mine = active_registration(event.pk, registration.person)
        assert mine
        assert fields(mine) == fields(Registration.objects.get(pk=registration.pk))
    assert active_registration(event.pk, cast.person("dan+again")) == first
    assert active_registration(other.pk, cast.person("emi")) is None
    with pytest.raises(Event.DoesNotExist):
        event_by_pk(0)


def test_ones_own_place_comes_before_that_of_another_account_of_the_mailbox() -> None:
    event = cast.event()
    cast.registered("dan", event)
    own = cast.registered("emi", event)
    Registration.objects.filter(pk=own.pk).update(attendee=cast.person("dan+again"))
    assert active_registration(event.pk, cast.person("dan+again")) == own


OWN = {
    "id",
    "number",
    "code",
    "attendee_id",
    "person_key",
    "entry_id",
    "request_id",
    "subject",
    "actor_id",
    "recipient_id",
    "key",
}


def written_for(name: str, slot: Slot) -> dict[str, Any]:
    """The rows in the database after `name` has registered, without the values that differ for each person."""
    request_id = uuid4()
    registration = register(slot=slot, attendee=cast.person(name), at=cast.NOW, request_id=request_id)
    stored = Registration.objects.get(pk=registration.pk)
    assert fields(stored) == fields(registration)
    assert stored.request_id == request_id
    entry = HistoryEntry.objects.get(subject=stored.subject)
    message = Notification.objects.get(subject=stored.subject)
    assert entry.actor == stored.attendee
    assert message.key == f"{message.kind}:{stored.attendee_id}:{stored.subject}:{entry.pk}"
    rows: list[Any] = [stored, entry, message]
    return {
        f"{type(row).__name__}.{key}": row_fields[key]
        for row in rows
        if (row_fields := fields(row))
        for key in row_fields.keys() - OWN
    }


@pytest.mark.parametrize("admission", [Slot.Admission.FIRST_COME, Slot.Admission.LOTTERY])
def test_who_comes_in_is_written_in_one_statement_as_in_several(
    admission: Slot.Admission, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = cast.event(slots=[cast.first_come_plan(2), cast.lottery_plan(2)])
    slot = cast.slot_of(event, admission)
    in_one = written_for("dan", slot)
    monkeypatch.setattr(Ledger, "_is_newcomer", lambda _ledger, _changes: False)
    assert written_for("emi", slot) == in_one
    assert Slot.objects.get(pk=slot.pk).taken == (2 if admission == Slot.Admission.FIRST_COME else 0)
    assert not breaches()


def test_a_newcomer_is_read_as_the_single_statements_say() -> None:
    event = cast.event(slots=[cast.first_come_plan(1), cast.lottery_plan(2), cast.duty_plan()])
    other = cast.event(title="Another one")
    slot = cast.slot_of(event, Slot.Admission.FIRST_COME)
    request_id = uuid4()
    cast.registered("aiko", event, slot=slot)
    cast.registered("ben", event, slot=slot)
    first = register(slot=slot, attendee=cast.person("dan"), at=cast.NOW, request_id=request_id)
    elsewhere = register(slot=other.slots.general()[0], attendee=cast.person("emi"), at=cast.NOW, request_id=request_id)
    for name in ("aiko", "ben", "dan", "emi", "dan+again", "nobody"):
        person = cast.person(name)
        for asked in (None, uuid4(), request_id):
            read = newcomer(event.pk, person, asked)
            assert fields(read.event) == fields(event_by_pk(event.pk))
            assert list(read.slots) == list(slots_of(event.pk))
            for one, same_one in zip(read.slots.values(), slots_of(event.pk).values(), strict=True):
                assert fields(one) == fields(same_one)
                assert lottery_of(one) == lottery_of(same_one)
            assert read.waited_for == {each.pk for each in read.slots.values() if someone_waits(each)} == {slot.pk}
            answer = {"dan": first, "emi": elsewhere}.get(name) if asked == request_id else None
            assert read.answer == answer
            assert read.active == (None if answer else active_registration(event.pk, person))
    with pytest.raises(Event.DoesNotExist):
        newcomer(0, cast.person("dan"), None)


def test_what_was_read_of_a_newcomer_ends_with_the_first_step() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    slot, dan, emi, finn = event.slots.get(), cast.person("dan"), cast.person("emi"), cast.person("finn")
    with seats_of(event, at=cast.NOW, newcomer=dan) as seats:
        assert not seats.ledger.someone_waits(slot)
        assert seats.enter(slot, dan, at=cast.NOW).state == Registration.State.CONFIRMED
        assert seats.registration_of(dan)
        assert seats.enter(slot, emi, at=cast.NOW).state == Registration.State.WAITLISTED
        assert seats.ledger.someone_waits(slot)
        assert seats.enter(slot, finn, at=cast.NOW).place == 2


def test_the_first_answer_is_given_again_also_where_the_pen_has_work_to_do_first() -> None:
    event = cast.event()
    slot, dan, request_id = cast.slot_of(event, Slot.Admission.LOTTERY), cast.person("dan"), uuid4()
    first = register(slot=slot, attendee=dan, at=cast.NOW, request_id=request_id)
    # Entries have closed in the meantime, so taking the seat lock freezes the lottery.
    assert register(slot=slot, attendee=dan, at=cast.CLOSES_AT, request_id=request_id) == first


def test_a_registration_is_three_statements(django_assert_num_queries: Any) -> None:
    event = cast.event(slots=[cast.first_come_plan(2)])
    slot, dan = event.slots.select_related("event").get(), cast.person("dan")
    # The lock; the data for the decision; the writes. Two more for the test's savepoint.
    with django_assert_num_queries(3 + 2):
        register(slot=slot, attendee=dan, at=cast.NOW, request_id=uuid4())


def test_nothing_is_written_where_a_seat_cannot_be_counted() -> None:
    event = cast.event(slots=[cast.first_come_plan(1)])
    slot = event.slots.get()

    def two_come_in() -> None:
        with seats_of(event, at=cast.NOW) as seats:
            seats.slots[slot.pk].capacity = 2
            seats.enter(slot, cast.person("dan"), at=cast.NOW)
            seats.enter(slot, cast.person("emi"), at=cast.NOW)

    with pytest.raises(IntegrityError, match="slot_is_never_oversold"):
        two_come_in()
    assert not Registration.objects.exists()
    assert not HistoryEntry.objects.filter(subject__startswith="registration").exists()
    assert not Notification.objects.filter(subject__startswith="registration").exists()


def test_a_statement_that_writes_less_than_there_is_to_say_refuses() -> None:
    insert = Insert(Notification, "message", "kind")
    insert.parameters(Notification(kind="seat_confirmed"))
    with pytest.raises(ValueError, match="more to say"):
        insert.parameters(Notification(kind="seat_confirmed", not_after=cast.NOW))


def test_a_plan_survives_a_transaction_that_is_rolled_back() -> None:
    answer = Statement("SELECT %(number)s::int + 1")
    assert answer.one(number=1) == (2,)
    with transaction.atomic():
        answer.one(number=1)
        transaction.set_rollback(True)
    assert answer.all(number=1) == [(2,)]


def test_a_connection_that_was_cut_is_noticed_without_asking() -> None:
    assert connection.is_usable()
    own = connection.connection
    connection.connection = None
    try:
        assert not connection.is_usable()
    finally:
        connection.connection = own
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()
    other = connection.copy()
    other.connect()
    assert other.is_usable()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 1000)", pid)
    assert not other.is_usable()
    other.close()


def test_session_and_person_are_one_query(django_assert_num_queries: Any) -> None:
    dan = cast.signed_in("dan")
    with django_assert_num_queries(1):
        dan.get("/nowhere/")


def test_a_session_knows_whose_it_is() -> None:
    dan = cast.signed_in("dan")
    session = Session.objects.get()
    assert session.person == cast.person("dan")
    store = SessionStore(session.session_key)
    assert store[SESSION_KEY] == str(cast.person("dan").pk)
    assert store.person == cast.person("dan")
    assert fields(store.person) == fields(User.objects.get())
    dan.post("/accounts/logout/")
    assert not Session.objects.filter(person=cast.person("dan")).exists()


def is_signed_in(client: Client) -> bool:
    return bool(client.get("/me/").status_code == 200)


def test_whoever_has_signed_out_is_out_at_once() -> None:
    dan = cast.signed_in("dan")
    kept = dan.cookies["sessionid"].value
    assert is_signed_in(dan)
    dan.post("/accounts/logout/")
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert not is_signed_in(thief)


def test_a_new_password_and_a_closed_account_end_every_session() -> None:
    dan, emi = cast.signed_in("dan"), cast.signed_in("emi")
    assert is_signed_in(dan)
    assert is_signed_in(emi)
    person = cast.person("dan")
    person.set_password("another word")
    person.save()
    User.objects.filter(email="emi@example.org").update(is_active=False)
    assert not is_signed_in(dan)
    assert not is_signed_in(emi)


def test_a_session_of_somebody_else_is_not_believed() -> None:
    dan = cast.signed_in("dan")
    Session.objects.update(person=cast.person("emi"))
    html = dan.get("/me/profile/").content.decode()
    assert "ダン" in html
    assert "絵美" not in html


def test_an_erased_person_takes_her_sessions_along() -> None:
    cast.signed_in("dan")
    cast.person("dan").delete()
    assert not Session.objects.exists()


def test_old_sessions_are_cleared_away() -> None:
    dan = cast.signed_in("dan")
    ends_at = Session.objects.get().expire_date
    assert is_signed_in(dan)
    assert clear_sessions(ends_at.replace(year=ends_at.year + 1)) == "1 old sessions removed"
    assert not is_signed_in(dan)


def test_a_default_of_the_database_is_written_and_known(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Registration._meta.get_field("above_capacity")
    monkeypatch.setattr(place, "default", NOT_PROVIDED)
    monkeypatch.setattr(place, "db_default", False)
    for cached in ("_get_default", "_db_default_expression"):
        place.__dict__.pop(cached, None)
    try:
        row = Insert(Registration, "registration")
        assert "%(registration_above_capacity)s" not in row.sql
        new = Registration(event_id=1, slot_id=1, state="confirmed", registered_at=cast.NOW)
        assert "registration_above_capacity" not in row.parameters(new)
        assert new.above_capacity is False
        with pytest.raises(ValueError, match="more to say"):
            row.parameters(Registration(event_id=1, slot_id=1, above_capacity=True))
    finally:
        for cached in ("_get_default", "_db_default_expression"):
            place.__dict__.pop(cached, None)
