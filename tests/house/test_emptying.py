"""A test that commits leaves nothing behind for the next test."""

import pytest
from django.db import connection
from django.test import TransactionTestCase

from tests.support import cast
from tests.support.emptying import STAYS


@pytest.mark.django_db(transaction=True)
def test_after_a_test_that_committed_every_table_is_empty() -> None:
    event = cast.event()
    cast.registered("dan", event)
    cast.volunteering("emi", event)
    cast.talk("emi", event)
    assert full_tables()

    TransactionTestCase()._fixture_teardown()  # type: ignore[attr-defined]

    assert not full_tables()
    connection.check_constraints()


def full_tables() -> set[str]:
    """The tables of models that have rows, except those that Django itself fills."""
    with connection.cursor() as cursor:
        found = set()
        for table in set(connection.introspection.django_table_names()) - STAYS:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
            if cursor.fetchone()[0]:
                found.add(table)
    return found
