"""The floors: the most that Django and PostgreSQL can do on this machine, without the product.

One view runs one indexed SELECT and renders HTML. One runs one INSERT and COMMIT. One takes the seat lock, counts and inserts.
There is no middleware.
"""

import os
from uuid import uuid4

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meetups.settings")
django.setup()
# Apps check at their start that their middleware is there, so it is removed only here.
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = "tests.bench.floors"
application = WSGIHandler()

PAGE = Template(
    "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>{% for n in numbers %}<p>{{ n }}</p>{% endfor %}"
)


def select(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM bench_event WHERE id = %s", [500])
        [title] = cursor.fetchone()
    return HttpResponse(PAGE.render(Context({"title": title, "numbers": range(20)})))


def insert(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_row (slot, person) VALUES (0, %s)", [uuid4()])
    return HttpResponse("ok")


def locked_insert(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(4711, 1)")
        cursor.execute("SELECT count(*) FROM (SELECT FROM bench_row WHERE slot = 1 LIMIT 100) taken")
        cursor.execute("INSERT INTO bench_row (slot, person) VALUES (1, %s)", [uuid4()])
    return HttpResponse("ok")


urlpatterns = [path("select", select), path("insert", insert), path("locked", locked_insert)]
