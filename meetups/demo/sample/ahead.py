"""Future events of the sample's study group: #14, which is being prepared, and an event that was cancelled."""

from datetime import time, timedelta

from meetups.communities.models import Community
from meetups.core.zones import days_before
from meetups.demo.sample.steps import (
    ROPPONGI,
    TOKYO,
    Sample,
    first_slot,
    give_break,
    give_talk,
    publish,
    saturday,
    say_where,
    teardown,
)
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.messages.write_message import write_message
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.new_event import EventPlan
from meetups.registrations.actions.registration.register import register
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.runbook.actions.add_todo import add_todo
from meetups.runbook.actions.tick_todo import tick_todo
from meetups.runbook.things import TodoPlan
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.programme.change_talk_line import change_talk_line
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.models import Talk
from meetups.volunteers.actions.shifts.plan_usual_shifts import plan_usual_shifts
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.actions.teardown.copy_chores import copy_chores
from meetups.volunteers.models import Shift


def make_lottery(sample: Sample, community: Community) -> None:
    """Makes #14, ten days ahead, with everything that is still open: entries, shifts, talks, a scheduled message."""
    starts_at = saturday(sample.at, 8, TOKYO)
    then = sample.before(days=3)
    ends_at = starts_at + timedelta(minutes=150)
    fields = {
        "title": "ML勉強会 #14 推薦システムの運用と評価",
        "hook": "作るより、動かし続けるほうが難しい。\n推薦を3年育てた人の、失敗も込みの話。",
        "other_title": "ML Study Group #14: Running and evaluating recommenders",
        "other_hook": "Building one is the easy part.\nThree years of keeping one alive, failures included.",
        "other_description": IN_ENGLISH,
        "venue_directions": "LL階の総合受付で「ML勉強会」と伝える\n入館証を受け取る\n18階のセミナールームへ。エレベーターは受付の奥",
        "other_venue_name": "Roppongi Office 18F",
        "other_venue_address": "6-10 Roppongi, Minato, Tokyo",
        "other_venue_directions": "Say “ML Study Group” at the main desk on floor LL\nTake your visitor badge\n"
        "The seminar room is on floor 18; the lifts are behind the desk",
        "description": DESCRIPTION,
        "language": "ja",
        "hashtag": "mlstudy",
        "format": Event.Format.ON_SITE,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "time_zone": TOKYO,
        "reminder_times": "7 12:00, 1 18:00, 0 10:00",
        **ROPPONGI,
    }
    slots = [
        SlotPlan("一般参加枠", Slot.Admission.LOTTERY, 40, usual_lottery_dates(starts_at, TOKYO, then.at)),
        SlotPlan("学生枠", Slot.Admission.FIRST_COME, 8),
        SlotPlan("ボランティア枠", Slot.Admission.DUTY, 0),
        SlotPlan("登壇者枠", Slot.Admission.INVITED, 3),
    ]
    ben = sample.people["ben"]
    event = publish(
        then, community, EventPlan(fields, slots, [teardown(ends_at, "ja", place="18F セミナールーム", lead=ben)])
    )
    general, student = event.slots.in_order()[:2]
    for person in sample.crowd[:47]:
        register(slot=general, attendee=person, at=then.at)
    for person in sample.crowd[47:53]:
        register(slot=student, attendee=person, at=then.at)
    _shifts(then, event)
    _talks(then, event)
    _things_to_do(then, event)
    copy_chores(event=event, source=Event.objects.get(community=community, title__contains="#13"), at=then.at, by=ben)
    write_message(
        event=event,
        texts=MESSAGE,
        audience=Audience(states=("confirmed",), speakers=True, volunteers=True),
        send_at=days_before(starts_at, 1, time(12), TOKYO),
        at=then.at,
        by=sample.people["aiko"],
    )


def _shifts(then: Sample, event: Event) -> None:
    """Makes the shifts. Setup has one of the two people it needs. Organizers choose the MC. Emi does the teardown."""
    aiko, ben, chie, emi = (then.people[name] for name in ("aiko", "ben", "chie", "emi"))
    setup, reception, mc = plan_usual_shifts(event=event, roles=["setup", "reception", "mc"], at=then.at, by=ben)
    for shift, place, lead in ((setup, "18F セミナールーム", ben), (reception, "1F ロビー", chie), (mc, "", aiko)):
        say_where(then, shift, place, lead, needs_approval=shift == mc)
    [teardown_] = event.shifts.filter(phase=Shift.Phase.TEARDOWN)
    for shift, volunteer in zip((setup, reception, reception, mc, teardown_), then.crowd[53:58], strict=True):
        sign_up(shift=shift, volunteer=volunteer, at=then.at)
    sign_up(shift=teardown_, volunteer=emi, at=then.at)


