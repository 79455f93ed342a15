from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0006_slides_were_published")]

    operations = [
        migrations.AddField(
            "event", "hook", models.CharField("In two lines", max_length=160, blank=True, db_default="", default="")
        ),
    ]
