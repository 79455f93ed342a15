from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0012_what_is_due_in_order")]

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
