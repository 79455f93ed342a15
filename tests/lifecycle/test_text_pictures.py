"""Pictures in the text of an event (RULES 257, 258)."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from meetups.core.files.uploads import COVER_OCTETS, text_picture
from meetups.core.tasks import clear_uploads
from meetups.demo.sample.room import room
from meetups.events.models import Event, EventPicture
from meetups.events.picture_model import MOST_PICTURES
from meetups.lifecycle.actions.copy_event import copy_event
from meetups.lifecycle.actions.pictures.add_picture import add_picture
from meetups.lifecycle.actions.pictures.remove_picture import remove_picture
from tests.support import cast
from tests.support.scenes.teardown_scene import jpeg

pytestmark = pytest.mark.django_db

ORIENTATION, EXIF_MAKE = 0x0112, 0x010F


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def file_of(made: Image.Image, name: str = "room.jpg", **options: object) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(made, **options), "image/jpeg")


def with_picture(event: Event, alt: str = "みんなで本を囲む") -> EventPicture:
    """A picture of the event that its text shows."""
    made = add_picture(event=event, upload=file_of(room(800, 600)), alt=alt, at=cast.NOW, by=cast.person("aiko"))
    event.description = f"はじめに\n\n{made.markdown}\n\nおわりに"
    event.save()
    return made


def page(event: Event, client: Client | None = None) -> str:
    return (client or Client()).get(f"/events/{event.public_id}/").content.decode()


def address(picture: EventPicture) -> str:
    return reverse("event_picture", args=[picture.event.public_id, picture.name])


def form_of(event: Event, client: Client, **more: object) -> dict[str, Any]:
    """What a browser sends with a button of the pictures: all that was typed."""
    shown = client.get(f"/desk/events/{event.public_id}/edit/").context["form"]
    typed = {name: field.value() for name, field in ((one.name, one) for one in shown) if field.value() is not None}
    return {**{name: value for name, value in typed.items() if value is not False}, **more}


def add(client: Client, event: Event, **more: object) -> Any:
    sent = {"picture": file_of(room(800, 600)), "picture_alt": "みんなで本を囲む", **more}
    sent = {name: value for name, value in sent.items() if value is not None}
    return client.post(f"/desk/events/{event.public_id}/pictures/", form_of(event, client, **sent))


def test_a_picture_is_put_into_the_typed_text_and_shown_once_the_event_is_saved() -> None:
    event, aiko = cast.event(description="はじめに"), cast.signed_in("aiko")
    answered = add(aiko, event, description="はじめに、書きかけ", hashtag="kakikake")
    made = event.pictures.get()
    assert answered.context["form"]["description"].value() == (
        f"はじめに、書きかけ\n\n![みんなで本を囲む](picture:{made.name})"
    )
    # What else was typed stands there, too, and only the picture is saved.
    assert answered.context["form"]["hashtag"].value() == "kakikake"
    assert "The picture is in the text. Save the event so that readers see it." in answered.content.decode()
    event.refresh_from_db()
    assert event.description == "はじめに"
    assert "<img" not in page(event).split('id="about"')[1]
    typed = form_of(event, aiko, description=answered.context["form"]["description"].value(), intent="send")
    assert aiko.post(f"/desk/events/{event.public_id}/edit/", typed).status_code == 302
    shown = re.search(r'<img src="(.*?)" alt="(.*?)" width="800" height="600" loading="lazy"', page(event, aiko))
    assert shown
    assert shown.groups() == (address(made), "みんなで本を囲む")
    file = Client().get(address(made))
    assert file["Content-Type"] == "image/webp"
    assert file["Cache-Control"] == "public, max-age=86400"
    assert Image.open(io.BytesIO(file.getvalue())).size == (800, 600)


def test_it_comes_where_the_cursor_is_in_either_text() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    # One character outside of the Basic Multilingual Plane counts as two in a browser.
    typed = {"other_title": "In English", "other_description": "𠮷ay\r\nbefore after"}
    at = len("𠮷ay\nbefore ") + 1
    shown = add(aiko, event, **typed, picture_in="other_description", picture_at=at).context["form"]
    code = event.pictures.get().markdown
    assert shown["other_description"].value() == f"𠮷ay\nbefore\n\n{code}\n\nafter"
    # A place that is none is the end.
    shown = add(aiko, event, description="一", picture_in="title", picture_at="x").context["form"]
    assert shown["description"].value().startswith("一\n\n![")


def test_words_of_a_picture_stay_words_in_markdown() -> None:
    event = cast.event()
    with_picture(event, alt="[左] *星* と ] の \\ <b>")
    assert 'alt="[左] *星* と ] の \\ &lt;b&gt;"' in page(event)


def test_without_a_picture_or_its_words_nothing_that_was_typed_is_lost() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    for more, said in (
        ({"picture": None}, "Choose a picture first."),
        ({"picture_alt": ""}, "Say in a few words what the picture shows."),
        ({"picture": SimpleUploadedFile("room.jpg", b"no picture")}, "Choose a JPEG, PNG or WebP."),
        (
            {"picture": SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>")},
            "Choose a JPEG",
        ),
        ({"picture": SimpleUploadedFile("room.jpg", bytes(16 * 1024 * 1024 + 1))}, "up to 15 MB and 60 million pixels"),
    ):
        answered = add(aiko, event, description="書きかけ", **more)
        assert answered.status_code == 422
        assert said in answered.content.decode()
        assert answered.context["form"]["description"].value() == "書きかけ"
    assert not event.pictures.exists()
    # The address of the sent form, opened again, is the form.
    assert aiko.get(f"/desk/events/{event.public_id}/pictures/").headers["Location"].endswith("/edit/")


def test_a_removed_picture_leaves_its_words_and_no_broken_image() -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    made = with_picture(event)
    assert address(made) in page(event)
    answered = aiko.post(
        f"/desk/events/{event.public_id}/pictures/{made.name}/removal/", form_of(event, aiko, hashtag="kakikake")
    )
    form = answered.context["form"]
    assert (form["description"].value(), form["hashtag"].value()) == ("はじめに\n\nおわりに", "kakikake")
    shown = page(event, aiko).split('id="about"')[1]
    assert "<img" not in shown
    assert "<p>みんなで本を囲む</p>" in shown
    assert Client().get(address(made)).status_code == 404


def test_a_picture_of_another_event_is_its_words() -> None:
    event, other = cast.event(), cast.event(title="別の会")
    made = with_picture(other)
    event.description = made.markdown
    event.save()
    assert "<img" not in page(event).split('id="about"')[1]
    assert Client().get(reverse("event_picture", args=[event.public_id, made.name])).status_code == 404
    assert "<img" in page(other).split('id="about"')[1]


def test_pictures_of_what_a_stranger_may_not_see_are_not_there_for_them() -> None:
    for event in (cast.event(publish=False), cast.event(title="内輪の会", visibility=Event.Visibility.MEMBERS)):
        made = with_picture(event)
        assert Client().get(address(made)).status_code == 404
        assert cast.signed_in("aiko").get(address(made))["Cache-Control"].startswith("private")


def test_what_else_reads_the_text_has_the_words_and_no_address_of_a_picture() -> None:
    event = cast.event()
    made = with_picture(event)
    html = page(event)
    head, data = html.split("</head>")[0], html.split("application/ld+json")[1].split("</script>")[0]
    for text in (head, data):
        assert "みんなで本を囲む" in text
        assert made.name not in text
    for other in ("calendar.ics", "event.ics"):
        found = Client().get(f"/events/{event.public_id}/{other}")
        assert made.name not in found.content.decode()
    assert not mail.outbox


def test_the_preview_shows_the_pictures_of_the_event_to_those_who_see_it() -> None:
    event = cast.event(publish=False)
    made = with_picture(event)
    typed = {"description": made.markdown, "event": event.public_id}
    assert address(made) in cast.signed_in("aiko").post("/markdown/", typed).content.decode()
    assert cast.signed_in("finn").post("/markdown/", typed).status_code == 404
    assert "<img" not in cast.signed_in("aiko").post("/markdown/", {"text": made.markdown}).content.decode()


def test_an_event_has_twenty_pictures_and_a_person_adds_sixty_a_day(settings: Any) -> None:
    event, aiko = cast.event(), cast.signed_in("aiko")
    EventPicture.objects.bulk_create(
        EventPicture(event=event, image=f"x/{n}.webp", alt="x", width=8, height=6, added_at=cast.NOW)
        for n in range(MOST_PICTURES)
    )
    assert "An event can have 20 pictures. Remove one first." in add(aiko, event).content.decode()
    event.pictures.all().delete()
    settings.ACCOUNT_RATE_LIMITS = {"event_pictures": "1/d/user"}
    assert add(aiko, event).status_code == 200
    refused = add(aiko, event)
    assert (refused.status_code, event.pictures.count()) == (422, 1)
    assert "You’ve added 60 pictures today. Add more tomorrow." in refused.content.decode()


def test_a_copy_has_the_pictures_and_keeps_the_files_when_the_first_gives_them_up() -> None:
    event = cast.event()
    made = with_picture(event)
    day = (cast.STARTS_AT + timedelta(days=30)).date()
    (copy,) = copy_event(source=event, days=[day], request="1", at=cast.NOW, by=cast.person("aiko"))
    twin = copy.pictures.get()
    assert (twin.name, twin.image.name, twin.alt) == (made.name, made.image.name, made.alt)
    remove_picture(event=event, name=made.name, at=cast.NOW, by=cast.person("aiko"))
    assert address(twin) in page(copy, cast.signed_in("aiko"))
    with time_machine.travel(cast.NOW + timedelta(days=400)):
        clear_uploads()
        assert default_storage.exists(str(made.image.name))
        remove_picture(event=copy, name=made.name, at=cast.NOW, by=cast.person("aiko"))
        clear_uploads()
        assert not default_storage.exists(str(made.image.name))


def test_a_page_with_many_pictures_asks_no_more_of_the_database(django_assert_num_queries: Any) -> None:
    """None, one and twenty pictures: the read that is there brings them."""
    counts = []
    for number in (0, 1, 20):
        event = cast.event(title=f"会{number}")
        for n in range(number):
            EventPicture.objects.create(event=event, image=f"x/{n}.webp", alt="x", width=8, height=6, added_at=cast.NOW)
        event.description = "\n\n".join(one.markdown for one in event.pictures.all())
        event.save()
        with django_assert_num_queries(6, exact=False) as asked:
            assert page(event).split('id="about"')[-1].count("<img") == number
        counts.append(len(asked))
    assert len(set(counts)) == 1


class TestItIsMadeAnew:
    def test_it_is_upright_at_most_1280_pixels_wide_and_says_nothing_of_the_camera(self) -> None:
        exif = Image.Exif()
        exif[ORIENTATION], exif[EXIF_MAKE] = 6, "Camera-Works"
        made, width, height = text_picture(file_of(room(4000, 3000), exif=exif))
        kept = made.read()
        assert (width, height) == (960, 1280)
        shown = Image.open(io.BytesIO(kept))
        assert (shown.format, shown.size) == ("WEBP", (960, 1280))
        assert b"Camera-Works" not in kept

    @pytest.mark.story
    def test_the_noisiest_picture_weighs_sixty_kilobytes_at_most(self) -> None:
        noise = Image.frombytes("RGB", (1600, 1200), Random(1).randbytes(1600 * 1200 * 3))
        made, width, height = text_picture(file_of(noise))
        assert made.size <= COVER_OCTETS
        assert (width, height) == (640, 480)

    def test_a_small_one_keeps_its_size(self) -> None:
        assert text_picture(file_of(room(30, 40)))[1:] == (30, 40)
