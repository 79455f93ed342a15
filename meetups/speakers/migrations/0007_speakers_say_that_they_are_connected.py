from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("speakers", "0006_published_slides_are_there")]

    operations = [
        migrations.AlterField(
            model_name="presence",
            name="occasion",
            field=models.CharField(
                choices=[
                    ("rehearsal", "at the rehearsal"),
                    ("connection", "connected"),
                    ("here", 'says they’re connected'),
                ],
                max_length=12,
            ),
        )
    ]
