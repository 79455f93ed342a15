from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("speakers", "0001_initial")]

    operations = [
        migrations.AddField(model_name="talk", name="reminded_at", field=models.DateTimeField(null=True)),
    ]
