"""SQL of our own, for the few statements that every visitor pays for.

The ORM works out its SQL for each query anew, and PostgreSQL then plans it anew. For the statements of the hot path (who is asking, the
event with what she is there, a registration) that is nine tenths of their time. What is written as a `Statement` is worked out once and
planned once a connection. Everything else is written with the ORM; a test compares each statement with what the ORM says.
"""

from collections.abc import Sequence
from typing import Any, cast

from django.db import connection, models
from django.db.models.base import ModelState
from psycopg.sql import Literal

from meetups.core.postgresql.base import DatabaseWrapper


class Statement:
    """One SQL statement with `%(name)s` for each parameter. Its plan belongs to the types of the parameters: cast what can be NULL."""

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


class Columns[M: models.Model]:
    """The columns of a model in a `Statement`, where its table is called `alias`; and the model from what comes back."""

    def __init__(self, model: type[M], alias: str) -> None:
        fields = model._meta.concrete_fields
        self._model = model
        self._names = [field.attname for field in fields]
        # Such as JSON, which comes as text.
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
        # As pickle restores a model: `__init__` looks at each field anew, which takes longer than to read the row.
        model = self._model.__new__(self._model)
        model._state = ModelState()
        model._state.adding, model._state.db = False, "default"
        model.__dict__.update(zip(self._names, values, strict=True))
        return model

    def read_or_none(self, row: Sequence[Any]) -> M | None:
        """The model, or None where an outer join found nothing."""
        return None if row[0] is None else self.read(row)


class Insert[M: models.Model]:
    """A new row of a model in a `Statement`: `sql` is `(columns) SELECT values` and may go on with FROM.

    A value is a parameter called `<alias>_<column>`, or the SQL in `instead`. Where columns are `given`, only these are parameters, and
    the others get their defaults: psycopg remembers how to send a statement only while that has at most 50 parameters.
    """

    def __init__(self, model: type[M], alias: str, *given: str, **instead: str) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        own = [field for field in fields if field.column not in instead]
        given_fields = [field for field in own if not given or field.column in given]
        self._defaults = [(field.attname, field.get_default()) for field in own if field not in given_fields]
        self._parameters = [(f"{alias}_{field.column}", field.attname) for field in given_fields]
        # Such as JSON, which goes as text; all others go as they are.
        self._converted = [
            (f"{alias}_{field.column}", field) for field in given_fields if hasattr(field, "from_db_value")
        ]
        values = {str(field.column): f"%({alias}_{field.column})s::{_type_of(field)}" for field in given_fields}
        values |= {name: Literal(default).as_string() for name, default in self._defaults} | instead
        columns = ", ".join(f'"{column}"' for column in values)
        self.sql = f"({columns}) SELECT {', '.join(values.values())}"

    def parameters(self, model: M) -> dict[str, Any]:
        """The parameters for `model`, which is not saved yet. Raises ValueError where it says something that is not `given`."""
        if any(getattr(model, name) != default for name, default in self._defaults):
            raise ValueError(f"A {type(model).__name__} has more to say than this statement writes.")
        values = {parameter: getattr(model, name) for parameter, name in self._parameters}
        for parameter, field in self._converted:
            values[parameter] = field.get_db_prep_save(values[parameter], connection)
        return values


def _type_of(field: "models.Field[Any, Any]") -> str:
    """The type in PostgreSQL without its length: a cast to `varchar(60)` would cut what the column refuses."""
    return (field.db_type(connection) or "text").split("(")[0]
