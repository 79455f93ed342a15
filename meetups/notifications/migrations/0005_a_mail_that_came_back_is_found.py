from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Mails continue to leave while the index is built.
    atomic = False

    dependencies = [("notifications", "0004_news_after_an_event")]

    operations = [
        AddIndexConcurrently(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True),
                fields=["message_id"],
                name="notification_by_message_id",
            ),
        ),
    ]
