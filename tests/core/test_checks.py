"""A database that is set up wrongly is reported."""

import pytest
from django.db import connection

from meetups.core.checks import database_keeps_promises


@pytest.mark.django_db
def test_a_database_that_could_lose_answered_registrations_is_reported() -> None:
    assert database_keeps_promises(["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL client_connection_check_interval = 0")
    assert [message.msg.split()[0] for message in database_keeps_promises(["default"])] == [
        "synchronous_commit",
        "client_connection_check_interval",
    ]
