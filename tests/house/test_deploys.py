"""A deploy has two versions at once: between `migrate` and the restart, the old one serves on the new tables (RULES 134).

Each migration is read for what would break it there: a column that the old version does not fill, a column or table that it still
uses, a lock on a large table.
"""

from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Q

from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration, Slot
from tests.support import cast

OURS = {
    *(
        "core",
        "accounts",
        "communities",
        "events",
        "history",
        "notifications",
        "registrations",
        "speakers",
        "volunteers",
        "runbook",
    ),
    "lifecycle",
}
# No version was deployed before these: every installation begins with their tables.
BEFORE_THE_FIRST_DEPLOY = {
    "accounts": 3,
    "communities": 1,
    "core": 1,
    "events": 6,
    "history": 1,
    "lifecycle": 1,
    "notifications": 7,
    "registrations": 5,
    "runbook": 0,
    "speakers": 8,
    "volunteers": 8,
}
# The second step of a change, as `app.migration`, with the reason why no version that may still run is broken by it.
EXCUSED: dict[str, str] = {}
# Tables that grow with people, registrations or mails.
LARGE = {
    *("accounts.user", "accounts.session", "history.historyentry", "notifications.notification"),
    *("registrations.registration", "registrations.slot", "speakers.talk", "volunteers.signup"),
}
USED = "is still used by the version that serves meanwhile; in this version leave it out of the state only"
LOCKED = "would lock a large table for as long as it is read"


def found_in(app: str, operation: Operation, before: ProjectState) -> Iterator[str]:
    """What in this operation would break the version that still serves."""
    match operation:
        case migrations.AddField(field=field) if not _fills_itself(field):
            yield f"{operation.model_name}.{operation.name} is neither nullable nor has it a db_default"
        case migrations.AddField(field=field):
            if _is_large(app, operation) and _is_indexed(field):
                yield f"{operation.model_name}.{operation.name}: the index {LOCKED}"
        case migrations.AlterField(field=field):
            old = before.models[app, operation.model_name_lower].fields[operation.name]
            yield from _altered(f"{operation.model_name}.{operation.name}", old, field)
            if _is_large(app, operation) and _is_indexed(field) and not _is_indexed(old):
                yield f"{operation.model_name}.{operation.name}: the index {LOCKED}"
        case migrations.RemoveField() | migrations.RenameField():
            yield f"{operation.model_name}.{getattr(operation, 'name', '') or getattr(operation, 'old_name', '')} {USED}"
        case migrations.DeleteModel() | migrations.RenameModel() | migrations.AlterModelTable():
            yield f"{getattr(operation, 'name', '') or getattr(operation, 'old_name', '')} {USED}"
        case AddIndexConcurrently():
            return
        case migrations.AddIndex() | migrations.AddConstraint() if _is_large(app, operation) and not _is_unvalidated(
            operation
        ):
            yield f"{operation.model_name}: {type(operation).__name__} {LOCKED}"
        case migrations.RunSQL(sql=sql):
            text = str(sql).upper()
            yield from (
                f"{word} in SQL" for word in ("DROP COLUMN", "DROP TABLE", "RENAME", "SET NOT NULL") if word in text
            )
        case migrations.SeparateDatabaseAndState(database_operations=inner):
            for one in inner:
                yield from found_in(app, one, before)


def _is_large(app: str, operation: Operation) -> bool:
    return f"{app}.{getattr(operation, 'model_name_lower', '')}" in LARGE


def _is_indexed(field: "models.Field[object, object]") -> bool:
    """Whether the column comes with an index. A foreign key does, unless it says otherwise."""
    return bool(field.unique or getattr(field, "db_index", False))


def _is_unvalidated(operation: Operation) -> bool:
    return type(operation).__name__ == "AddConstraintNotValid"


def _fills_itself(field: "models.Field[object, object]") -> bool:
    return field.null or field.has_db_default() or field.many_to_many or field.primary_key or field.generated


def _altered(name: str, old: "models.Field[object, object]", new: "models.Field[object, object]") -> Iterator[str]:
    if old.null and not new.null and not new.has_db_default():
        yield f"{name} becomes NOT NULL without a db_default"
    if old.has_db_default() and not new.has_db_default() and not new.null:
        yield f"{name} loses its db_default"
    if old.db_type(connection) != new.db_type(connection) and not _is_wider(old, new):
        yield f"{name} changes its type"


def _is_wider(old: "models.Field[object, object]", new: "models.Field[object, object]") -> bool:
    """Whether only the length of a text grows, which rewrites nothing and refuses nothing."""
    lengths = [getattr(field, "max_length", None) or 0 for field in (old, new)]
    return type(old) is type(new) and (lengths[1] > lengths[0])


def new_migrations(loader: MigrationLoader) -> Iterator[migrations.Migration]:
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in OURS and int(name[:4]) > BEFORE_THE_FIRST_DEPLOY.get(app, 0):
            yield migration


