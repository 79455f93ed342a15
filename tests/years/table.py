"""`python -m tests.years.table` fills the database in DATABASE_URL and prints the table. `make years` runs it."""

import argparse
import logging
import os
import time
from dataclasses import replace

import django
import time_machine

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
    django.setup()

    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    from tests.support import cast
    from tests.years.fill import YEARS, fill
    from tests.years.pages import MOST_MILLISECONDS, MOST_STATEMENTS, measured

    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="", help="a part of the pages' names")
    parser.add_argument("--events", type=int, default=YEARS.events)
    parser.add_argument("--why", action="store_true", help="show the statements of the pages that ask too much")
    options = parser.parse_args()

    setup_test_environment()
    logging.disable()
    # What a worker keeps for an hour is counted once; pages are drawn anew.
    settings.FIGURES_SECONDS = 3600
    size = replace(YEARS, events=options.events)
    with time_machine.travel(cast.NOW, tick=False):
        began = time.perf_counter()
        world = fill(size)
        took = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database()) / 1024 / 1024")
            [megabytes] = cursor.fetchone()
        print(
            f"{size.events:,} events, {size.people:,} people, {size.registrations:,} registrations, "
            f"{2 * size.registrations:,} lines of history, {size.registrations:,} mails: "
            f"{megabytes:,} MB in {took:.0f} s (to reach: 180 s)\n"
        )
        pages = measured(world, only=lambda name: options.only in name)
    print(f"{'page':40} {'reader':12} {'statements':>10} {'ms in the database':>20}")
    for page in sorted(pages, key=lambda one: -one.asked.milliseconds):
        mark = "  ← too much" if page.is_too_much else ""
        print(f"{page.name:40} {page.reader:12} {page.asked.number:10} {page.asked.milliseconds:20.1f}{mark}")
        if page.is_too_much and options.why:
            for milliseconds, sql in page.asked.statements:
                print(f"{milliseconds:12.1f} ms  {' '.join(sql.split())[:1500]}")
    wrong = sum(page.is_too_much for page in pages)
    print(
        f"\n{len(pages)} pages; more than {MOST_STATEMENTS} statements or {MOST_MILLISECONDS:.0f} ms in the database: {wrong}"
    )