def _things_to_do(then: Sample, event: Event) -> None:
    """Two are done, one is late, one no one has taken."""
    team = {one.person_id: one.pk for one in event.community.memberships.all()}
    aiko, ben = then.people["aiko"], then.people["ben"]
    for title, days, owner, is_done in (
        ("会場を予約する", -42, ben, True),
        ("イベントを告知する", -28, aiko, True),
        ("懇親会の店を予約する", -15, ben, False),
        ("食べ物と飲み物を注文する", -7, ben, False),
        ("司会を決める", -5, aiko, False),
        ("会場に参加人数を伝える", -3, None, False),
        ("案内ポスターと名札を印刷する", -1, aiko, False),
        ("登壇者とボランティアにお礼を伝える", 1, aiko, False),
    ):
        plan = TodoPlan(title, days, team[owner.pk] if owner else None)
        add_todo(event=event, plan=plan, at=then.at, by=aiko)
        if is_done:
            tick_todo(todo=event.todos.get(title=title), done=True, at=then.at, by=owner or aiko)


def _talks(then: Sample, event: Event) -> None:
    """Makes two talks with breaks. Of three more, one waits for Emi, one for sending its decision, and one has no decision."""
    at, aiko = then.at, then.people["aiko"]
    call_for_speakers(
        community=event.community,
        event=event,
        text=CALL,
        closes_at=days_before(event.starts_at, 4, time(23), TOKYO),
        at=at,
        by=aiko,
    )
    first = give_talk(
        then, event, "ben", "古書店の推薦システムを3年運用して学んだこと", 40, abstract=BOOKS, together_with="aiko"
    )
    change_talk_line(talk=first, note="質疑は10分。録画なし", at=at, by=aiko)
    give_talk(then, event, "chie", "受付から見た推薦システム", 15)
    give_break(then, event, "開会", 10, 0, note="会場の案内、写真を撮られたくない方への一言、#mlstudy")
    give_break(then, event, "休憩", 15, 2, note="窓を開ける。次の登壇者の接続を確認する")
    give_break(then, event, "閉会", 10, 4)
    give_talk(then, event, "emi", "オフライン評価はなぜ外れるのか", 40, confirmed=False)
    decided, _open = (
        propose_talk(event=event, speaker=then.people[who], title=title, abstract=abstract, minutes=20, at=at)
        for who, title, abstract in (
            ("finn", "Bandits in a small shop", "What we tried, what it cost, and when a simple rule was better."),
            ("emi", "推薦をやめた書棚の話", "やめると決めるまでに見た数字と、やめたあとの売上。"),
        )
    )
    stage_decision(talk=decided, decision=Talk.Decision.ACCEPT, at=at, by=aiko)
    invite_speaker(
        event=event,
        name="山本（推薦システムの本の著者）",
        address="",
        note=INVITATION,
        minutes=30,
        language="ja",
        at=at,
        by=aiko,
    )


def make_cancelled(sample: Sample, community: Community) -> None:
    """Makes a cancelled event, with attendees who were told."""
    starts_at = saturday(sample.at, 20, TOKYO)
    then = sample.before(days=10)
    fields = {
        "title": "ML勉強会 もくもく会",
        "description": "会場の都合により中止します。申し込んでくださった方にはメールでお知らせしました。",
        "language": "ja",
        "format": Event.Format.ON_SITE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "time_zone": TOKYO,
        "venue_name": "渋谷オフィス 5F",
        "venue_address": "東京都渋谷区渋谷2-21",
    }
    event = publish(then, community, EventPlan(fields, [SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 12)]))
    general = first_slot(event)
    for person in [sample.people["dan"], *sample.crowd[:7]]:
        register(slot=general, attendee=person, at=then.at)
    cancel_event(event=event, at=then.at + timedelta(days=2), by=sample.people["aiko"])


IN_ENGLISH = """\
How do you keep a recommender alive after it is built, and how do you tell good from bad? People who run one in production tell us.

The talks are in Japanese; slides are in English.

- For people who have built a recommender
- For people whose offline numbers and online results disagree
"""
DESCRIPTION = """推薦システムを作ったあと、どう動かし続け、どう良し悪しを測るのか。現場で運用している人たちに話してもらいます。

推薦を作ったことがある方、オフライン評価とオンラインの結果が合わずに悩んでいる方へ。ビルの入館証は**受付でお渡しします**。
"""
CALL = """推薦システムを**運用して**分かったことを、20分で話してくださる方を探しています。失敗談も歓迎します。
"""
BOOKS = """在庫が1冊ずつしかない店で、推薦システムは何を薦めればよいのか。作り直した3回と、やめた2つの機能について話します。
"""
INVITATION = """ご著書を拝読し、ぜひ直接お話をうかがいたいと思いました。20分でも40分でもかまいません。
"""
MESSAGE = {
    "ja": {
        "subject": "明日の入館について",
        "body": "明日はどうぞよろしくお願いします。\n\n- 土曜日は**正面玄関が閉まっています**。裏の通用口からお入りください\n- 受付は1階のロビーです",
    },
    "en": {
        "subject": "How to get in tomorrow",
        "body": "See you tomorrow.\n\n- On Saturdays the **front door is closed**: please use the back entrance\n- Check-in is in the lobby",
    },
}
