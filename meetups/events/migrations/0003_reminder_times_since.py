from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_reminder_times")]

    operations = [
        migrations.AddField(model_name="event", name="reminder_times_since", field=models.DateTimeField(null=True)),
    ]
