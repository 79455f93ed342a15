from typing import Any

from django.db import migrations, models

# So far only the history knows when slides were published.
FILL = """
    UPDATE events_event event SET slides_published_at = published.at
    FROM (
        SELECT thread, min(at) AS at FROM history_historyentry WHERE verb = 'publish_slides' GROUP BY thread
    ) published
    WHERE published.thread = 'event:' || event.public_id
"""


def fill(_apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(FILL, None)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_calendars_know_since_when"),
        ("history", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="slides_published_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
