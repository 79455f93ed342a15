"""The number of SQL statements of a registration, over all its requests, and of the event page when nothing is cached.

`python -m tests.bench.sql_statements` prints them as JSON, in the environment of the product under test. Transaction control counts too.
"""

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
    django.setup()

    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tests.support.load import prepare, registering

    given = prepare(people=2, seats=2)
    warm, person = given["sessions"]
    event = f"/events/{given['event']}/"

    def register(session: str) -> int:
        """One person goes from the event page to a seat. Returns the number of requests."""
        client = Client(headers={"host": "127.0.0.1"})
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        form = registering(given, session).form
        answers = [client.get(event), client.get(f"{event}registration/"), client.post(f"{event}registration/", form)]
        assert [answer.status_code for answer in answers] == [200, 200, 302], answers
        return len(answers)

    register(warm)
    with CaptureQueriesContext(connection) as statements:
        requests = register(person)
    settings.ANONYMOUS_PAGE_SECONDS = 0
    with CaptureQueriesContext(connection) as page:
        Client(headers={"host": "127.0.0.1"}).get(event)
    json.dump({"requests": requests, "statements": len(statements), "event page": len(page)}, sys.stdout)
