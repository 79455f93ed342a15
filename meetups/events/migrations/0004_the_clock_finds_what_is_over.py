from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Registrations continue while the index is built.
    atomic = False

    dependencies = [("events", "0003_reminder_times_since")]

    operations = [
        AddIndexConcurrently(model_name="event", index=models.Index(fields=["ends_at"], name="event_by_end")),
    ]
