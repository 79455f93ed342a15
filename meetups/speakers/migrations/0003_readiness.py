import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("speakers", "0002_reminded_at")]

    operations = [
        migrations.CreateModel(
            name="Readiness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bio", models.TextField(blank=True, max_length=1000)),
                ("publication", models.CharField(blank=True, choices=[("yes", "may be published"), ("no", "not published")], max_length=4)),
                ("publication_answered_at", models.DateTimeField(null=True)),
                ("laptop", models.CharField(blank=True, choices=[("own", "brings one"), ("none", "needs one")], max_length=4)),
                ("adapter", models.CharField(blank=True, choices=[("own", "brings one"), ("none", "needs one")], max_length=4)),
                ("rehearsed_at", models.DateTimeField(null=True)),
                ("connected_at", models.DateTimeField(null=True)),
                (
                    "talk",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readiness", to="speakers.talk"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("publication", ""), ("publication_answered_at__isnull", False), _connector="OR"),
                        name="an_answer_about_publication_has_a_date",
                    )
                ],
            },
        ),
    ]
