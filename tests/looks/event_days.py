"""Scenes that the sample lacks: an event on its day at the door and online, and one that is over. For `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import EventPlan
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.teardown.add_chore import add_chore
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.looks.scene import person
from tests.looks.teardown import LINES


def an_event(title: str, *, hours: float, form: str = Event.Format.ON_SITE, seats: int = 40) -> Event:
    """An event of the study group that begins in `hours`, in which Dan and Emi have a seat and Emi does teardown."""
    at = timezone.now()
    since = at - timedelta(days=20)
    starts_at = (at + timedelta(days=20)).replace(second=0, microsecond=0)
    fields = {
        "title": title,
        "hook": "作るより、動かし続けるほうが難しい。\n推薦を3年育てた人の、失敗も込みの話。",
        "description": "推薦システムを作ったあと、どう動かし続け、どう良し悪しを測るのか。",
        "other_title": f"ML Study Group {title.split()[1]}: On its day",
        "language": "ja",
        "format": form,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2, minutes=30),
        "time_zone": "Asia/Tokyo",
        "join_url": "https://example.com/meet/ml-21" if form != Event.Format.ON_SITE else "",
    }
    if form != Event.Format.ONLINE:
        way_in = (
            "LL階の総合受付で「ML勉強会」と伝える\n入館証を受け取る\n18階のセミナールームへ。エレベーターは受付の奥"
        )
        in_english = "Say “ML Study Group” at the main desk on floor LL\nTake your visitor badge\nGo to the seminar room on floor 18"
        fields |= {"venue_name": "六本木オフィス 18F", "venue_address": "東京都港区六本木6-10-1 18階"}
        fields |= {"venue_directions": way_in, "other_venue_directions": in_english}
    slot = SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, seats)
    community = Community.objects.get(slug="ml-study")
    event = plan_event(community=community, plan=EventPlan(fields=fields, slots=[slot]), at=since, by=person("ben"))
    event = publish_event(event=event, at=since, by=person("ben"))
    ends_at = event.ends_at
    plan = ShiftPlan(Shift.Phase.TEARDOWN, Shift.Role.TEARDOWN, "撤収", ends_at, ends_at + timedelta(hours=1), 2, 4)
    shift = plan_shift(event=event, plan=plan, guarantees_seat=False, at=since, by=person("ben"))
    for name in ("dan", "emi", "finn"):
        register(slot=event.slots.get(), attendee=person(name), at=since)
    sign_up(shift=shift, volunteer=person("emi"), at=since)
    for line in LINES[:4]:
        add_chore(event=event, line=line, at=since, by=person("ben"))
    # The day comes: all of it moves by the same distance.
    begins = at + timedelta(hours=hours)
    Event.objects.filter(pk=event.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=2, minutes=30))
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=begins + timedelta(hours=2, minutes=30), ends_at=begins + timedelta(hours=3, minutes=30)
    )
    event.refresh_from_db()
    return event


def days_of_events() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    door = an_event("ML勉強会 #21 受付の日", hours=1.5)
    online = an_event("ML勉強会 #22 配信の日", hours=0.7, form=Event.Format.ONLINE)
    both = an_event("ML勉強会 #23 会場と配信", hours=0.5, form=Event.Format.HYBRID)
    over = an_event("ML勉強会 #24 終わった会", hours=-30)
    for registration in Registration.objects.confirmed().filter(event=over, attendee__isnull=False)[:2]:
        check_in(registration=registration, at=over.starts_at, by=person("chie"))
    cancelled = an_event("ML勉強会 #25 中止の会", hours=50)
    cancel_event(event=cancelled, at=timezone.now(), by=person("aiko"))
    return [
        ("day-on-site", "dan", f"/events/{door.public_id}/"),
        ("day-on-site-volunteer", "emi", f"/events/{door.public_id}/"),
        ("day-on-site-ticket", "dan", f"/events/{door.public_id}/registration/"),
        ("day-on-site-teardown", "emi", f"/events/{door.public_id}/teardown/"),
        ("day-on-site-stranger", "", f"/events/{door.public_id}/"),
        ("day-online", "dan", f"/events/{online.public_id}/"),
        ("day-hybrid", "dan", f"/events/{both.public_id}/"),
        ("day-cancelled", "", f"/events/{cancelled.public_id}/"),
        ("day-cancelled-mine", "dan", f"/events/{cancelled.public_id}/"),
        ("day-over", "", f"/events/{over.public_id}/"),
        ("day-over-who-came", "dan", f"/events/{over.public_id}/"),
    ]