def breaks(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """What in this migration would break the version that still serves. `before` is the state on which it is applied."""
    created = {
        f"{migration.app_label}.{one.name_lower}"
        for one in migration.operations
        if isinstance(one, migrations.CreateModel)
    }
    found: list[str] = []
    state = before.clone()
    for operation in migration.operations:
        # A table that comes into being here is used by no one yet.
        if f"{migration.app_label}.{getattr(operation, 'model_name_lower', '')}" not in created:
            found += found_in(migration.app_label, operation, state)
        operation.state_forwards(migration.app_label, state)
    return found


def test_no_new_migration_breaks_the_version_that_still_serves() -> None:
    loader = MigrationLoader(None)
    wrong = {}
    for migration in new_migrations(loader):
        name = f"{migration.app_label}.{migration.name}"
        before = loader.project_state((migration.app_label, migration.name), at_end=False)
        found = breaks(migration, before)
        assert found or name not in EXCUSED, f"{name} needs no excuse any longer"
        if found and name not in EXCUSED:
            wrong[name] = found
    assert not wrong


def test_the_migrations_before_the_first_deploy_are_those_that_are_there() -> None:
    on_disk = MigrationLoader(None).disk_migrations
    assert {app for app, _name in on_disk if app in OURS} == BEFORE_THE_FIRST_DEPLOY.keys()


def planted(app: str, operation: Operation) -> migrations.Migration:
    migration = migrations.Migration("9999_planted", app)
    vars(migration)["operations"] = [operation]
    return migration


ADDED = models.PositiveIntegerField(default=1)
NULLABLE_NUMBER = models.PositiveIntegerField(null=True)
A_KEY = models.ForeignKey("accounts.User", null=True, on_delete=models.CASCADE, related_name="+")
INDEXED = models.PositiveIntegerField(null=True, db_index=True)
UNIQUE = models.PositiveIntegerField(null=True, unique=True)
PLANTED: list[tuple[str, Operation, str]] = [
    ("registrations", migrations.AddField("registration", "number", ADDED), "neither nullable nor"),
    ("registrations", migrations.AlterField("registration", "place", ADDED), "becomes NOT NULL"),
    ("registrations", migrations.AlterField("registration", "guest_name", models.TextField()), "changes its type"),
    (
        "registrations",
        migrations.AlterField("registration", "guest_name", models.CharField(max_length=40)),
        "changes its",
    ),
    ("registrations", migrations.AddField("registration", "host", A_KEY), "the index would lock"),
    (
        "history",
        migrations.AddField("historyentry", "number", models.IntegerField(null=True, unique=True)),
        "would lock",
    ),
    ("registrations", migrations.AlterField("registration", "place", INDEXED), "the index would lock"),
    ("registrations", migrations.AlterField("registration", "place", UNIQUE), "the index would lock"),
    ("registrations", migrations.RemoveField("registration", "nominated"), "still used"),
    ("registrations", migrations.RenameField("registration", "nominated", "chosen"), "still used"),
    ("registrations", migrations.DeleteModel("offer"), "still used"),
    ("registrations", migrations.RenameModel("offer", "passing"), "still used"),
    ("registrations", migrations.AddIndex("registration", models.Index(fields=["place"], name="planted")), "lock"),
    (
        "notifications",
        migrations.AddConstraint("notification", models.CheckConstraint(condition=Q(attempts__gte=0), name="planted")),
        "lock",
    ),
    ("events", migrations.RunSQL("ALTER TABLE events_event DROP COLUMN hashtag"), "DROP COLUMN"),
    (
        "events",
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("event", "hashtag")]),
        "still used",
    ),
]


@pytest.mark.parametrize(("app", "operation", "says"), PLANTED, ids=[f"{one[2]}-{n}" for n, one in enumerate(PLANTED)])
def test_what_would_break_it_is_found(app: str, operation: Operation, says: str) -> None:
    migration = planted(app, operation)
    [found] = breaks(migration, MigrationLoader(None).project_state())
    assert says in found


HARMLESS: list[tuple[str, Operation]] = [
    ("registrations", migrations.AddField("registration", "number", NULLABLE_NUMBER)),
    ("registrations", migrations.AddField("registration", "number", models.PositiveIntegerField(db_default=1))),
    ("registrations", migrations.AlterField("registration", "guest_name", models.CharField(max_length=90))),
    ("registrations", AddIndexConcurrently("registration", models.Index(fields=["place"], name="planted"))),
    ("communities", migrations.AddField("invitation", "host", A_KEY)),
    (
        "registrations",
        migrations.AddField(
            "registration", "host", models.ForeignKey("accounts.User", models.CASCADE, null=True, db_index=False)
        ),
    ),
    ("communities", migrations.AddIndex("invitation", models.Index(fields=["email"], name="planted"))),
    (
        "events",
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("event", "hashtag")]),
    ),
]


@pytest.mark.parametrize(("app", "operation"), HARMLESS, ids=[str(n) for n in range(len(HARMLESS))])
def test_what_the_old_version_does_not_notice_passes(app: str, operation: Operation) -> None:
    migration = planted(app, operation)
    assert breaks(migration, MigrationLoader(None).project_state()) == []


def written_by_the_old_version() -> None:
    """Dan registers: one statement of our own names all columns that this version knows."""
    cast.registered("dan", cast.event(slots=[cast.first_come_plan(2)]))


def add_column(model: type[models.Model], field: "models.Field[object, object]") -> None:
    field.set_attributes_from_name("planted")
    field.model = model
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        editor.add_field(model, field)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Registration, HistoryEntry, Notification, Slot])
def test_the_old_version_writes_beside_a_new_column_with_a_default_of_the_database(model: type[models.Model]) -> None:
    add_column(model, models.PositiveIntegerField(db_default=7))
    written_by_the_old_version()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT planted FROM {model._meta.db_table}")
        assert cursor.fetchall() == [(7,)]


@pytest.mark.django_db
def test_beside_one_with_a_default_of_python_it_could_not() -> None:
    add_column(Registration, models.PositiveIntegerField(default=7))
    with pytest.raises(Exception, match="planted"):
        written_by_the_old_version()
