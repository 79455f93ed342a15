"""Many years of events, by plain SQL: rows that the actions made are copied, so a new column needs nothing here."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model

from meetups.accounts.models import Session, User
from meetups.communities.models import Community, Membership
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.models import Message
from meetups.notifications.models import Notification, Preference, Suppression, Topic
from meetups.registrations.models import HeldPlace, Lottery, Registration, Slot
from meetups.speakers.models import Talk
from meetups.volunteers.models import Chore, Shift, Signup
from tests.house.access.world import World, make_world
from tests.support import cast

# The numbers of copies begin here, above those of the rows that they are copied from.
BASE = 1_000_000
REGISTRATIONS_EACH = 50
TALKS_EACH = 3


@dataclass(frozen=True)
class Size:
    """How much there is, in ten years and the eight weeks ahead. One event in ten belongs to the community of the cast, the others to the `communities`."""

    events: int
    people: int
    communities: int
    crowd: int

    @property
    def ahead(self) -> int:
        return self.events * 3 // 200

    @property
    def registrations(self) -> int:
        return self.events * REGISTRATIONS_EACH


# `make years`: ten years, and one event with 1,000 people.
YEARS = Size(events=20_000, people=200_000, communities=200, crowd=1_000)


def starts_at(number: str, size: Size) -> str:
    """SQL for the start of the event with this number: number 1 is the farthest ahead, the last ten years ago."""
    return f"timestamptz '{cast.NOW}' + ({size.ahead} - {number}) * interval '10 years' / {size.events}"


def copy(row: Model, how_many: int, **values: str) -> None:
    """Inserts `how_many` copies of `row`. `values` are SQL for columns that differ; `n` counts from 1, and a copy's id is above BASE."""
    table = row._meta.db_table
    columns = [field.column for field in row._meta.concrete_fields]
    key = row._meta.pk.column if row._meta.pk else None
    differ = ({"id": f"{BASE} + n"} if "id" in columns else {}) | values
    assert set(differ) <= set(columns), set(differ) - set(columns)
    names = ", ".join(f'"{column}"' for column in columns)
    chosen = ", ".join(differ.get(str(column), f'one."{column}"') for column in columns).replace("%", "%%")
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {chosen} FROM "{table}" one, generate_series(1, {how_many}) n '
            f'WHERE one."{key}" = %s',
            [row.pk],
        )


def fill(size: Size) -> World:
    """The world of the house's table of access, with years of other events around it. Its event has a crowd of its own.

    The database must be empty, and its user must be allowed to leave out the checks of foreign keys.
    """
    with connection.cursor() as cursor:
        _numbers_begin_anew(cursor)
    world = make_world()
    templates = _templates(world)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    _people(size, templates)
    _events(size, templates)
    _taking_part(size, templates)
    _crowd(size, world.event, templates)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        _numbers_go_on_above(cursor)
        cursor.execute("ANALYZE")
    return world


COUNTED = (Event, Slot, Registration, HistoryEntry, Notification, User, Community, Talk, Shift, Signup)


def _numbers_begin_anew(cursor: CursorWrapper) -> None:
    """The rows to copy get numbers below the copies. A test that filled the database before has undone its rows, not their numbers."""
    for model in COUNTED:
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), 1, false)")


def _numbers_go_on_above(cursor: CursorWrapper) -> None:
    """New rows get numbers above the copies."""
    for model in COUNTED:
        table = model._meta.db_table
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")


def _templates(world: World) -> dict[str, Model]:
    event, dan = world.event, cast.person("dan")
    browser = Session.objects.create(session_key="x" * 32, session_data="", expire_date=cast.ENDS_AT, person=dan)
    choice = Preference.objects.create(
        person=dan, topic=Topic.ANNOUNCEMENTS, thread=event.community.thread, wanted=True, chosen_at=cast.NOW
    )
    return {
        "person": dan,
        "address": EmailAddress.objects.get(user=dan),
        "browser": browser,
        "choice": choice,
        "bounced": Suppression.objects.create(address="gone@example.net", since=cast.NOW, reason="5.1.1"),
        "community": event.community,
        "owner": Membership.objects.get(person=cast.person("aiko")),
        "event": event,
        "first come": cast.slot_of(event, Slot.Admission.FIRST_COME),
        "with lottery": cast.slot_of(event, Slot.Admission.LOTTERY),
        "for volunteers": cast.slot_of(event, Slot.Admission.DUTY),
        "lottery": Lottery.objects.get(slot__event=event),
        "registration": Registration.objects.get(attendee=dan, event=event),
        "held place": HeldPlace.objects.filter(event=event)[0],
        "history": HistoryEntry.objects.filter(thread=event.thread, verb="register")[0],
        "mail": Notification.objects.filter(thread=event.thread)[0],
        "message": Message.objects.filter(event=event)[0],
        "talk": Talk.objects.filter(event=event, state="confirmed")[0],
        "shift": Shift.objects.filter(event=event)[0],
        "signup": Signup.objects.filter(shift__event=event)[0],
        "line": Chore.objects.filter(event=event)[0],
    }


