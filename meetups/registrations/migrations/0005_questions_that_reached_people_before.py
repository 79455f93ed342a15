from typing import Any

from django.db import migrations

# What history and outbox have said until now.
FILL = (
    """
    UPDATE registrations_reconfirmation question SET reminded_at = reminded.at
    FROM (
        SELECT subject, min(at) AS at FROM history_historyentry
        WHERE verb = 'remind' AND subject LIKE 'reconfirmation:%' GROUP BY subject
    ) reminded
    WHERE reminded.subject = 'reconfirmation:' || question.id AND question.state <> 'planned'
    """,
    """
    UPDATE registrations_registration registration
    SET question_reached_at = sent.question, reminder_reached_at = sent.reminder
    FROM (
        SELECT subject, max(settled_at) FILTER (WHERE kind = 'reconfirmation_asked') AS question,
            max(settled_at) FILTER (WHERE kind = 'reconfirmation_reminder') AS reminder
        FROM notifications_notification
        WHERE kind IN ('reconfirmation_asked', 'reconfirmation_reminder') AND state = 'sent' GROUP BY subject
    ) sent
    WHERE sent.subject = 'registration:' || registration.id
    """,
    """
    UPDATE registrations_registration registration SET objected_at = objected.at
    FROM (
        SELECT subject, max(at) AS at FROM history_historyentry WHERE verb = 'object_to_no_show' GROUP BY subject
    ) objected
    WHERE objected.subject = 'no-show:' || registration.id
    """,
)


def fill(_apps: Any, schema_editor: Any) -> None:
    for statement in FILL:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    # Apart from 0004, so that registrations can be read while they are filled.
    dependencies = [
        ("history", "0001_initial"),
        ("notifications", "0005_a_mail_that_came_back_is_found"),
        ("registrations", "0004_questions_that_reached_people"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
