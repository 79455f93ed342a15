from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('volunteers', '0009_links_are_signed')]

    operations = [
        migrations.AddField(
            model_name='shift',
            name='cancel_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=500),
        ),
        migrations.AddField(
            model_name='shift',
            name='cancels_at',
            field=models.DateTimeField(null=True),
        ),
        AddConstraintNotValid(
            model_name='shift',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ('cancel_reason', ''), ('cancels_at__isnull', False), ('cancelled_at__isnull', False), _connector='OR'
                ),
                name='a_reason_has_its_cancellation',
            ),
        ),
    ]
