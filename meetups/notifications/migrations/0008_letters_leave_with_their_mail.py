from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    # 0009 checks the rows: mails continue to leave meanwhile.
    dependencies = [("notifications", "0007_addresses_are_checked")]

    operations = [
        migrations.AddField(model_name="notification", name="letter", field=models.JSONField(null=True)),
        AddConstraintNotValid(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("letter__isnull", True), ("state__in", ["waiting", "sending"]), _connector="OR"
                ),
                name="a_letter_is_kept_until_it_leaves",
            ),
        ),
    ]
