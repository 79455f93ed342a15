"""Django's connection to PostgreSQL, cheaper for work that every request does.

`DATABASES["default"]["ENGINE"]` names this package.
"""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class PlannedCursor(psycopg.Cursor[Any]):
    """A cursor whose statements PostgreSQL parses and plans once per connection.

    To plan a join takes ten times as long as to run it.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, prepare=True, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that checks without a round trip whether the server is still there. It can also keep plans."""

    def is_usable(self) -> bool:
        """Whether the server answers. Django asks before the first query of a request.

        A server that has gone closes its socket, and a closed socket has something to read. If there is nothing to read, the
        connection is fine. Otherwise `SELECT 1` finds out.
        """
        try:
            quiet = not select.select([self.connection.pgconn.socket], [], [], 0)[0]
        except (AttributeError, ValueError, OSError, psycopg.Error):
            quiet = False
        return quiet or bool(super().is_usable())

    @contextmanager
    def planned_cursor(self) -> Iterator[CursorWrapper]:
        """A cursor for a `Statement`. It is counted and logged, and its errors are wrapped, as with any other cursor."""
        self.ensure_connection()
        with self.wrap_database_errors, PlannedCursor(self.connection) as cursor:
            wrap: Any = self.make_debug_cursor if self.queries_logged else self.make_cursor
            yield wrap(cursor)
