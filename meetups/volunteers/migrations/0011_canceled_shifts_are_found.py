from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on taking shifts while the index is built.
    atomic = False

    dependencies = [('volunteers', '0010_a_canceled_shift_waits')]

    operations = [
        ValidateConstraint(model_name='shift', name='a_reason_has_its_cancellation'),
        AddIndexConcurrently(
            model_name='shift',
            index=models.Index(
                fields=['cancels_at'],
                condition=models.Q(('cancelled_at__isnull', True), ('cancels_at__isnull', False)),
                name='shift_to_cancel',
            ),
        ),
    ]