def _people(size: Size, of: dict[str, Model]) -> None:
    copy(of["person"], size.people, email="'p' || n || '@example.net'", name="'人' || n")
    copy(of["address"], size.people, user_id=f"{BASE} + n", email="'p' || n || '@example.net'")
    copy(
        of["browser"],
        size.people // 2,
        session_key="md5('browser ' || n)",
        session_data="repeat('x', 300)",
        person_id=f"{BASE} + n",
    )
    copy(
        of["choice"],
        size.people // 2,
        person_id=f"{BASE} + n",
        thread=f"'community:c' || n % {size.communities} + 1",
    )
    copy(of["bounced"], size.people // 100, address="'p' || n || '@example.net'")
    copy(of["community"], size.communities, slug="'c' || n", name="'勉強会 ' || n")
    # Aiko runs twenty of them besides her own; each has three people of its own.
    copy(of["owner"], min(20, size.communities), community_id=f"{BASE} + n")
    for number, role in enumerate(("owner", "organizer", "reception"), 1):
        copy(
            of["owner"],
            size.communities,
            id=f"{(number + 1) * BASE} + n",
            community_id=f"{BASE} + n",
            person_id=f"{BASE} + 3 * n + {number}",
            role=f"'{role}'",
        )


def _events(size: Size, of: dict[str, Model]) -> None:
    start = starts_at("n", size)
    before = f"{start} - interval '21 days'"
    over = f"n > {size.ahead}"
    of_event = {"event_id": f"{BASE} + n"}
    state = f"CASE WHEN n % 40 = 7 THEN 'cancelled' WHEN n % 40 = 9 AND NOT {over} THEN 'draft' ELSE 'published' END"
    copy(
        of["event"],
        size.events,
        public_id="'e' || n",
        title="'勉強会 #' || n",
        community_id=f"CASE WHEN n % 10 = 0 THEN one.community_id ELSE {BASE} + n % {size.communities} + 1 END",
        state=state,
        starts_at=start,
        ends_at=f"{start} + interval '2 hours'",
        **dict.fromkeys(("created_at", "published_at", "schedule_since"), before),
        cancelled_at=f"CASE WHEN n % 40 = 7 THEN {start} - interval '2 days' END",
        slides_published_at=f"CASE WHEN {over} THEN {start} + interval '1 day' END",
    )
    ends = {"closes_at": f"{start} - interval '1 day'", "free_cancellation_ends_at": f"{start} - interval '1 day'"}
    slots = ("first come", "with lottery", "for volunteers")
    for number, name in enumerate(slots, 1):
        copy(
            of[name],
            size.events,
            id=f"{number * BASE} + n",
            public_id=f"'s{number}e' || n",
            **of_event,
            **ends,
            promotion_stops_at=start,
            capacity="50",
            taken="35" if number == 1 else "0",
            next_place="60",
        )
    copy(
        of["lottery"],
        size.events,
        slot_id=f"{2 * BASE} + n",
        state=f"CASE WHEN {over} THEN 'drawn' ELSE 'announced' END",
        closes_at=f"{start} - interval '5 days'",
        draws_at=f"{start} - interval '4 days'",
        seats=f"CASE WHEN {over} THEN 50 END",
        manifest=f"CASE WHEN {over} THEN repeat(md5(n::text), 60) ELSE '' END",
        value=f"CASE WHEN {over} THEN md5(n::text) ELSE '' END",
        **dict.fromkeys(("frozen_at", "drawn_at"), f"CASE WHEN {over} THEN {start} - interval '4 days' END"),
    )
    copy(
        of["shift"],
        size.events,
        **of_event,
        slot_id=f"{3 * BASE} + n",
        starts_at=f"{start} + interval '2 hours'",
        ends_at=f"{start} + interval '3 hours'",
        step_down_until=f"{start} - interval '1 day'",
        help_sought_at=f"CASE WHEN {over} THEN {start} - interval '2 days' END",
        taken="3",
    )
    copy(of["message"], size.events, **of_event, state="'sent'", send_at=before, ended_at=before, recipients="9")
    _for_each_event(of["line"], size, 5, position="n % 5")
    _for_each_event(
        of["talk"],
        size,
        TALKS_EACH,
        speaker_id=f"{BASE} + n * 31 % {size.people} + 1",
        title="'話 ' || n",
        themes="ARRAY['tag' || n % 400, 'tag' || n % 37]",
        slides_url=f"CASE WHEN n > {size.ahead * TALKS_EACH} THEN 'https://slides.example/1' ELSE '' END",
        slides_published_at=f"CASE WHEN n > {size.ahead * TALKS_EACH} THEN one.confirmed_at END",
    )


def _for_each_event(row: Model, size: Size, how_many: int, **values: str) -> None:
    """`how_many` copies for each event."""
    copy(row, size.events * how_many, event_id=f"{BASE} + (n - 1) / {how_many} + 1", **values)


def _taking_part(size: Size, of: dict[str, Model]) -> None:
    """Of the registrations of an event 35 are confirmed, 8 wait and 7 are canceled. Each has two lines of history and a mail."""
    event, seat = f"((n - 1) / {REGISTRATIONS_EACH} + 1)", f"((n - 1) % {REGISTRATIONS_EACH})"
    start = starts_at(event, size)
    since = f"{start} - interval '20 days'"
    person = f"n::bigint * 7919 % {size.people} + 1"
    copy(
        of["registration"],
        size.registrations,
        event_id=f"{BASE} + {event}",
        slot_id=f"{BASE} + {event}",
        attendee_id=f"{BASE} + {person}",
        person_key=f"'p' || {person} || '@example.net'",
        number=f"{seat} + 1",
        code="NULL",
        state=f"CASE WHEN {seat} < 35 THEN 'confirmed' WHEN {seat} < 43 THEN 'waitlisted' ELSE 'cancelled' END",
        place=f"CASE WHEN {seat} BETWEEN 35 AND 42 THEN {seat} END",
        entry_id="NULL",
        request_id="NULL",
        registered_at=since,
        confirmed_at=f"CASE WHEN {seat} < 35 THEN {since} END",
        cancelled_at=f"CASE WHEN {seat} > 42 THEN {since} END",
        checked_in_at=f"CASE WHEN {seat} < 30 AND {event} > {size.ahead} THEN {start} END",
    )
    thread = {"thread": f"'event:e' || {event}", "subject": f"'registration:' || {BASE} + n"}
    for number, verb in enumerate(("register", "check_in"), 1):
        copy(
            of["history"],
            size.registrations,
            id=f"{number * 2 * BASE} + n",
            **thread,
            verb=f"'{verb}'",
            actor_id=f"{BASE} + {person}",
            at=since,
        )
    copy(
        of["mail"],
        size.registrations,
        **thread,
        key="'seat_confirmed:' || n || ':registration:' || n || ':1'",
        recipient_id=f"{BASE} + {person}",
        **dict.fromkeys(("created_at", "due_at", "settled_at"), since),
        state="'sent'",
        message_id="'<' || md5(n::text) || '@example.net>'",
    )
    copy(
        of["signup"],
        size.events * 3,
        shift_id=f"{BASE} + (n - 1) / 3 + 1",
        volunteer_id=f"{BASE} + n * 17 % {size.people} + 1",
    )
    copy(
        of["held place"],
        size.events,
        event_id=f"{BASE} + n",
        slot_id=f"{BASE} + n",
        email="'guest' || n || '@example.net'",
        person_key="'guest' || n || '@example.net'",
        state="'lapsed'",
        ended_at="one.expires_at",
    )
    # Dan has been to three hundred events.
    copy(
        of["registration"],
        min(300, size.events - size.ahead),
        id=f"{9 * BASE} + n",
        event_id=f"{BASE} + {size.ahead} + n",
        slot_id=f"{BASE} + {size.ahead} + n",
        number="1000",
        code="NULL",
        state="'confirmed'",
        entry_id="NULL",
        request_id="NULL",
        confirmed_at="one.registered_at",
    )


def _crowd(size: Size, event: Event, of: dict[str, Model]) -> None:
    """A crowd in the lottery of the event that the pages are asked for, with what was written of it."""
    since = f"timestamptz '{cast.NOW}'"
    copy(
        of["registration"],
        size.crowd,
        id=f"{8 * BASE} + n",
        attendee_id=f"{BASE} + n",
        person_key="'p' || n || '@example.net'",
        number="1000 + n",
        code="NULL",
        entry_id="left(md5(n::text), 26)",
        request_id="NULL",
    )
    copy(
        of["history"], size.crowd * 3, id=f"{8 * BASE} + n", subject=f"'registration:' || {8 * BASE} + n % {size.crowd}"
    )
    copy(
        of["mail"],
        size.crowd * 3,
        id=f"{8 * BASE} + n",
        key="'entered:' || n || ':registration:' || n || ':2'",
        recipient_id=f"{BASE} + n % {size.crowd} + 1",
        subject=f"'registration:' || {8 * BASE} + n % {size.crowd}",
        state="'sent'",
        settled_at=since,
        message_id="'<' || md5('crowd ' || n) || '@example.net>'",
    )
