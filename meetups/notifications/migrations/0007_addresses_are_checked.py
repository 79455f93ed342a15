from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0006_addresses_can_be_blanked")]

    operations = [ValidateConstraint(model_name="notification", name="a_message_goes_to_a_person_or_an_address")]
