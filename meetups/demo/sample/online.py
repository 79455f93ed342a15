"""The sample's events with a stream: one online, with its rehearsal tomorrow, and one hybrid, in English."""

from datetime import time, timedelta

from meetups.communities.models import Community
from meetups.core.zones import days_before
from meetups.demo.sample.steps import (
    BERLIN,
    TOKYO,
    Sample,
    first_slot,
    give_break,
    give_talk,
    publish,
    say_where,
    teardown,
)
from meetups.events.models import Event
from meetups.lifecycle.new_event import EventPlan, RehearsalPlan
from meetups.registrations.actions.registration.register import register
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.slides.add_slides import add_slides
from meetups.speakers.actions.slides.answer_publication import answer_publication
from meetups.speakers.actions.talks.prepare_talk import Preparation, prepare_talk
from meetups.speakers.models import Readiness
from meetups.volunteers.actions.shifts.plan_usual_shifts import plan_usual_shifts
from meetups.volunteers.actions.signups.assign_shift import assign_shift
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.teardown.write_usual_chores import write_usual_chores


def make_online(sample: Sample, community: Community) -> None:
    """Makes an event that takes place in two days. Of its two talks, one is nearly ready and one is not."""
    starts_at = days_before(sample.at, -2, time(20), TOKYO)
    rehearsal_at = days_before(starts_at, 1, time(20), TOKYO)
    then = sample.before(days=5)
    at, aiko, ben, emi = then.at, *(sample.people[name] for name in ("aiko", "ben", "emi"))
    fields = {
        "title": "ML勉強会 番外編 論文をみんなで読む夜",
        "description": "1本の論文を声に出して読みます。カメラもマイクも任意、途中参加も歓迎です。",
        "language": "ja",
        "hashtag": "mlstudy",
        "format": Event.Format.ONLINE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "time_zone": TOKYO,
        "join_url": "https://example.com/meet/ml-study",
        # No reminder was due before the demo began.
        "reminder_times": "1 18:00, 0 12:00",
    }
    plan = EventPlan(
        fields,
        [SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 100), SlotPlan("登壇者枠", Slot.Admission.INVITED, 3)],
        rehearsal=RehearsalPlan(
            rehearsal_at, rehearsal_at + timedelta(hours=1), "https://example.com/meet/ml-rehearsal"
        ),
    )
    event = publish(then, community, plan)
    for person in [sample.people["dan"], *sample.crowd[:14]]:
        register(slot=first_slot(event), attendee=person, at=at)
    stream, mc = plan_usual_shifts(event=event, roles=["stream", "mc"], at=at, by=ben)
    assign_shift(shift=stream, volunteer=ben, at=at, by=aiko)
    assign_shift(shift=mc, volunteer=aiko, at=at, by=aiko)
    ready = give_talk(then, event, "emi", "読む前に知っておきたい3つの図", 20, together_with="chie")
    give_talk(then, event, "finn", "Reading the appendix first", 15)
    give_break(then, event, "開会", 5, 0)
    prepare_talk(
        talk=ready,
        preparation=Preparation(
            ready.title, "検索サービスの会社で、評価を担当しています。", laptop=Readiness.Equipment.OWN
        ),
        at=at,
        by=emi,
    )
    add_slides(talk=ready, url="https://example.com/slides/three-figures", at=at, by=emi)
    answer_publication(talk=ready, answer=Readiness.Publication.YES, at=at, by=emi)


def make_in_english(sample: Sample, community: Community) -> None:
    """Makes a hybrid event in Berlin, with a call for speakers and all usual shifts."""
    starts_at = days_before(sample.at, -13, time(18, 30), BERLIN)
    ends_at = starts_at + timedelta(hours=2)
    then = sample.before(days=4)
    aiko, ben = sample.people["aiko"], sample.people["ben"]
    fields = {
        "title": "ML Study Group #5: Forecasting with little data",
        "description": DESCRIPTION,
        "language": "en",
        "hashtag": "mlstudygroup",
        "format": Event.Format.HYBRID,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": BERLIN,
        "venue_name": "Library, 2nd floor",
        "venue_address": "Torstraße 6, 10119 Berlin",
        "venue_capacity": 30,
        "join_url": "https://example.com/meet/ml-group",
    }
    slots = [
        SlotPlan("General", Slot.Admission.LOTTERY, 12, usual_lottery_dates(starts_at, BERLIN, then.at)),
        SlotPlan("Volunteers", Slot.Admission.DUTY, 0),
        SlotPlan("Speakers", Slot.Admission.INVITED, 2),
    ]
    rehearsal_at = days_before(starts_at, 1, time(20), BERLIN)
    plan = EventPlan(
        fields,
        slots,
        [teardown(ends_at, "en", place="Reading room", lead=ben)],
        RehearsalPlan(rehearsal_at, rehearsal_at + timedelta(hours=1), "https://example.com/meet/ml-group-rehearsal"),
    )
    event = publish(then, community, plan)
    for person in sample.crowd[:9]:
        register(slot=first_slot(event), attendee=person, at=then.at)
    usual = plan_usual_shifts(event=event, roles=["setup", "reception", "stream", "mc"], at=then.at, by=ben)
    say_where(then, usual[0], "Reading room", ben)
    say_where(then, usual[1], "Entrance hall", aiko)
    for shift, volunteer in zip(usual[:3], sample.crowd[9:12], strict=True):
        sign_up(shift=shift, volunteer=volunteer, at=then.at)
    write_usual_chores(event=event, at=then.at, by=ben)
    call_for_speakers(
        community=community,
        event=event,
        text=CALL,
        closes_at=days_before(event.starts_at, 5, time(20), BERLIN),
        at=then.at,
        by=aiko,
    )
    give_talk(then, event, "ben", "Ten rows are a data set", 30, abstract=TEN_ROWS)
    give_talk(then, event, "emi", "Holidays move, and so does the season", 25)
    give_break(then, event, "Opening", 10, 0, note="Where the exits are; the stream is live.")
    give_break(then, event, "Break", 15, 2)
    give_break(then, event, "Open discussion", 30, 4, note="One microphone for questions from the stream.")


DESCRIPTION = """How far can you get when there are forty rows and a deadline? Two talks, then open discussion.

- Doors open at 18:00
- The room is step-free; the elevator is behind reception
- The stream is open to everyone with a seat
"""
CALL = """We’re looking for one more **20-minute** talk: a forecast that had to be made before there was enough data.
"""
TEN_ROWS = """What a prior is worth when there is nothing else, and how to say “we don’t know” in a meeting.
"""
