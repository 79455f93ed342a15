from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on registering while the indexes are built.
    atomic = False

    dependencies = [("volunteers", "0005_people_and_chores")]

    operations = [
        AddIndexConcurrently(model_name="shift", index=models.Index(fields=["ends_at"], name="shift_by_end")),
    ]
