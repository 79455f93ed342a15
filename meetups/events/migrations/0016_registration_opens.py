from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("events", "0015_helpers_of_one_event"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="registration_opens_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("registration_opens_at__isnull", False)),
                fields=["registration_opens_at"],
                name="event_by_opening",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(("registration_opens_at__lt", models.F("starts_at"))),
                name="registration_opens_before_the_start",
            ),
        ),
    ]
