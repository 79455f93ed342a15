"""Scenes that the sample lacks: a seat that is handed over, and an attendance check. For `make looks`."""

from datetime import datetime, timedelta

from django.utils import timezone

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.links import cancellation_token, offer_token, reconfirmation_token
from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import EventPlan
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.actions.reconfirmation.reconfirm import reconfirm
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Offer, Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.tasks import reconfirm_seats


def person(name: str) -> User:
    """A person of the sample."""
    return User.objects.get(email=f"{name}@example.com")


def published(title: str, *, hours: int, since: datetime, slot: SlotPlan) -> Event:
    """An event of the study group, `hours` from now, published at `since`, with one slot."""
    starts_at = (timezone.now() + timedelta(hours=hours)).replace(second=0, microsecond=0)
    fields = {
        "title": title,
        "description": "二席だけの会です。",
        "language": "ja",
        "format": Event.Format.ON_SITE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "time_zone": "Asia/Tokyo",
        "venue_name": "六本木 18F",
        "venue_address": "東京都港区六本木6-10",
    }
    community = Community.objects.get(slug="ml-study")
    event = plan_event(community=community, plan=EventPlan(fields=fields, slots=[slot]), at=since, by=person("ben"))
    return publish_event(event=event, at=since, by=person("ben"))


def full(title: str, *, hours: int, since: datetime) -> tuple[Event, dict[str, Registration]]:
    """An event, `hours` from now, with two seats for Dan and Finn; Emi and Chie are in the queue."""
    event = published(title, hours=hours, since=since, slot=SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 2))
    slot = event.slots.get()
    names = ("dan", "finn", "emi", "chie")
    return event, {name: register(slot=slot, attendee=person(name), at=since) for name in names}


def seats_on_their_way() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now = timezone.now()
    since = now - timedelta(days=6)
    passed, there = full("ML勉強会 #15 検索の評価", hours=36, since=since)
    leave_event(event=passed, person=person("finn"), at=now, by=person("finn"))
    offer = Offer.objects.get(taker=there["emi"])
    asked, here = full("ML勉強会 #16 ベクトル検索", hours=120, since=since)
    plan_reconfirmation(
        slot=asked.slots.get(),
        ask_at=since + timedelta(hours=96),
        answer_by=asked.starts_at - timedelta(hours=49),
        releases_silent=True,
        at=since,
        by=person("ben"),
    )
    reconfirm_seats(since + timedelta(hours=96))
    reconfirm(registration=here["finn"], at=now, by=person("finn"))
    return [
        ("hand-over-offer", "", f"/offers/{offer_token(offer.pk)}/"),
        ("hand-over-pass-on", "dan", f"/events/{passed.public_id}/registration/cancellation/"),
        ("hand-over-from-mail", "", f"/cancellations/{cancellation_token(there['dan'].pk)}/"),
        ("hand-over-on-its-way", "", f"/cancellations/{cancellation_token(there['finn'].pk)}/"),
        ("hand-over-my-registration", "finn", f"/events/{passed.public_id}/registration/"),
        ("hand-over-offered", "emi", f"/events/{passed.public_id}/registration/"),
        ("reconfirm", "", f"/reconfirmations/{reconfirmation_token(here['dan'].pk)}/"),
        ("reconfirm-said-yes", "", f"/reconfirmations/{reconfirmation_token(here['finn'].pk)}/"),
        ("reconfirm-my-registration", "dan", f"/events/{asked.public_id}/registration/"),
        ("reconfirm-event", "dan", f"/events/{asked.public_id}/"),
    ]
