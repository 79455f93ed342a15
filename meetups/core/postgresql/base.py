"""Django's connection to PostgreSQL, cheaper where every request pays for it. `DATABASES["default"]["ENGINE"]` names this package."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.utils import CursorWrapper


class PlannedCursor(psycopg.Cursor[Any]):
    """A cursor whose statements PostgreSQL parses and plans once a connection: planning a join takes ten times as long as running it."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, prepare=True, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that finds out without a round trip whether the server is still there, and that can keep plans."""

    def is_usable(self) -> bool:
        """Whether the server answers; asked before the first query of a request.

        A server that has gone closes its socket, and a closed socket has something to read. Where nothing is to be read, nothing has
        happened; else `SELECT 1` finds out what.
        """
        try:
            quiet = not select.select([self.connection.pgconn.socket], [], [], 0)[0]
        except (AttributeError, ValueError, OSError, psycopg.Error):
            quiet = False
        return quiet or bool(super().is_usable())

    @contextmanager
    def planned_cursor(self) -> Iterator[CursorWrapper]:
        """A cursor for a `Statement`, counted, logged and with its errors wrapped as any other."""
        self.ensure_connection()
        with self.wrap_database_errors, PlannedCursor(self.connection) as cursor:
            wrap: Any = self.make_debug_cursor if self.queries_logged else self.make_cursor
            yield wrap(cursor)
