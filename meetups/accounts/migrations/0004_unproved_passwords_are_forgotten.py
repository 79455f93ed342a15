"""An account whose address was never proved forgets the password that someone typed for it (RULES 120)."""

from django.db import migrations

# As `set_unusable_password` does it: such a password begins with "!".
FORGET = """
UPDATE accounts_user SET password = '!' || md5(random()::text) || md5(random()::text)
WHERE last_login IS NULL AND NOT is_staff AND NOT is_superuser AND password NOT LIKE '!%%'
AND NOT EXISTS (SELECT FROM account_emailaddress a WHERE a.user_id = accounts_user.id AND a.verified)
"""


class Migration(migrations.Migration):

    dependencies = [("accounts", "0003_calendar_feed"), ("account", "0009_emailaddress_unique_primary_email")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
