"""Scenes that the sample lacks: many shifts, one short of volunteers, and one handed to another person. For `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.events.models import Event
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.volunteers.actions.shifts.change_shift import change_shift
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.shifts.plan_usual_shifts import plan_usual_shifts
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.step_down import step_down
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.looks.scene import person, published

MORE = (
    "名札の準備と来場者の案内",
    "クローク",
    "写真撮影",
    "質問票の回収",
    "飲み物の補充と懇親会の準備",
    "二次会の案内",
    "マイク係",
)


def place_of(event: Event, name: str) -> Registration:
    return Registration.objects.active().select_related("event").get(event=event, attendee=person(name))


def many_shifts() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now = timezone.now()
    since, aiko = now - timedelta(days=3), person("aiko")
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 2)
    event = published("ML勉強会 #21 係の多い会", hours=400, since=since, slot=slot)
    for name in ("dan", "emi", "finn", "chie"):
        register(slot=event.slots.get(), attendee=person(name), at=since)
    usual = plan_usual_shifts(event=event, roles=["setup", "reception", "mc", "teardown"], at=since, by=aiko)
    for number, title in enumerate(MORE):
        begins = event.starts_at + timedelta(minutes=20 * number)
        plan = ShiftPlan(
            Shift.Phase.EVENT,
            Shift.Role.OTHER,
            title,
            begins,
            begins + timedelta(minutes=20),
            1 + number % 3,
            3,
            place="18階エレベーターホール" if number % 2 else "",
            lead=aiko if number % 2 else None,
        )
        plan_shift(event=event, plan=plan, guarantees_seat=number % 2 == 0, at=since, by=aiko)
    setup, reception, _mc, teardown = usual
    for shift, name in ((setup, "dan"), (teardown, "dan"), (teardown, "chie"), (teardown, "emi"), (reception, "ben")):
        assign_shift(shift=shift, volunteer=person(name), at=since, by=aiko)
    moved = ShiftPlan(
        Shift.Phase.SETUP,
        Shift.Role.SETUP,
        setup.title,
        teardown.starts_at,
        teardown.ends_at,
        setup.minimum,
        setup.maximum,
        setup.instructions,
        place="18階",
        lead=person("ben"),
    )
    change_shift(shift=setup, plan=moved, at=now, by=aiko)
    # Emi left early, and keeps the seat of the shift by being checked in.
    here = place_of(event, "emi")
    check_in(registration=here, at=now, by=aiko)
    step_down(signup=teardown.signups.active().get(volunteer=person("emi")), at=now, by=person("emi"))
    check_in(registration=place_of(event, "chie"), at=now, by=aiko)
    new = published("ML勉強会 #22 これから", hours=500, since=since, slot=slot)
    desk = f"/desk/events/{event.public_id}"
    return [
        ("many-shifts", "aiko", f"{desk}/shifts/"),
        ("many-shifts-one-that-is-short", "aiko", f"{desk}/shifts/{setup.pk}/"),
        ("kept-seat-cancel-shift", "aiko", f"{desk}/shifts/{teardown.pk}/cancellation/"),
        ("kept-seat-undo-check-in", "aiko", f"{desk}/registrations/{here.pk}/arrival/undo/"),
        ("many-shifts-overview", "aiko", f"{desk}/"),
        ("many-shifts-event", "finn", f"/events/{event.public_id}/"),
        ("many-shifts-stranger", "", f"/events/{event.public_id}/"),
        ("many-shifts-list", "dan", f"/events/{event.public_id}/shifts/"),
        ("no-shifts-yet", "aiko", f"/desk/events/{new.public_id}/shifts/"),
    ]
