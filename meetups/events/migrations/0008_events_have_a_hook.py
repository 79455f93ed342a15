from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0007_who_sees_the_names")]

    operations = [
        migrations.AddField(
            "event", "hook", models.CharField("In two lines", max_length=160, blank=True, db_default="", default="")
        ),
    ]
