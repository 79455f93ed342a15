from typing import Any

from django.db import migrations

# A seat of volunteers that no shift holds any longer stands outside the count (RULES 110). There are a few of them an event.
TAKE_OUT_OF_THE_COUNT = """
    WITH kept AS (
        UPDATE registrations_registration registration SET above_capacity = true
        FROM registrations_slot slot
        WHERE slot.id = registration.slot_id AND slot.admission = 'duty'
            AND registration.state = 'confirmed' AND NOT registration.above_capacity
            AND NOT EXISTS (
                SELECT FROM registrations_hold hold WHERE hold.registration_id = registration.id AND hold.ended_at IS NULL)
        RETURNING registration.slot_id
    )
    UPDATE registrations_slot slot SET taken = slot.taken - counted.seats
    FROM (SELECT slot_id, count(*) AS seats FROM kept GROUP BY slot_id) counted
    WHERE counted.slot_id = slot.id
"""


def take_out(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(TAKE_OUT_OF_THE_COUNT, None)


class Migration(migrations.Migration):
    dependencies = [("registrations", "0005_questions_that_reached_people_before")]

    operations = [migrations.RunPython(take_out, migrations.RunPython.noop)]
