"""Scenes that the sample lacks: a change before it is published, two who changed the same, and what can be undone. For `make looks`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.change_event import change_event
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.volunteers.actions.shifts.cancel_shift import cancel_shift
from meetups.volunteers.actions.shifts.plan_usual_shifts import plan_usual_shifts
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.models import Shift
from tests.looks.scene import person, published

TEXT = "推薦システムを数年運用して分かったことを、3人が話します。"
THEIRS = (
    "推薦システムを数年運用して分かったことを、4人が話します。終わったあと、同じ部屋で懇親会をします（19:30まで）。"
)
MINE = "推薦システムを5年運用して分かったことを、3人が話します。失敗談も歓迎します。"


def with_people(title: str, *, hours: int) -> tuple[Event, list[Shift]]:
    """An event with a volunteer, two confirmed and two who wait."""
    since = timezone.now() - timedelta(days=3)
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 2)
    event = published(title, hours=hours, since=since, slot=slot)
    for name in ("dan", "emi", "finn", "chie"):
        register(slot=event.slots.get(), attendee=person(name), at=since)
    shifts = plan_usual_shifts(event=event, roles=["setup", "reception", "teardown"], at=since, by=person("aiko"))
    for shift, name in zip(shifts, ("dan", "ben", "emi"), strict=True):
        assign_shift(shift=shift, volunteer=person(name), at=since, by=person("aiko"))
    return event, shifts


def edits_and_undo() -> list[dict[str, Any]]:
    """Each page about these scenes. `typed` is what someone types and sends there, `was` what the form said it was filled from."""
    now, aiko = timezone.now(), person("aiko")
    event, _shifts = with_people("ML勉強会 #31 推薦の運用", hours=900)
    change_event(event=event, fields={"description": THEIRS, "hashtag": "mlstudy31"}, at=now, by=person("ben"))
    event.undoable.all().delete()
    edit = {"who": "aiko", "path": f"/desk/events/{event.public_id}/edit/"}
    ended, shifts = with_people("ML勉強会 #32 係が変わる会", hours=950)
    cancel_shift(shift=shifts[2], reason="会場の方が片付けてくださることになりました。", at=now, by=aiko)
    off, _shifts = with_people("ML勉強会 #33 中止になった会", hours=1000)
    cancel_event(event=off, reason="講師が体調を崩したため、延期します。", at=now, by=aiko)
    desk, canceled = f"/desk/events/{ended.public_id}", f"/desk/events/{off.public_id}"
    material = {
        "venue_name": "渋谷オフィス 5F",
        "starts": "15:00",
        "ends": "17:30",
        "description": f"{THEIRS}\n\n途中で休憩します。",
    }
    return [
        {**edit, "name": "edit-sheet", "typed": material},
        {**edit, "name": "edit-sheet-words-only", "typed": {"description": f"{THEIRS}\n\n途中で休憩します。"}},
        {
            **edit,
            "name": "edit-merge",
            "status": 409,
            "typed": {"description": MINE, "venue_name": "渋谷オフィス 5F", "seen": "0"},
            "was": {"description": {"description": [TEXT]}, "hashtag": {"hashtag": ["mlstudy"]}},
        },
        {"name": "edit-shift-ends", "who": "aiko", "path": f"{desk}/shifts/"},
        {"name": "edit-shift-ends-one", "who": "aiko", "path": f"{desk}/shifts/{shifts[2].pk}/"},
        {"name": "edit-shift-cancel", "who": "aiko", "path": f"{desk}/shifts/{shifts[0].pk}/cancellation/"},
        {"name": "edit-shift-ends-public", "who": "emi", "path": f"/events/{ended.public_id}/shifts/"},
        {
            "name": "edit-shift-ends-signup",
            "who": "finn",
            "path": f"/events/{ended.public_id}/shifts/{shifts[2].pk}/signup/",
        },
        {"name": "edit-shift-ends-mine", "who": "emi", "path": f"/events/{ended.public_id}/registration/"},
        {"name": "edit-event-cancel", "who": "aiko", "path": f"/desk/events/{event.public_id}/cancellation/"},
        {"name": "edit-event-canceled", "who": "aiko", "path": f"{canceled}/"},
        {"name": "edit-event-canceled-list", "who": "aiko", "path": f"{canceled}/attendees/"},
        {"name": "edit-event-canceled-public", "who": "dan", "path": f"/events/{off.public_id}/"},
    ]
