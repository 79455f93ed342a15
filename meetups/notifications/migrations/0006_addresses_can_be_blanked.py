from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

NAME = "a_message_goes_to_a_person_or_an_address"


class Migration(migrations.Migration):
    # 0007 checks the rows: mails continue to leave meanwhile.
    dependencies = [("notifications", "0005_a_mail_that_came_back_is_found")]

    operations = [
        migrations.RemoveConstraint(model_name="notification", name=NAME),
        AddConstraintNotValid(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("recipient__isnull", False), models.Q(("address", ""), _negated=True), _connector="XOR"
                    ),
                    models.Q(
                        ("recipient__isnull", True), models.Q(("state__in", ["waiting", "sending"]), _negated=True)
                    ),
                    _connector="OR",
                ),
                name=NAME,
            ),
        ),
    ]
