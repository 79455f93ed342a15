"""The clock's frequent queries cost the same after years: they read the rows that are due, not all rows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, reset_queries
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from meetups.celery import RECURRING, app
from meetups.demo.mail_scenes.scene import PUBLISHED, START, Scene
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.models import Message
from meetups.notifications import outbox
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.actions.receive_bounce import Became, receive_bounce
from meetups.notifications.lateness import lateness
from meetups.notifications.models import Notification
from meetups.notifications.outbox import Haste
from meetups.notifications.reports import Report, ReportedOutcome
from meetups.registrations.models import Lottery, Reconfirmation, Registration, Slot
from meetups.runbook.models import Todo
from meetups.speakers.models import SpeakerInvitation, Talk
from meetups.volunteers.models import Shift, Signup
from tests.support import cast
from tests.support.scenes.message_scene import standing_message
from tests.support.shared_scene import shared_scene

# The number of earlier events. Each row that is named below is copied for each of them.
BEFORE = 4_000
# These jobs run once a day and read everything by design. The outbox has its own benchmark.
ELSEWHERE = {
    "accounts.clear_sessions",
    "accounts.clear_unproved",
    "notifications.clear_addresses",
    "accounts.clear_attempts",
    "accounts.encrypt_factors",
    "core.clear_uploads",
    "events.clear_undo",
    "notifications.deliver",
}
LONG_AGO = "timestamptz '2014-01-01' + n * interval '1 day'"


def copies(row: Model, **values: str) -> None:
    """Copies `row` for each earlier event. `values` are SQL. `n` counts the events from 1, and a copy's id is a million more."""
    table = row._meta.db_table
    changed = "".join(f", '{name}', {value}" for name, value in {"id": "1000000 + n", **values}.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} SELECT copy.* FROM {table} one, generate_series(1, {BEFORE}) n, "
            f"jsonb_populate_record(one, jsonb_build_object({changed[2:]})) copy WHERE one.id = {row.pk}"
        )
        cursor.execute(f"ANALYZE {table}")


def years_of_events() -> Scene:
    """One event ahead, and thousands of past events with everything settled."""
    scene = Scene("en")
    seat = scene.registration(scene.dan)
    of_event = {"event_id": "1000000 + n"}
    copies(
        scene.event,
        public_id="'e' || n",
        **dict.fromkeys(("starts_at", "published_at", "schedule_since", "created_at"), LONG_AGO),
        ends_at=f"{LONG_AGO} + interval '2 hours'",
    )
    slot = {"slot_id": "1000000 + n"}
    ends = {"starts_at": LONG_AGO, "ends_at": f"{LONG_AGO} + interval '1 hour'"}
    copies(scene.general, **of_event, public_id="'s' || n")
    copies(
        scene.lottery,
        **slot,
        state="'drawn'",
        closes_at=LONG_AGO,
        draws_at=f"{LONG_AGO} + interval '1 hour'",
        seats="1",
        manifest="'-'",
        value="'-'",
        frozen_at=LONG_AGO,
        drawn_at=LONG_AGO,
    )
    copies(scene.setup, **of_event, **ends, help_sought_at=LONG_AGO)
    copies(scene.rehearsal, **of_event, **ends)
    copies(scene.signup(scene.emi, scene.setup), shift_id="1000000 + n")
    copies(scene.talk(scene.emi), **of_event, accepted_at=LONG_AGO)
    copies(seat, **of_event, **slot)
    invited = SpeakerInvitation.objects.create(
        event=scene.event, name="Finn", address="f@example.org", made_at=PUBLISHED
    )
    copies(invited, **of_event, token="'t' || n", state="'declined'", made_at=LONG_AGO)
    said = Message.objects.create(
        event=scene.event, texts={}, audience={}, state="sent", written_at=PUBLISHED, send_at=PUBLISHED,
        ended_at=PUBLISHED, recipients=1,
    )  # fmt: skip
    copies(said, **of_event, send_at=LONG_AGO)
    standing_message(scene.event, at=PUBLISHED)
    told = scene.tell("seat_confirmed", scene.dan, seat.subject, at=PUBLISHED)
    copies(
        told,
        key="'seat_confirmed:1:registration:' || n || ':1'",
        state="'sent'",
        message_id="'<' || n || '@example.org>'",
        due_at=LONG_AGO,
        thread="'event:e' || n",
    )
    undone = Todo.objects.create(event=scene.event, title="会場を予約する", days=-1)
    copies(undone, **of_event)
    asked = Reconfirmation.objects.create(slot=scene.general, ask_at=PUBLISHED, answer_by=START, state="planned")
    copies(asked, **slot, state="'settled'")
    return scene


