
import meetups.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('speakers', '0008_slides_taken_down_and_asked_for'),
    ]

    operations = [
        migrations.AlterField(
            model_name='cospeaker',
            name='token',
            field=models.CharField(default=meetups.core.ids.no_token, max_length=32, unique=True),
        ),
    ]
