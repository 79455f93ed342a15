"""What the tables hold, as one number for each: equal numbers mean equal rows."""

from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
# The order of rows makes no difference. As `numeric` the sum cannot overflow.
_SUM = SQL("SELECT count(*), coalesce(sum(hashtextextended(row::text, 0)::numeric), 0)::text FROM {} AS row")


def checksums(connection: "psycopg.Connection[Any]") -> dict[str, list[str]]:
    """For each table the number of its rows, and a sum over all of them."""
    connection.execute("SET LOCAL TimeZone = 'UTC'")
    connection.execute("SET LOCAL DateStyle = 'ISO'")
    tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
    return {
        name: [str(value) for value in connection.execute(_SUM.format(Identifier(name))).fetchone() or ()]
        for name in tables
    }
