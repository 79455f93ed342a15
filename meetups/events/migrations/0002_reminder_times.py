from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="reminder_times",
            field=models.CharField(blank=True, default="3 12:00, 1 18:00, 0 09:00", max_length=120),
        ),
    ]
