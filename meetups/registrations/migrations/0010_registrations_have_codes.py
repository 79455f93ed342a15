from typing import Any

from django.db import connection, migrations, models, transaction

# 23 letters and digits of which none looks like another, and that make no words. A code never changes.
CODED = """
    CREATE FUNCTION registrations_code() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
        letters CONSTANT text := 'CDFGHJKMNPQRTVWXY234679';
        random bytea;
    BEGIN
        IF TG_OP = 'UPDATE' AND OLD.code IS NOT NULL THEN
            NEW.code := OLD.code;
            RETURN NEW;
        END IF;
        WHILE NEW.code IS NULL LOOP
            random := uuid_send(gen_random_uuid());
            SELECT string_agg(substr(letters, get_byte(random, place) % 23 + 1, 1), '') INTO NEW.code
            FROM generate_series(0, 5) place;
            IF EXISTS (SELECT FROM registrations_registration WHERE event_id = NEW.event_id AND code = NEW.code) THEN
                NEW.code := NULL;
            END IF;
        END LOOP;
        RETURN NEW;
    END $$;
    CREATE TRIGGER registrations_code_given BEFORE INSERT ON registrations_registration
        FOR EACH ROW WHEN (NEW.code IS NULL) EXECUTE FUNCTION registrations_code();
    CREATE TRIGGER registrations_code_kept BEFORE UPDATE ON registrations_registration
        FOR EACH ROW WHEN (NEW.code IS NULL OR NEW.code IS DISTINCT FROM OLD.code) EXECUTE FUNCTION registrations_code();
"""
NOT_CODED = """
    DROP TRIGGER registrations_code_kept ON registrations_registration;
    DROP TRIGGER registrations_code_given ON registrations_registration;
    DROP FUNCTION registrations_code();
"""
SEAT_LOCK = 5347
# Whom no one checks in needs no code. One event at a time, under its seat lock.
AHEAD = "SELECT id FROM events_event WHERE ends_at > now() ORDER BY id"
FILL = "UPDATE registrations_registration SET code = NULL WHERE event_id = %(event)s AND code IS NULL"


def fill(_apps: Any, _schema_editor: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(AHEAD)
        events = [pk for (pk,) in cursor.fetchall()]
    for event in events:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEAT_LOCK, event])
            cursor.execute(FILL, {"event": event})


def index(_apps: Any, schema_editor: Any) -> None:
    # A test migrates in one transaction, where nothing can be built beside other work.
    concurrently = "" if schema_editor.connection.in_atomic_block else "CONCURRENTLY"
    schema_editor.execute(
        f"CREATE UNIQUE INDEX {concurrently} registrations_have_own_codes ON registrations_registration (event_id, code)"
    )
    schema_editor.execute(
        "ALTER TABLE registrations_registration ADD CONSTRAINT registrations_have_own_codes"
        " UNIQUE USING INDEX registrations_have_own_codes"
    )


class Migration(migrations.Migration):
    # People go on registering while rows get codes and the index is built.
    atomic = False

    dependencies = [
        ("events", "0008_events_have_a_hook"),
        ("registrations", "0009_a_place_follows"),
    ]

    operations = [
        migrations.AddField("registration", "code", models.CharField(max_length=6, null=True, db_default=None)),
        migrations.RunSQL(CODED, NOT_CODED),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    "registration",
                    models.UniqueConstraint(fields=["event", "code"], name="registrations_have_own_codes"),
                )
            ],
            database_operations=[
                migrations.RunPython(index, migrations.RunPython.noop),
                # Backwards, the constraint goes with its column.
            ],
        ),
    ]
