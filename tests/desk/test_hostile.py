"""Requests that no honest browser sends get a clear answer from the desk and change nothing."""

import pytest
from django.test import Client

from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

FORMS = [
    "/desk/communities/new/",
    "/desk/c/ml/profile/",
    "/desk/c/ml/members/",
    "/desk/c/ml/events/new/",
    "/desk/events/{event}/edit/",
    "/desk/events/{event}/shifts/",
    "/desk/events/{event}/draw/",
]
VALUES = {
    "nothing but NUL": "\x00",
    "64 KB": "あ" * 65536,
    "right to left and no width": "\u202e\u200b\u2066",
    "a lone surrogate, as bytes": "%ed%a0%80",
    "a number beyond all": "9" * 5000,
    "an impossible day": "9999-99-99",
    "the first day": "0001-01-01",
    "the last instant": "9999-12-31T23:59",
    "a script": "<script>alert(1)</script>",
}
NAMES = [
    *(
        "title",
        "day",
        "starts",
        "ends",
        "last_day",
        "time_zone",
        "format",
        "capacity",
        "closes",
        "draws",
        "venue_capacity",
    ),
    *(
        "name",
        "slug",
        "description",
        "language",
        "email",
        "role",
        "phase",
        "minimum",
        "maximum",
        "slot",
        "intent",
        "once",
    ),
    *("rehearsal_starts", "rehearsal_ends", "rehearsal_url", "join_url", "hashtag", "visibility", "admission"),
]


@pytest.fixture
def event() -> Event:
    return cast.event()


@pytest.fixture
def desk(event: Event) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast.person("aiko"))
    return client


@pytest.mark.in_short(12)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_form_full_of_nonsense(desk: Client, event: Event, form: str, value: str) -> None:
    before = HistoryEntry.objects.count()
    answer = desk.post(form.format(event=event.public_id), dict.fromkeys(NAMES, value))
    assert 400 <= answer.status_code < 500 or "events/new" in form
    assert answer.status_code < 500
    assert "<script>alert" not in answer.content.decode()
    assert HistoryEntry.objects.count() == before


@pytest.mark.parametrize("form", FORMS)
def test_bytes_that_are_no_text(desk: Client, event: Event, form: str) -> None:
    answer = desk.post(
        form.format(event=event.public_id),
        b"title=%ff%fe&name=%ff&intent=publish&day=%ed%a0%80",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code < 500
    assert (Event.objects.count(), Community.objects.count()) == (1, 1)


@pytest.mark.parametrize("form", FORMS)
def test_five_thousand_fields(desk: Client, event: Event, form: str) -> None:
    answer = desk.post(form.format(event=event.public_id), {f"field{number}": "x" for number in range(5000)})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path", ["/desk/events/%00/", "/desk/c/ml%00/", "/desk/events/" + "a" * 5000 + "/", "/desk/events/%ff/"]
)
def test_addresses_that_nothing_has(desk: Client, path: str) -> None:
    assert desk.get(path).status_code in {400, 404}


def test_names_that_hide_are_shown_as_text(desk: Client, event: Event) -> None:
    guest = cast.person("mallory")
    guest.name = "<b>\u202eecila</b>"
    guest.save()
    cast.registered(guest, event)
    for path in ("attendees/", "draw/?try=1", ""):
        page = desk.get(f"/desk/events/{event.public_id}/{path}").content.decode()
        assert "<b>\u202e" not in page
