
import meetups.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('volunteers', '0008_who_was_asked_for_help'),
    ]

    operations = [
        migrations.AlterField(
            model_name='handover',
            name='token',
            field=models.CharField(default=meetups.core.ids.no_token, max_length=32, unique=True),
        ),
    ]
