"""Past events of the sample's study group: one with everything published, one that waits for its organizers, and one whose
teardown is still going on.
"""

from datetime import time, timedelta

from meetups.communities.models import Community
from meetups.core.zones import days_before
from meetups.demo.sample.room import room_photo
from meetups.demo.sample.slides import give_sample_slides, publish_sample_slides
from meetups.demo.sample.steps import (
    ROPPONGI,
    TOKYO,
    Sample,
    first_slot,
    give_break,
    give_talk,
    publish,
    teardown,
)
from meetups.events.models import Event
from meetups.lifecycle.new_event import EventPlan
from meetups.registrations.actions.arrivals.check_in import check_in
from meetups.registrations.actions.registration.register import register
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.teardown.add_chore import add_chore
from meetups.volunteers.actions.teardown.add_room_photo import add_room_photo
from meetups.volunteers.actions.teardown.copy_chores import copy_chores
from meetups.volunteers.actions.teardown.tick_chore import tick_chore
from meetups.volunteers.actions.teardown.write_usual_chores import write_usual_chores
from meetups.volunteers.models import Chore
from meetups.volunteers.teardown_list import ChoreLine


def make_past(sample: Sample, community: Community) -> None:
    """Makes #13: it has attendees, public slides, and the photo and list for teardown that the next event copies."""
    then = sample.before(days=60)
    ben = sample.people["ben"]
    starts_at = days_before(sample.at, 35, time(19), TOKYO)
    ends_at = starts_at + timedelta(hours=2)
    fields = {
        "title": "ML勉強会 #13 埋め込みの作り方と使い方",
        "description": "埋め込みを作るところから、検索と分類に使うところまで。資料は下のタイムテーブルから読めます。",
        "language": "ja",
        "hashtag": "mlstudy",
        "format": Event.Format.ON_SITE,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": TOKYO,
        **ROPPONGI,
    }
    slots = [
        SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 40),
        SlotPlan("撤収ボランティア枠", Slot.Admission.DUTY, 0),
        SlotPlan("登壇者枠", Slot.Admission.INVITED, 2),
    ]
    event = publish(then, community, EventPlan(fields, slots, [teardown(ends_at, "ja")]))
    talks = {
        "ben": give_talk(then, event, "ben", "日本語の文埋め込みを学習する", 30, abstract=LEARNING),
        "emi": give_talk(then, event, "emi", "埋め込みで問い合わせを仕分ける", 30, abstract=SORTING),
    }
    give_break(then, event, "休憩", 10, place=1)
    general = first_slot(event)
    for person in [sample.people["dan"], *sample.crowd[:19]]:
        registration = register(slot=general, attendee=person, at=then.at)
        check_in(registration=registration, at=starts_at - timedelta(minutes=20), by=sample.people["chie"])
    write_usual_chores(event=event, at=starts_at, by=ben)
    badges = ChoreLine(Chore.Sort.DO, "入館証の数を数えて受付に返す", "全部で15枚")
    add_chore(event=event, line=badges, at=starts_at, by=ben)
    add_room_photo(event=event, upload=room_photo(800, 600), caption="入口から見た全体。机は4列", at=starts_at, by=ben)
    publish_sample_slides(event, talks, by=ben)


def make_to_finish(sample: Sample, community: Community) -> None:
    """Makes an event that ended some days ago. Its organizers still have to publish slides and to record the teardown."""
    then = sample.before(days=30)
    ben = sample.people["ben"]
    starts_at = days_before(sample.at, 6, time(19), TOKYO)
    ends_at = starts_at + timedelta(hours=2)
    fields = {
        "title": "ML勉強会 LT会 秋の失敗談",
        "description": "1人10分で、うまくいかなかったことを話します。",
        "language": "ja",
        "format": Event.Format.ON_SITE,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": TOKYO,
        **ROPPONGI,
    }
    slots = [
        SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 20),
        SlotPlan("撤収ボランティア枠", Slot.Admission.DUTY, 0),
        SlotPlan("登壇者枠", Slot.Admission.INVITED, 2),
    ]
    event = publish(
        then, community, EventPlan(fields, slots, [teardown(ends_at, "ja", place="18F セミナールーム", lead=ben)])
    )
    talks = {
        "ben": give_talk(then, event, "ben", "学習データを3か月分なくした日", 10),
        "emi": give_talk(then, event, "emi", "誰も見なかったダッシュボード", 10),
    }
    give_sample_slides(event, talks)
    shift = event.shifts.get()
    for volunteer in sample.crowd[7:9]:
        sign_up(shift=shift, volunteer=volunteer, at=then.at)
    general = first_slot(event)
    for person in [sample.people["dan"], *sample.crowd[9:11]]:
        registration = register(slot=general, attendee=person, at=then.at)
        check_in(registration=registration, at=starts_at - timedelta(minutes=15), by=sample.people["chie"])


def make_just_over(sample: Sample, community: Community) -> None:
    """Makes an event that ended less than an hour ago, at any time of day.

    A teardown volunteer finds the list on their page, half ticked.
    """
    then = sample.before(days=9)
    emi, ben = sample.people["emi"], sample.people["ben"]
    ends_at = sample.at - timedelta(minutes=15)
    ends_at = ends_at.replace(minute=ends_at.minute // 15 * 15, second=0, microsecond=0)
    starts_at = ends_at - timedelta(hours=2)
    fields = {
        "title": "ML勉強会 読書会 オフライン評価の章",
        "description": "各自で読んできて、分からなかったところを持ち寄ります。",
        "language": "ja",
        "format": Event.Format.ON_SITE,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": TOKYO,
        **ROPPONGI,
    }
    slots = [
        SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 12),
        SlotPlan("撤収ボランティア枠", Slot.Admission.DUTY, 0),
    ]
    event = publish(
        then, community, EventPlan(fields, slots, [teardown(ends_at, "ja", place="18F セミナールーム", lead=ben)])
    )
    shift = event.shifts.get()
    for volunteer in (emi, sample.crowd[0]):
        sign_up(shift=shift, volunteer=volunteer, at=then.at)
    general = first_slot(event)
    for person in sample.crowd[1:7]:
        registration = register(slot=general, attendee=person, at=then.at)
        check_in(registration=registration, at=starts_at - timedelta(minutes=10), by=sample.people["chie"])
    copy_chores(event=event, source=Event.objects.get(community=community, title__contains="#13"), at=then.at, by=ben)
    for number, chore in enumerate(Chore.objects.filter(event=event, sort=Chore.Sort.DO).in_order()[:6]):
        done_at = ends_at + timedelta(minutes=3 + 2 * number)
        tick_chore(chore=chore, done=True, at=done_at, by=(emi, ben)[number % 2])


LEARNING = """日本語の文埋め込みを、手元のGPU1枚で学習します。データの集め方、負例の選び方、評価までを話します。
"""
SORTING = """1日3,000件の問い合わせを、分類器を作らずに埋め込みだけで振り分けた半年の記録です。
"""
