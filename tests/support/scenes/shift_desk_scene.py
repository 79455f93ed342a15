"""The pages on which organizers arrange shifts, for tests: what is sent and seen there, and who hears of it."""

from datetime import datetime, timedelta

from django.core import mail
from django.test import Client

from meetups.events.models import Event
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = {
    "title": "撤収",
    "role": "teardown",
    "phase": "teardown",
    "starts": "2026-12-05T16:30",
    "ends": "2026-12-05T17:30",
    "minimum": "2",
    "maximum": "4",
    "instructions": "机と椅子を元の形に戻し、ゴミを分別します。",
}


def desk_url(event: Event, path: str = "") -> str:
    return f"/desk/events/{event.public_id}/shifts/{path}"


def sent(desk: Client, url: str, **fields: object) -> str:
    """The page's answer after a form was sent."""
    return str(desk.post(url, fields, follow=True).content.decode())


def seen(desk: Client, url: str) -> str:
    return str(desk.get(url).content.decode()).replace("<wbr>", "")


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("pk").select_related("recipient")
    return [row.recipient.email.partition("@")[0] for row in rows if row.recipient]


def letters(*, to: str, at: datetime = cast.NOW) -> list[mail.EmailMessage]:
    """The mails that reach `to` now."""
    mail.outbox.clear()
    deliver(at=at + timedelta(minutes=2))
    return [one for one in mail.outbox if one.to == [f"{to}@example.org"]]


def place(name: str, event: Event) -> tuple[str, str]:
    """The admission of the slot that `name` is in, and their state there."""
    mine = Registration.objects.filter(event=event, attendee=cast.person(name)).select_related("slot")
    registration = mine.order_by("-pk")[0]
    return registration.slot.admission, registration.state


def other_shift(event: Event, *, hours: float = 0, seat: bool = False, title: str = "受付", maximum: int = 2) -> Shift:
    """A shift of one hour that begins `hours` after the start of the event."""
    starts_at = event.starts_at + hours * HOUR
    plan = ShiftPlan(Shift.Phase.EVENT, Shift.Role.OTHER, title, starts_at, starts_at + HOUR, 1, maximum)
    return plan_shift(event=event, plan=plan, guarantees_seat=seat, at=cast.NOW, by=cast.person("aiko"))


def full_event() -> Event:
    """One seat, which Dan has; Finn waits; teardown needs two people."""
    event = cast.event(slots=[cast.first_come_plan(1), cast.duty_plan()])
    for name in ("dan", "finn"):
        cast.registered(name, event)
    return event
