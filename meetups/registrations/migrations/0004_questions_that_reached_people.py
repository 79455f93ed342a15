from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [
        ("registrations", "0003_the_clock_finds_what_is_due"),
    ]

    operations = [
        migrations.AddField(
            model_name="reconfirmation",
            name="reminded_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="objected_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="question_reached_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="registration",
            name="reminder_reached_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="reconfirmation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reminded_at__isnull", True), models.Q(("state", "planned"), _negated=True), _connector="OR"
                ),
                name="one_is_asked_before_one_is_reminded",
            ),
        ),
    ]
