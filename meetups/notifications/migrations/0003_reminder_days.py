from django.db import migrations

# The cause of a reminder some days before an event now has the number of days. So far there was only one, three days before.
FORWARD = """
    UPDATE notifications_notification
    SET kind = 'reminder_days', key = 'reminder_days:' || substr(key, length('reminder_3_days:') + 1) || '-3'
    WHERE kind = 'reminder_3_days'
"""
BACK = """
    UPDATE notifications_notification
    SET kind = 'reminder_3_days', key = regexp_replace('reminder_3_days:' || substr(key, length('reminder_days:') + 1), '-3$', '')
    WHERE kind = 'reminder_days' AND key LIKE '%%-3'
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_choice_and_hold")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
