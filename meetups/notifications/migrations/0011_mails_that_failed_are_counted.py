from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0010_copies_of_the_database_are_recognised")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("state__in", ["failed", "bounced"])),
                fields=["settled_at"],
                name="notification_that_failed",
            ),
        ),
    ]
