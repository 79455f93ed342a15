"""Emptying the database after a test that committed.

Django truncates every table and then makes content types and permissions again: a seventh of a second, five hundred times a run.
Nearly all tables are empty anyway, and deleting from an empty table costs a few microseconds.
"""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import TransactionTestCase

# Rows from migrations stay: Django would write the same rows again.
STAYS = {ContentType._meta.db_table, Permission._meta.db_table}


def empty_cheaply() -> None:
    """From now on, committing tests empty the tables by deleting rows, if the database's user may switch off foreign keys."""
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return
        tables = sorted(set(connection.introspection.django_table_names(only_existing=True)) - STAYS)
        deletions = "".join(f'DELETE FROM "{table}";\n' for table in tables)
        # In replica mode PostgreSQL checks no foreign keys, so the order does not matter.
        cursor.execute(
            "CREATE OR REPLACE FUNCTION empty_all_tables() RETURNS void LANGUAGE plpgsql "
            f"SET session_replication_role = replica AS $$ BEGIN\n{deletions}END $$"
        )
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]  # private to Django
    TransactionTestCase._should_reload_connections = _has_lost_its_connection  # type: ignore[attr-defined]  # private to Django


def _has_lost_its_connection(case: Any) -> bool:
    """Whether the next test needs another connection. Django always takes one, which costs PostgreSQL as much as a short test."""
    connection = connections[DEFAULT_DB_ALIAS]
    return connection.connection is not None and not connection.is_usable()


def _empty(case: Any) -> None:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT empty_all_tables()")
