"""Things to do and history: a full list with late ones, what is done, an empty list, one thing. For `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.events.models import Event
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.runbook.models import Todo
from tests.looks.scene import person, published

LONG = "会場スポンサーの申請書を出し、入館に必要な全員の名前を警備室の様式に書いて、2階の総務にも同じものを渡しておく"


def things_to_do() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 30)
    since = timezone.now() - timedelta(days=9)
    full, empty = (
        published(title, hours=24 * 12, since=since, slot=slot) for title in ("ML勉強会 #31", "ML勉強会 #32")
    )
    aiko, ben = (full.community.memberships.get(person=person(name)) for name in ("aiko", "ben"))
    for number in range(7):
        Todo.objects.create(
            event=full, title=f"準備 {number + 1}", days=-40 + number, owner=ben, done_at=since, done_by=person("aiko")
        )
    for title, days, owner in (
        (LONG, -14, ben),
        ("Book a table for the speakers’ dinner", -13, None),
        ("告知を出す", -12, aiko),
        ("食べ物と飲み物を注文する", -7, ben),
        ("司会を決める", -5, aiko),
        ("会場に参加人数を伝える", -3, None),
        ("椅子を並べる", 0, ben),
        ("費用を精算する", 7, aiko),
    ):
        chased_at = timezone.now() if days == -14 else None
        Todo.objects.create(event=full, title=title, days=days, owner=owner, chased_at=chased_at)
    sample = Event.objects.get(title__contains="#14")
    desk = f"/desk/events/{full.public_id}"
    return [
        ("desk-todos", "aiko", f"{desk}/todos/"),
        ("desk-todos-done", "aiko", f"{desk}/todos/?show=done"),
        ("desk-todos-none", "aiko", f"/desk/events/{empty.public_id}/todos/"),
        ("desk-todo", "aiko", f"{desk}/todos/{Todo.objects.get(title=LONG).pk}/"),
        ("desk-todos-overview", "aiko", f"{desk}/"),
        ("desk-history", "aiko", f"/desk/events/{sample.public_id}/history/"),
        ("desk-history-talks", "aiko", f"/desk/events/{sample.public_id}/history/?what=talks"),
        ("desk-history-nothing", "aiko", f"{desk}/history/?what=talks"),
    ]
