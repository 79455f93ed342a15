from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Mails continue to leave while the index is built.
    atomic = False

    dependencies = [("notifications", "0011_codes_go_first")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                fields=["-awaited", "-urgent", "due_at", "id"],
                condition=models.Q(("state__in", ["waiting", "sending"])),
                name="notification_due_in_order",
            ),
        ),
        RemoveIndexConcurrently(model_name="notification", name="notification_due"),
    ]
