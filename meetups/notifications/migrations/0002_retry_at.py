from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="notification", name="retry_at", field=models.DateTimeField(null=True)
        ),
        migrations.AlterField(
            model_name="notification", name="key", field=models.CharField(max_length=400, unique=True)
        ),
        migrations.AlterField(model_name="notification", name="thread", field=models.CharField(max_length=60)),
    ]
