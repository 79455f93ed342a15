from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Values that only history and outbox have had until now. An offer that was dropped did not reach its person.
FILL = (
    """
    UPDATE volunteers_shift shift SET short_told_at = shift.help_sought_at
    WHERE shift.help_sought_at IS NOT NULL AND EXISTS (
        SELECT FROM history_historyentry entry WHERE entry.subject = 'shift:' || shift.id AND entry.verb = 'seek_help')
    """,
    """
    UPDATE volunteers_signup signup SET objected_at = objected.at
    FROM (
        SELECT subject, max(at) AS at FROM history_historyentry WHERE verb = 'object_to_absence' GROUP BY subject
    ) objected
    WHERE objected.subject = 'mark:' || signup.id
    """,
    """
    INSERT INTO volunteers_shiftoffer (event_id, person_id, offered_at)
    SELECT event.id, offer.recipient_id, max(offer.created_at)
    FROM notifications_notification offer JOIN events_event event ON offer.thread = 'event:' || event.public_id
    WHERE offer.kind = 'shift_offered' AND offer.state <> 'void' AND offer.recipient_id IS NOT NULL
    GROUP BY event.id, offer.recipient_id
    """,
)


def fill(_apps: Any, schema_editor: Any) -> None:
    for statement in FILL:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_slides_were_published'),
        ('history', '0001_initial'),
        ('notifications', '0005_a_mail_that_came_back_is_found'),
        ('registrations', '0004_questions_that_reached_people'),
        ('volunteers', '0007_shift_roles'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ShiftOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offered_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='shift',
            name='short_told_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='signup',
            name='objected_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('short_told_at__isnull', True), ('help_sought_at__isnull', False), _connector='OR'), name='a_shift_that_is_told_of_was_looked_at'),
        ),
        migrations.AddField(
            model_name='shiftoffer',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shift_offers', to='events.event'),
        ),
        migrations.AddField(
            model_name='shiftoffer',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='shiftoffer',
            constraint=models.UniqueConstraint(fields=('event', 'person'), name='one_offer_of_shifts_a_person_and_event'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
