"""The picture at the head of an event's page (RULES 242)."""

import io
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from meetups.core.files.uploads import COVER_OCTETS, COVER_SIZE
from meetups.core.tasks import clear_uploads
from meetups.demo.sample.room import room
from meetups.events.models import Event
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.pictures.remove_cover import remove_cover
from meetups.lifecycle.actions.pictures.set_cover import set_cover
from meetups.notifications.models import Notification
from tests.support import cast
from tests.support.scenes.teardown_scene import jpeg

pytestmark = pytest.mark.django_db

EXIF_MAKE = 0x010F


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def file_of(made: Image.Image, name: str = "cover.jpg", **options: object) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(made, **options), "image/jpeg")


def with_cover(event: Event) -> Event:
    return set_cover(event=event, upload=file_of(room(1400, 700)), at=cast.NOW, by=cast.person("aiko"))


def page(event: Event, client: Client | None = None) -> str:
    return (client or Client()).get(f"/events/{event.public_id}/").content.decode()


def address(event: Event) -> str:
    return reverse("event_cover", args=[event.public_id, event.cover_version])


def choose(client: Client, event: Event, upload: SimpleUploadedFile | None) -> str:
    files: dict[str, Any] = {"cover": upload} if upload else {}
    answer = client.post(f"/desk/events/{event.public_id}/cover/", files, follow=True)
    return str(answer.content.decode())


def test_the_cover_stands_in_place_of_the_pattern_and_the_pattern_comes_back() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    assert "paper-pattern" in page(event)
    assert "The event page shows the new cover." in choose(aiko, event, file_of(room(1400, 700)))
    event.refresh_from_db()
    assert address(event) in page(event, aiko)
    assert "paper-pattern" not in page(event, aiko)
    shown = Client().get(address(event))
    assert shown["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(shown.getvalue())).size == COVER_SIZE
    aiko.post(f"/desk/events/{event.public_id}/cover/removal/")
    assert "paper-pattern" in page(event, aiko)
    assert Client().get(address(event)).status_code == 404
    assert not Notification.objects.filter(thread=event.thread).exists()


def test_a_new_cover_has_a_new_address() -> None:
    event = with_cover(cast.event())
    old = address(event)
    event = with_cover(event)
    assert address(event) != old
    assert Client().get(old).status_code == 404


@pytest.mark.story
def test_the_noisiest_picture_weighs_sixty_kilobytes_at_most_and_says_nothing_of_the_camera() -> None:
    noise = Image.frombytes("RGB", (1600, 900), Random(1).randbytes(1600 * 900 * 3))
    exif = Image.Exif()
    exif[EXIF_MAKE] = "Camera-Works"
    event = set_cover(event=cast.event(), upload=file_of(noise, exif=exif), at=cast.NOW, by=cast.person("aiko"))
    kept = event.cover.read()
    assert len(kept) <= COVER_OCTETS
    assert b"Camera-Works" not in kept


def test_what_cannot_be_a_cover_is_refused_with_what_to_do() -> None:
    event, aiko = with_cover(cast.event()), cast.signed_in("aiko")
    before = event.cover.name
    assert "at least 640 pixels wide and 200 high" in choose(aiko, event, file_of(room(320, 200)))
    assert "Choose a JPEG, PNG or WebP." in choose(aiko, event, SimpleUploadedFile("cover.jpg", b"no picture"))
    assert "Choose a picture first." in choose(aiko, event, None)
    event.refresh_from_db()
    assert event.cover.name == before


def test_the_cover_of_a_draft_is_not_there_for_a_stranger() -> None:
    event = with_cover(cast.event(publish=False))
    assert Client().get(address(event)).status_code == 404
    assert cast.signed_in("aiko").get(address(event))["Cache-Control"].startswith("private")


def test_a_copy_has_the_cover_and_keeps_it_when_the_first_gives_it_up() -> None:
    event = with_cover(cast.event())
    name = str(event.cover.name)
    day = (cast.STARTS_AT + timedelta(days=30)).date()
    (copy,) = copy_event(source=event, days=[day], request="1", at=cast.NOW, by=cast.person("aiko"))
    remove_cover(event=event, at=cast.NOW, by=cast.person("aiko"))
    copy.refresh_from_db()
    assert copy.cover.name == name
    with time_machine.travel(cast.NOW + timedelta(days=400)):
        clear_uploads()
        assert default_storage.exists(name)
        remove_cover(event=copy, at=cast.NOW, by=cast.person("aiko"))
        clear_uploads()
        assert not default_storage.exists(name)
