from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("speakers", "0005_speaker_invitations_reminded_and_declined")]

    operations = [
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slides_published_at__isnull", True),
                    models.Q(("slides_url", ""), _negated=True),
                    models.Q(("slides_file", ""), _negated=True),
                    _connector="OR",
                ),
                name="published_slides_are_there",
            ),
        ),
    ]
