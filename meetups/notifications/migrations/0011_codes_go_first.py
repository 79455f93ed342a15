from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_copies_of_the_database_are_recognised")]

    operations = [
        migrations.AddField(
            model_name="notification", name="awaited", field=models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField(model_name="notification", name="first_tried_at", field=models.DateTimeField(null=True)),
    ]
