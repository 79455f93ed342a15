"""Scenes that the sample lacks: talks with several speakers, a rehearsal that is over, and an event in half an hour.

For `make looks`.
"""

from datetime import timedelta

from django.utils import timezone

from meetups.communities.models import Community
from meetups.core.links import mailed_token
from meetups.events.models import Event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.actions.tick_presence import tick_presence
from meetups.lifecycle.new_event import EventPlan, RehearsalPlan
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.actions.rehearsal.report_connection import report_connection
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.prepare_talk import Preparation, prepare_talk
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.models import CoSpeaker, Presence, Talk
from tests.looks.scene import person

Occasion = Presence.Occasion


def speakers_together() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    event = _event()
    first = _talk(event, "emi", "大規模言語モデルの出力を評価する、三つのやり方", with_whom=("finn", "dan"))
    _talk(event, "ben", "検索と推薦のあいだ")
    asked = ask_co_speaker(talk=first, address="someone@example.com", at=timezone.now(), by=person("emi"))
    preparation = Preparation(title=first.title, bio="検索の会社で評価を担当しています。")
    prepare_talk(talk=first, preparation=preparation, at=timezone.now(), by=person("emi"))
    tick_presence(
        event=event, person=person("emi"), occasion=Occasion.REHEARSAL, seen=True, at=timezone.now(), by=person("aiko")
    )
    tick_presence(
        event=event, person=person("emi"), occasion=Occasion.CONNECTION, seen=True, at=timezone.now(), by=person("ben")
    )
    report_connection(event=event, person=person("finn"), at=timezone.now())
    mine = CoSpeaker.objects.get(talk=first, person=person("finn"))
    page, desk = f"/events/{event.public_id}", f"/desk/events/{event.public_id}"
    return [
        ("prepare-talk-together", "emi", f"/talks/{first.pk}/preparation/"),
        ("prepare-talk-co-speaker", "finn", f"/talks/{first.pk}/preparation/"),
        ("co-speaker-asked", "", f"/co-speakers/{mailed_token(asked)}/"),
        ("co-speaker-asked-somebody-else", "chie", f"/co-speakers/{mailed_token(asked)}/"),
        ("co-speaker-leaves", "finn", f"/co-speakers/{mine.pk}/end/"),
        ("co-speaker-taken-off", "emi", f"/co-speakers/{mine.pk}/end/"),
        ("connection-speaker", "dan", f"{page}/connection/"),
        ("connection-speaker-here", "finn", f"{page}/connection/"),
        ("connection-speaker-seen", "emi", f"{page}/connection/"),
        ("event-held-together", "finn", f"{page}/"),
        ("desk-connections", "aiko", f"{desk}/connections/"),
        ("desk-rehearsal-people", "aiko", f"{desk}/rehearsal/"),
        ("desk-rehearsal-removal", "aiko", f"{desk}/rehearsal/removal/"),
        ("desk-readiness-together", "aiko", f"{desk}/talks/readiness/"),
        ("desk-co-speakers", "aiko", f"{desk}/talks/{first.pk}/co-speakers/"),
    ]


def _event() -> Event:
    now = timezone.now()
    starts_at = now + timedelta(minutes=30)
    aiko = person("aiko")
    plan = EventPlan(
        fields={
            "title": "ML勉強会 #20 オンライン",
            "language": "ja",
            "format": Event.Format.ONLINE,
            "time_zone": "Asia/Tokyo",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "join_url": "https://example.com/meet/ml-20",
        },
        slots=[SlotPlan("オンライン参加", Slot.Admission.FIRST_COME, 100)],
        rehearsal=RehearsalPlan(
            starts_at - timedelta(hours=24), starts_at - timedelta(hours=23), "https://example.com/meet/ml-20-rehearsal"
        ),
    )
    since = now - timedelta(days=3)
    event = plan_event(community=Community.objects.get(slug="ml-study"), plan=plan, at=since, by=aiko)
    return publish_event(event=event, at=since, by=aiko)


def _talk(event: Event, speaker: str, title: str, *, with_whom: tuple[str, ...] = ()) -> Talk:
    at = timezone.now() - timedelta(days=2)
    talk = propose_talk(event=event, speaker=person(speaker), title=title, abstract="", minutes=20, at=at)
    Talk.objects.filter(pk=talk.pk).update(state=Talk.State.ACCEPTED, accepted_at=at)
    talk = confirm_talk(talk=talk, speaker_slot_name="登壇者枠", at=at, by=person(speaker))
    for name in with_whom:
        asked = ask_co_speaker(talk=talk, address=person(name).email, at=at, by=person(speaker))
        join_as_co_speaker(co_speaker=asked, at=at, by=person(name))
    return talk
