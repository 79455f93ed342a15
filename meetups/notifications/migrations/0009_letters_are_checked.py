from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0008_letters_leave_with_their_mail")]

    operations = [ValidateConstraint(model_name="notification", name="a_letter_is_kept_until_it_leaves")]