BIG = (
    *(Event, Slot, Lottery, Reconfirmation, Registration, Shift, Signup),
    *(Talk, SpeakerInvitation, Message, Notification, Todo),
)


def reading_all(seen: CaptureQueriesContext) -> list[tuple[set[str], str]]:
    """The queries in `seen` that scan a big table from beginning to end, each as tables and plan."""
    found = []
    # Those that differ in numbers only have one plan.
    alike = {re.sub(r"\d+", "0", one["sql"]): one["sql"] for one in seen if one["sql"].startswith("SELECT")}
    for sql in alike.values():
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {sql}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        tables = set(re.findall(r"Seq Scan on (\w+)", plan)) & {model._meta.db_table for model in BIG}
        found += [(tables, plan)] if tables else []
    return found


@pytest.fixture(scope="class")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with shared_scene(django_db_blocker):
        yield years_of_events()


@pytest.mark.story
@pytest.mark.django_db
class TestAfterYears:
    """The rows of years are made once for these tests."""

    def test_a_mail_that_came_back_is_found_among_all_that_ever_left(self, scene: Scene) -> None:
        outcome = ReportedOutcome(frozenset({"dan@example.org"}), "failed", "5.1.1", "")
        with CaptureQueriesContext(connection) as seen:
            received = receive_bounce(report=Report("<7@example.org>", (outcome,)), at=PUBLISHED)
        assert received.became == Became.BOUNCED
        assert reading_all(seen) == []

    @pytest.mark.parametrize("before", [None, Haste.USUAL, Haste.URGENT])
    def test_a_sender_finds_what_goes_first_without_sorting_what_is_due(
        self, scene: Scene, before: Haste | None
    ) -> None:
        row = Notification.objects.get(kind="seat_confirmed", due_at__gte=PUBLISHED)
        # Many wait, most of them for a later time.
        later = f"timestamptz '{PUBLISHED.isoformat()}' + n * interval '1 hour'"
        copies(row, id="2000000 + n", key="'w' || n", due_at=later)
        with CaptureQueriesContext(connection) as seen:
            outbox.claim(PUBLISHED + timedelta(days=1), before=before)
            lateness(PUBLISHED + timedelta(days=1))
        assert reading_all(seen) == []
        [claims] = [one["sql"] for one in seen if "FOR UPDATE" in one["sql"] and "LIMIT" in one["sql"]]
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN {claims}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "notification_due_in_order" in plan
        assert "Sort" not in plan

    @pytest.mark.story
    def test_the_clock_reads_no_table_from_beginning_to_end(self, scene: Scene) -> None:
        app.loader.import_default_modules()
        whole: list[tuple[str, set[str], str]] = []
        for name in [name for name, _seconds in RECURRING if name not in ELSEWHERE]:
            # Django keeps the last 9,000 queries, and counts in them.
            reset_queries()
            with CaptureQueriesContext(connection) as seen:
                app.tasks[name](at=PUBLISHED + timedelta(days=1))
            assert len(seen), name
            whole += [(name, *found) for found in reading_all(seen)]
        assert not whole, "\n\n".join(f"{name} reads all of {read}:\n{plan}" for name, read, plan in whole)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["moved", "cancelled"])
def test_telling_everyone_of_a_change_costs_one_query_a_mail(change: str) -> None:
    def queries(people: int) -> int:
        event = cast.event(slots=[cast.first_come_plan()])
        for one in cast.people(people):
            cast.registered(one, event)
        deliver(at=cast.NOW)
        if change == "moved":
            change_event(event=event, fields={"venue_name": "渋谷"}, at=cast.NOW, by=cast.person("aiko"))
        else:
            cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
        with CaptureQueriesContext(connection) as seen:
            assert deliver(at=cast.NOW + timedelta(minutes=10)).mails == people
        return len(seen)

    assert queries(9) - queries(3) == 6
