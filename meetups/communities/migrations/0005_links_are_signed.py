
import meetups.core.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0004_people_follow'),
    ]

    operations = [
        migrations.AlterField(
            model_name='invitation',
            name='token',
            field=models.CharField(default=meetups.core.ids.no_token, max_length=40, unique=True),
        ),
    ]
