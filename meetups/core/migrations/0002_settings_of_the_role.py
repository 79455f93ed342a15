"""The settings of the database role, which are no options of a connection any longer."""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from meetups.core.postgresql.role import set_up_role


def set_up(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        set_up_role(cursor)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0001_cache")]
    operations: ClassVar = [migrations.RunPython(set_up, migrations.RunPython.noop)]
