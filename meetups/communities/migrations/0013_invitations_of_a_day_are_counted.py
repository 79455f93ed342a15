from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on inviting while the index is built.
    atomic = False

    dependencies = [("communities", "0012_communities_have_successors")]

    operations = [
        AddIndexConcurrently(
            model_name="invitationssent", index=models.Index(fields=["at"], name="invitations_sent_lately")
        ),
    ]
