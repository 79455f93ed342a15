"""Our own SQL, for the few statements that nearly every request runs.

The ORM builds its SQL again for each query, and PostgreSQL then plans it again. For the statements of the hot path this is nine
tenths of their time. These statements read the session and its person, read the event with the person's part in it, or write a
registration. The SQL of a `Statement` is built once and planned once per connection. Everything else uses the ORM. A test
compares each statement with the result of the ORM.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, cast

from django.db import connection, models
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from psycopg.sql import Literal

from meetups.core.postgresql.base import DatabaseWrapper


class Statement:
    """One SQL statement with `%(name)s` for each parameter.

    Its plan depends on the types of the parameters, so cast each one that can be NULL.
    """

    def __init__(self, sql: str) -> None:
        self.sql = sql

    def one(self, **parameters: Any) -> tuple[Any, ...] | None:
        """The first row, or None."""
        with cast(DatabaseWrapper, connection).planned_cursor() as cursor:
            cursor.execute(self.sql, parameters)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row

    def all(self, **parameters: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        with cast(DatabaseWrapper, connection).planned_cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


class PreparedQuery:
    """A query of the ORM with large SQL, which is built once. Later only its parameters change.

    `make` gets the parameters by name and returns a query for rows of plain values (`values_list`). A parameter is an instant or
    a number. None or a list would change the SQL, so they cannot be parameters.
    """

    def __init__(self, make: Callable[..., "models.QuerySet[Any, Any]"], **types: type[int] | type[datetime]) -> None:
        self._make = make
        # Values that no query has of its own. So they are found again among its parameters. A small number fits every column:
        # the ORM leaves a comparison out that no value of the column can meet.
        self._stand_ins: dict[str, Any] = {
            name: -32_000 - number if kind is int else datetime(1, 1, 2, tzinfo=UTC) + timedelta(microseconds=number)
            for number, (name, kind) in enumerate(types.items())
        }

    @cached_property
    def _statement(self) -> Statement:
        compiler = self._make(**self._stand_ins).query.get_compiler("default")
        sql, parameters = compiler.as_sql()
        self._converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])
        names = {value: name for name, value in self._stand_ins.items()}
        if not set(names) <= set(parameters):
            raise TypeError("A parameter of this query does not reach its SQL.")
        self._constants = {f"value{number}": value for number, value in enumerate(parameters)}
        places = [f"%({names.get(value, f'value{number}')})s" for number, value in enumerate(parameters)]
        return Statement(sql.replace("%%", "%%%%") % tuple(places))

    def one(self, **parameters: Any) -> tuple[Any, ...]:
        """The first row. Raises LookupError if there is none."""
        statement = self._statement
        row = statement.one(**self._constants, **parameters)
        if row is None:
            raise LookupError("No row is there.")
        values = list(row)
        for number, (converters, column) in self._converters.items():
            for convert in converters:
                values[number] = convert(values[number], column, connection)
        return tuple(values)


class Columns[M: models.Model]:
    """The columns of a model in a `Statement`, where `alias` names its table. It also makes the model from a row."""

    def __init__(self, model: type[M], alias: str) -> None:
        fields = model._meta.concrete_fields
        self._model = model
        self._names = [field.attname for field in fields]
        # For example JSON, which arrives as text.
        self._converters = [
            (number, field.from_db_value) for number, field in enumerate(fields) if hasattr(field, "from_db_value")
        ]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)

    def __len__(self) -> int:
        return len(self._names)

    def read(self, row: Sequence[Any]) -> M:
        """The model from its part of a row."""
        values = list(row)
        for number, convert in self._converters:
            values[number] = convert(values[number], None, connection)
        # The same way as pickle restores a model: `__init__` checks each field again, which takes longer than reading the row.
        model = self._model.__new__(self._model)
        model._state = ModelState()
        model._state.adding, model._state.db = False, "default"
        model.__dict__.update(zip(self._names, values, strict=True))
        return model

    def read_or_none(self, row: Sequence[Any]) -> M | None:
        """The model, or None where an outer join found nothing."""
        return None if row[0] is None else self.read(row)


class Insert[M: models.Model]:
    """A new row of a model in a `Statement`. `sql` is `(columns) SELECT values`, and FROM may follow.

    A value is a parameter called `<alias>_<column>`, or the SQL in `instead`. If columns are `given`, only these are parameters,
    and the others get their defaults. The reason: psycopg remembers how to send a statement only if it has at most 50 parameters.
    A column with a default in the database is a parameter only if it is `given`.
    """

    def __init__(self, model: type[M], alias: str, *given: str, **instead: str) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        own = [field for field in fields if field.column not in instead]
        given_fields = [field for field in own if (field.column in given if given else not field.has_db_default())]
        self._defaults = [(field.attname, _default_of(field)) for field in own if field not in given_fields]
        self._parameters = [(f"{alias}_{field.column}", field.attname) for field in given_fields]
        # For example JSON, which is sent as text. All other values are sent unchanged.
        self._converted = [
            (f"{alias}_{field.column}", field) for field in given_fields if hasattr(field, "from_db_value")
        ]
        values = {str(field.column): f"%({alias}_{field.column})s::{_type_of(field)}" for field in given_fields}
        values |= {name: Literal(default).as_string() for name, default in self._defaults} | instead
        columns = ", ".join(f'"{column}"' for column in values)
        self.sql = f"({columns}) SELECT {', '.join(values.values())}"

    def parameters(self, model: M) -> dict[str, Any]:
        """The parameters for `model`, which is not saved yet. A default of the database becomes the model's value.

        Raises ValueError if a column that is not `given` differs from its default.
        """
        for name, default in self._defaults:
            if isinstance(getattr(model, name), DatabaseDefault):
                setattr(model, name, default)
        if any(getattr(model, name) != default for name, default in self._defaults):
            raise ValueError(f"A {type(model).__name__} has more to say than this statement writes.")
        values = {parameter: getattr(model, name) for parameter, name in self._parameters}
        for parameter, field in self._converted:
            values[parameter] = field.get_db_prep_save(values[parameter], connection)
        return values


def _default_of(field: "models.Field[Any, Any]") -> Any:
    """The value of a column that no one sets. A default in the database must be a plain value, not an expression."""
    return field.db_default if field.has_db_default() else field.get_default()


def _type_of(field: "models.Field[Any, Any]") -> str:
    """The type in PostgreSQL without its length. A cast to `varchar(60)` would cut a value that the column would refuse."""
    return (field.db_type(connection) or "text").split("(")[0]
