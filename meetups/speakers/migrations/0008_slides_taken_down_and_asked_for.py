from typing import Any

from django.db import migrations, models

# Values that only history and outbox have had until now. The mail's key ends with the day, such as 20261206.
FILL = (
    """
    UPDATE speakers_talk talk SET slides_taken_down_at = last.at
    FROM (
        SELECT DISTINCT ON (subject) subject, verb, at FROM history_historyentry
        WHERE verb IN ('unpublish_slides', 'republish_slides') ORDER BY subject, id DESC
    ) last
    WHERE last.subject = 'talk:' || talk.id AND last.verb = 'unpublish_slides' AND talk.slides_published_at IS NULL
    """,
    """
    UPDATE speakers_talk talk SET slides_asked_on = to_date(asked.day, 'YYYYMMDD')
    FROM (
        SELECT subject, max(right(key, 8)) AS day FROM notifications_notification
        WHERE kind = 'slides_asked' GROUP BY subject
    ) asked
    WHERE asked.subject = 'talk:' || talk.id
    """,
)


def fill(_apps: Any, schema_editor: Any) -> None:
    for statement in FILL:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_slides_were_published"),
        ("history", "0001_initial"),
        ("notifications", "0005_a_mail_that_came_back_is_found"),
        ("speakers", "0007_speakers_say_that_they_are_connected"),
    ]

    operations = [
        migrations.AddField(
            model_name="talk",
            name="slides_asked_on",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="talk",
            name="slides_taken_down_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name="talk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("slides_published_at__isnull", True), ("slides_taken_down_at__isnull", True), _connector="OR"
                ),
                name="slides_that_were_taken_down_are_not_public",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
