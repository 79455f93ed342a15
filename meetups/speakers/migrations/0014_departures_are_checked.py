from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("speakers", "0013_talks_are_offered")]

    operations = [ValidateConstraint(model_name="talk", name="a_talk_left_the_programme_at_a_time_and_a_place")]
