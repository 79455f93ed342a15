from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_reminder_days")]

    operations = [
        migrations.AlterField(
            model_name="preference",
            name="topic",
            field=models.CharField(
                choices=[
                    ("reminders", "Reminders before an event"),
                    ("announcements", "New events"),
                    ("afterwards", 'Event follow-ups, such as slides'),
                ],
                max_length=20,
            ),
        ),
    ]
