from typing import Any

from django.db import connection, migrations, models, transaction

# Whoever writes a row, also a worker of the version before, writes it under the seat lock of the event. A number never changes.
NUMBERED = """
    CREATE FUNCTION registrations_number() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.number IS NOT NULL THEN
            NEW.number := OLD.number;
        ELSIF NEW.number IS NULL THEN
            SELECT coalesce(max(number), 0) + 1 INTO NEW.number
            FROM registrations_registration WHERE event_id = NEW.event_id;
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER registrations_number_given BEFORE INSERT ON registrations_registration
        FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION registrations_number();
    CREATE TRIGGER registrations_number_kept BEFORE UPDATE ON registrations_registration
        FOR EACH ROW WHEN (NEW.number IS DISTINCT FROM OLD.number) EXECUTE FUNCTION registrations_number();
"""
NOT_NUMBERED = """
    DROP TRIGGER registrations_number_kept ON registrations_registration;
    DROP TRIGGER registrations_number_given ON registrations_registration;
    DROP FUNCTION registrations_number();
"""
SEAT_LOCK = 5347
# One event at a time, under its seat lock: behind the numbers that registrations got in the meantime.
FILL = """
    UPDATE registrations_registration registration SET number = given.number
    FROM (
        SELECT id, row_number() OVER (ORDER BY registered_at, id)
            + (SELECT coalesce(max(number), 0) FROM registrations_registration WHERE event_id = %(event)s) AS number
        FROM registrations_registration WHERE event_id = %(event)s AND number IS NULL
    ) given
    WHERE given.id = registration.id
"""


def fill(apps: Any, _schema_editor: Any) -> None:
    registrations = apps.get_model("registrations", "Registration").objects.filter(number=None)
    events = list(registrations.order_by("event").values_list("event", flat=True).distinct())
    for event in events:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEAT_LOCK, event])
            cursor.execute(FILL, {"event": event})


def index(_apps: Any, schema_editor: Any) -> None:
    # A test migrates in one transaction, where nothing can be built beside other work.
    concurrently = "" if schema_editor.connection.in_atomic_block else "CONCURRENTLY"
    schema_editor.execute(
        f"CREATE UNIQUE INDEX {concurrently} registrations_have_own_numbers"
        " ON registrations_registration (event_id, number)"
    )
    schema_editor.execute(
        "ALTER TABLE registrations_registration ADD CONSTRAINT registrations_have_own_numbers"
        " UNIQUE USING INDEX registrations_have_own_numbers"
    )


class Migration(migrations.Migration):
    # People go on registering while rows are numbered and the index is built.
    atomic = False

    dependencies = [("registrations", "0007_a_lottery_keeps_its_chosen_dates")]

    operations = [
        migrations.AddField("registration", "number", models.PositiveIntegerField(null=True, db_default=None)),
        migrations.RunSQL(NUMBERED, NOT_NUMBERED),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    "registration",
                    models.UniqueConstraint(fields=["event", "number"], name="registrations_have_own_numbers"),
                )
            ],
            database_operations=[
                migrations.RunPython(index, migrations.RunPython.noop),
                # Backwards, the constraint goes with its column.
            ],
        ),
    ]
