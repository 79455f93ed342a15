"""What a copy of an event has from its source: shifts without their people, the teardown list without its ticks, room photos."""

from django.utils.translation import gettext_lazy as _

from meetups.registrations.copied_parts import CopiedPart, EventCopy, LeftOut, twin
from meetups.volunteers.models import Chore, Handover, RoomPhoto, Shift, ShiftOffer, Signup

SHIFT = (
    *("phase", "role", "title", "instructions", "place", "starts_at", "ends_at", "minimum", "maximum"),
    *("step_down_until", "needs_approval", "help_at"),
)
CHORE = ("sort", "text", "detail", "position")
PHOTO = ("width", "height", "caption", "taken_by_id", "added_at")


def copy_shifts(copy: EventCopy) -> None:
    """Shifts that were not canceled. The seats of their slot are as many as they have places (RULES 19)."""
    seats = dict.fromkeys((slot.pk for slot in copy.slots.values() if slot.admission == slot.Admission.DUTY), 0)
    for shift in Shift.objects.standing().filter(event=copy.source).order_by("pk"):
        slot = copy.slots[shift.slot_id] if shift.slot_id else None
        twin(shift, SHIFT, event=copy.event, slot=slot).save()
        if slot and slot.pk in seats:
            seats[slot.pk] += shift.maximum
    for slot in copy.slots.values():
        if slot.pk in seats:
            slot.capacity = seats[slot.pk]
            slot.save(update_fields=["capacity"])


def copy_chores(copy: EventCopy) -> None:
    chores = Chore.objects.filter(event=copy.source).in_order()
    Chore.objects.bulk_create([twin(one, CHORE, event=copy.event) for one in chores])


def copy_room_photos(copy: EventCopy) -> None:
    """Both events show the same stored file. A removal of the photo there waits, so the file is in use at every moment."""
    photos = RoomPhoto.objects.select_for_update().filter(event=copy.source).order_by("pk")
    RoomPhoto.objects.bulk_create([twin(one, PHOTO, event=copy.event, image=one.image.name) for one in photos])


COPIED = (
    CopiedPart(Shift, SHIFT, copy_shifts),
    CopiedPart(Chore, CHORE, copy_chores),
    CopiedPart(RoomPhoto, (*PHOTO, "image"), copy_room_photos),
)
LEFT_OUT = (LeftOut(_("volunteers and leads of the shifts"), (Signup, Handover, ShiftOffer)),)
