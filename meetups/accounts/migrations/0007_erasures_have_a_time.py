from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("accounts", "0006_names_can_be_hidden")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
