"""Scenes of an event whose registration is yet to open, and of what no one was in. For `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.lifecycle.actions.change_event import change_event
from meetups.notifications.actions.choose import choose
from meetups.notifications.models import Topic
from meetups.registrations.actions.slots.add_slot import add_slot
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from tests.looks.scene import person, published


def yet_to_open() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now = timezone.now()
    general = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 40)
    event = published("ML勉強会 #21 検索と推薦のあいだ", hours=24 * 30, since=now - timedelta(days=1), slot=general)
    students = add_slot(event=event, plan=SlotPlan("学生枠", Slot.Admission.FIRST_COME, 8), at=now, by=person("ben"))
    add_slot(event=event, plan=SlotPlan("登壇者枠", Slot.Admission.INVITED, 3), at=now, by=person("ben"))
    opens_at = (now + timedelta(days=6, hours=4)).replace(minute=0, second=0, microsecond=0)
    change_event(event=event, fields={"registration_opens_at": opens_at}, at=now, by=person("ben"))
    for name in ("dan", "finn"):
        choose(person_id=person(name).pk, choices={(Topic.OPENING, event.thread): True}, at=now)
    at, desk = f"/events/{event.public_id}", f"/desk/events/{event.public_id}"
    return [
        ("opening-event", "", f"{at}/"),
        ("opening-event-signed-in", "emi", f"{at}/"),
        ("opening-event-reminded", "dan", f"{at}/"),
        ("opening-registration", "emi", f"{at}/registration/"),
        ("opening-reminder", "", f"{at}/reminder/"),
        ("opening-home", "", "/"),
        ("opening-desk", "ben", f"{desk}/"),
        ("opening-desk-edit", "ben", f"{desk}/edit/"),
        ("opening-desk-draft", "ben", f"{desk}/draft/"),
        ("opening-desk-slot", "ben", f"{desk}/slots/{students.public_id}/"),
        ("opening-desk-slot-deletion", "ben", f"{desk}/slots/{students.public_id}/deletion/"),
        ("opening-desk-slot-admission", "ben", f"{desk}/slots/{students.public_id}/admission/"),
        ("opening-desk-slot-new", "ben", f"{desk}/slots/new/"),
        ("opening-desk-slots", "ben", f"{desk}/slots/"),
        ("opening-desk-new", "ben", "/desk/c/ml-study/events/new/"),
    ]
