from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("events", "0024_venue_conduct_in_two_languages")]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(fields=["published_at", "id"], name="event_by_publication"),
        ),
    ]
