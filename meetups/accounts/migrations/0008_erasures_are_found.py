from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on signing up while the index is built.
    atomic = False

    dependencies = [("accounts", "0007_erasures_have_a_time")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", False)), fields=["erased_at"], name="person_erased"
            ),
        ),
    ]
