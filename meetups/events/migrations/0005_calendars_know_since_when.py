from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('events', '0004_the_clock_finds_what_is_over'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='sequence_since',
            field=models.DateTimeField(null=True),
        ),
    ]
