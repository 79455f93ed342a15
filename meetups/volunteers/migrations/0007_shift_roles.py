from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Q

# The titles of usual shifts in every language: until now a shift was known by its title.
TITLES = {
    "setup": "setup",
    "設営": "setup",
    "reception": "reception",
    "check-in": "reception",
    "受付": "reception",
    "stream": "stream",
    "配信": "stream",
    "mc": "mc",
    "司会": "mc",
    "live posts": "live_posts",
    "実況投稿": "live_posts",
}


def role_of(phase: str, title: str) -> str:
    """The role of a shift. Teardown is known by its phase, and so is a setup shift unless its title is a usual one."""
    if phase == "teardown":
        return "teardown"
    return TITLES.get(title.casefold(), "setup" if phase == "setup" else "other")


def name_roles(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    shifts = apps.get_model("volunteers", "Shift").objects
    for phase, title in list(shifts.order_by().values_list("phase", "title").distinct()):
        shifts.filter(phase=phase, title=title).update(role=role_of(phase, title))


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0006_the_clock_finds_what_is_over")]

    operations = [
        migrations.AddField(
            model_name="shift",
            name="role",
            field=models.CharField(
                choices=[
                    ("setup", "Setup"),
                    ("reception", "Check-in"),
                    ("stream", "Stream"),
                    ("mc", "MC"),
                    ("live_posts", "Live posts"),
                    ("teardown", "Teardown"),
                    ("other", "Other"),
                ],
                default="other",
                max_length=12,
                verbose_name="Kind of work",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(name_roles, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                name="shift_has_a_known_role",
                condition=Q(role__in=["setup", "reception", "stream", "mc", "live_posts", "teardown", "other"]),
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                name="teardown_is_a_phase_and_a_role",
                condition=Q(phase="teardown", role="teardown") | (~Q(phase="teardown") & ~Q(role="teardown")),
            ),
        ),
    ]
