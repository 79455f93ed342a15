"""An event with a cover and a picture in its text, as a stranger, an attendee and an organizer see it. For `make looks`."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from meetups.lifecycle.actions.pictures.add_picture import add_picture
from meetups.lifecycle.actions.pictures.set_cover import set_cover
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from tests.looks.scene import person, published
from tests.support.scenes.teardown_scene import jpeg


def evening_sky(width: int = 1600, height: int = 900) -> Image.Image:
    """A town in the evening, drawn, with lights in its windows."""
    sky = Image.linear_gradient("L").resize((width, height))
    made = Image.composite(Image.new("RGB", sky.size, "#e9a35b"), Image.new("RGB", sky.size, "#2b3a67"), sky)
    pen = ImageDraw.Draw(made)
    for number in range(22):
        left, tall = number * width // 22, height // 4 + (number * 137) % (height // 4)
        pen.rectangle((left, height - tall, left + width // 22 - 4, height), fill="#1c2340")
        for window in range(tall // 40):
            if (number + window) % 3:
                top = height - tall + 14 + 40 * window
                pen.rectangle((left + 14, top, left + 40, top + 14), fill="#ffd98a")
    return made


def sent(made: Image.Image) -> SimpleUploadedFile:
    return SimpleUploadedFile("sky.jpg", jpeg(made), "image/jpeg")


def covered_events() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page."""
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 40)
    since = timezone.now() - timedelta(days=4)
    event = published("ML勉強会 #22 夜の推薦システム", hours=24 * 9, since=since, slot=slot)
    set_cover(event=event, upload=sent(evening_sky()), at=since, by=person("ben"))
    picture = add_picture(
        event=event, upload=sent(evening_sky(1200, 800)), alt="夜の街の灯り", at=since, by=person("ben")
    )
    event.description = f"夜に集まって、推薦の話をします。\n\n{picture.markdown}\n\n窓から街が見える部屋です。"
    event.save(update_fields=["description"])
    register(slot=event.slots.get(), attendee=person("dan"), at=since)
    return [
        ("event-cover", "", f"/events/{event.public_id}/"),
        ("event-cover-mine", "dan", f"/events/{event.public_id}/"),
        ("desk-edit-cover", "aiko", f"/desk/events/{event.public_id}/edit/"),
    ]
