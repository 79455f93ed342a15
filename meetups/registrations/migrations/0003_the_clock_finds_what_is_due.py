from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on registering while the indexes are built.
    atomic = False

    dependencies = [("registrations", "0002_seats_that_hold")]

    operations = [
        AddIndexConcurrently(
            model_name="lottery",
            index=models.Index(
                condition=models.Q(("state__in", ["announced", "frozen", "seeded"])),
                fields=["closes_at"],
                name="lottery_to_draw",
            ),
        ),
        AddIndexConcurrently(
            model_name="offer",
            index=models.Index(condition=models.Q(("state", "open")), fields=["answer_by"], name="offer_due"),
        ),
        AddIndexConcurrently(
            model_name="reconfirmation",
            index=models.Index(
                condition=models.Q(("state__in", ["planned", "asked"])),
                fields=["ask_at"],
                name="reconfirmation_to_settle",
            ),
        ),
        AddIndexConcurrently(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("hands_over_at__isnull", False), ("state", "confirmed")),
                fields=["slot"],
                name="registration_handed_over",
            ),
        ),
    ]
