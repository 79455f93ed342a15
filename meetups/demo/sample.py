"""The sample communities: what a newcomer finds after `make demo`.

Everything is made by the actions that people use, told a time at which they would have been used.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from meetups.accounts.models import User
from meetups.communities.actions.accept_invitation import accept_invitation
from meetups.communities.actions.found_community import found_community
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Community
from meetups.communities.permissions import Role
from meetups.core.zones import at_wall, days_before
from meetups.demo.sample_slides import publish_sample_slides
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.planning import EventPlan, RehearsalPlan
from meetups.notifications.models import Notification
from meetups.registrations.actions.check_in import check_in
from meetups.registrations.actions.register import register
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import Lottery, Slot
from meetups.registrations.opening import SlotPlan
from meetups.speakers.actions.confirm_talk import confirm_talk
from meetups.speakers.actions.propose_talk import propose_talk
from meetups.speakers.actions.release_decisions import release_decisions
from meetups.speakers.actions.stage_decision import stage_decision
from meetups.speakers.models import Talk
from meetups.volunteers.actions.sign_up import sign_up
from meetups.volunteers.models import Shift
from meetups.volunteers.planning import ShiftPlan

PASSWORD = "meetups"
CAST = {
    "aiko": ("愛子", "ja"),
    "ben": ("ベン", "ja"),
    "chie": ("千恵", "ja"),
    "dan": ("ダン", "ja"),
    "emi": ("絵美", "ja"),
    "finn": ("Finn", "en"),
}
TOKYO = "Asia/Tokyo"
BERLIN = "Europe/Berlin"
ON_SITE = Event.Format.ON_SITE
ONLINE = Event.Format.ONLINE


@dataclass(frozen=True)
class Sample:
    """The people and the time that the making of the sample passes around."""

    at: datetime
    people: dict[str, User]
    crowd: list[User]

    def before(self, **distance: int) -> "Sample":
        return replace(self, at=self.at - timedelta(**distance))


def make_sample(*, at: datetime) -> str:
    """Makes the sample as of `at` and returns the lines that say who can sign in. Made once: a second call only says so."""
    if not Community.objects.filter(slug="ml-study").exists():
        sample = Sample(at, _cast(), _crowd())
        japanese = _community(sample.before(days=90), "ml-study", "ML勉強会", "ja", TOKYO, ABOUT_JA)
        english = _community(sample.before(days=90), "ml-meetup", "ML Study Group", "en", BERLIN, ABOUT_EN)
        _past(sample, japanese)
        _lottery(sample, japanese)
        _online(sample, japanese)
        _cancelled(sample, japanese)
        _in_english(sample, english)
        # These people were told long ago; the page of mails begins with the visitor's own.
        Notification.objects.waiting().update(state=Notification.State.VOID, settled_at=at)
    lottery = Lottery.objects.get(slot__event__title__contains="#14")
    draw = lottery.draws_at.astimezone(ZoneInfo(TOKYO)).isoformat(timespec="minutes")
    return "\n".join(
        [
            f"aiko@example.com   愛子 (Aiko), owner of both communities        password: {PASSWORD}",
            f"ben@example.com    ベン (Ben), organizer                          password: {PASSWORD}",
            f"chie@example.com   千恵 (Chie), reception                         password: {PASSWORD}",
            f"dan@example.com    ダン (Dan), attendee                           password: {PASSWORD}",
            f"emi@example.com    絵美 (Emi), speaker and teardown volunteer     password: {PASSWORD}",
            f"finn@example.com   Finn, from elsewhere, reads English           password: {PASSWORD}",
            "",
            "Begin as Dan with ML勉強会 #14 and enter its lottery. To see the draw now rather than on its day, in another terminal:",
            f"    .venv/bin/python manage.py tick --at {draw}",
        ]
    )


def _cast() -> dict[str, User]:
    # Hashing takes a while on purpose; six people with one password need it once.
    password = make_password(PASSWORD)
    people = {
        key: User(email=f"{key}@example.com", name=name, language=language, password=password)
        for key, (name, language) in CAST.items()
    }
    User.objects.bulk_create(people.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True) for person in people.values()
    )
    return people


def _crowd() -> list[User]:
    nobody = make_password(None)
    return User.objects.bulk_create(
        User(email=f"guest{number}@example.com", name=f"参加者{number}", language="ja", password=nobody)
        for number in range(1, 61)
    )


def _community(sample: Sample, slug: str, name: str, language: str, zone: str, about: str) -> Community:
    aiko = sample.people["aiko"]
    community = found_community(
        name=name, slug=slug, description=about, language=language, time_zone=zone, at=sample.at, by=aiko
    )
    for key, role in (("ben", Role.ORGANIZER), ("chie", Role.RECEPTION)):
        person = sample.people[key]
        invitation = invite_member(community=community, email=person.email, role=role, at=sample.at, by=aiko)
        accept_invitation(invitation=invitation, at=sample.at, by=person)
    return community


def _publish(sample: Sample, community: Community, plan: EventPlan) -> Event:
    ben = sample.people["ben"]
    event = plan_event(community=community, plan=plan, at=sample.at, by=ben)
    return publish_event(event=event, at=sample.at, by=ben)


def _talk(sample: Sample, event: Event, speaker: str, title: str, minutes: int, *, confirmed: bool = True) -> Talk:
    person, at = sample.people[speaker], sample.at
    talk = propose_talk(event=event, speaker=person, title=title, abstract="", minutes=minutes, at=at)
    stage_decision(talk=talk, decision=Talk.Decision.ACCEPT, at=at, by=sample.people["aiko"])
    decisions = {talk.pk: Talk.Decision.ACCEPT}
    [talk] = release_decisions(event=event, decisions=decisions, at=at, by=sample.people["aiko"]).accepted
    return confirm_talk(talk=talk, speaker_slot_name="登壇者枠", at=at, by=person) if confirmed else talk


def _teardown(ends_at: datetime, language: str) -> ShiftPlan:
    japanese = language == "ja"
    return ShiftPlan(
        phase=Shift.Phase.TEARDOWN,
        title="撤収" if japanese else "Teardown",
        instructions="机と椅子を元の形に戻し、ゴミを分別します。"
        if japanese
        else "Put desks and chairs back and sort the rubbish.",
        starts_at=ends_at,
        ends_at=ends_at + timedelta(hours=1),
        minimum=2,
        maximum=4,
    )


def _saturday(at: datetime, days: int, zone: str) -> datetime:
    """14:00 on the first Saturday that is at least `days` after `at`, there."""
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return at_wall(day + timedelta(days=(5 - day.weekday()) % 7), time(14), zone)


def _past(sample: Sample, community: Community) -> None:
    then = sample.before(days=60)
    starts_at = days_before(sample.at, 35, time(19), TOKYO)
    fields = {
        "title": "ML勉強会 #13 埋め込みの作り方と使い方",
        "description": "埋め込みを作るところから、検索と分類に使うところまで。資料は下のプログラムから読めます。",
        "language": "ja",
        "hashtag": "mlstudy",
        "format": ON_SITE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "time_zone": TOKYO,
        "venue_name": "六本木 18F",
        "venue_address": "東京都港区六本木6-10",
        "venue_capacity": 60,
    }
    slots = [
        SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 40),
        SlotPlan("撤収ボランティア枠", Slot.Admission.DUTY, 0),
        SlotPlan("登壇者枠", Slot.Admission.INVITED, 2),
    ]
    event = _publish(then, community, EventPlan(fields, slots, [_teardown(starts_at + timedelta(hours=2), "ja")]))
    titles = {"ben": "文の埋め込みを日本語で学習する", "emi": "埋め込みで問い合わせを仕分ける"}
    talks = {speaker: _talk(then, event, speaker, title, 30) for speaker, title in titles.items()}
    general = event.slots.in_order().first()
    assert general is not None
    for person in [sample.people["dan"], *sample.crowd[:27]]:
        registration = register(slot=general, attendee=person, at=then.at)
        check_in(registration=registration, at=starts_at - timedelta(minutes=20), by=sample.people["chie"])
    publish_sample_slides(event, talks, by=sample.people["ben"])


def _lottery(sample: Sample, community: Community) -> None:
    starts_at = _saturday(sample.at, 8, TOKYO)
    then = sample.before(days=3)
    fields = {
        "title": "ML勉強会 #14 推薦システムの運用と評価",
        "description": LOTTERY_JA,
        "language": "ja",
        "hashtag": "mlstudy",
        "format": ON_SITE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=150),
        "time_zone": TOKYO,
        "venue_name": "六本木 18F",
        "venue_address": "東京都港区六本木6-10",
        "venue_capacity": 60,
    }
    slots = [
        SlotPlan("一般参加枠", Slot.Admission.LOTTERY, 40, usual_lottery_dates(starts_at, TOKYO, then.at)),
        SlotPlan("学生枠", Slot.Admission.FIRST_COME, 8),
        SlotPlan("撤収ボランティア枠", Slot.Admission.DUTY, 0),
        SlotPlan("登壇者枠", Slot.Admission.INVITED, 3),
    ]
    event = _publish(then, community, EventPlan(fields, slots, [_teardown(starts_at + timedelta(minutes=150), "ja")]))
    general, student = event.slots.in_order()[:2]
    for person in sample.crowd[:47]:
        register(slot=general, attendee=person, at=then.at)
    for person in sample.crowd[47:53]:
        register(slot=student, attendee=person, at=then.at)
    _talk(then, event, "ben", "古本屋の推薦を3年運用して学んだこと", 40)
    _talk(then, event, "emi", "オフライン評価はなぜ外れるのか", 40, confirmed=False)
    propose_talk(
        event=event,
        speaker=sample.people["finn"],
        title="Bandits in a small shop",
        abstract="What we tried, what it cost, and when a simple rule was better.",
        minutes=20,
        at=then.at,
    )
    shift = event.shifts.in_order().first()
    assert shift is not None
    sign_up(shift=shift, volunteer=sample.crowd[53], at=then.at)


def _online(sample: Sample, community: Community) -> None:
    starts_at = days_before(sample.at, -6, time(20), TOKYO)
    rehearsal_at = days_before(starts_at, 1, time(20), TOKYO)
    then = sample.before(days=5)
    fields = {
        "title": "ML勉強会 番外編 論文をみんなで読む夜",
        "description": "1本の論文を声に出して読みます。カメラもマイクも任意、途中参加も歓迎です。",
        "language": "ja",
        "hashtag": "mlstudy",
        "format": ONLINE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "time_zone": TOKYO,
        "join_url": "https://example.com/meet/ml-study",
    }
    plan = EventPlan(
        fields,
        [SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 100), SlotPlan("登壇者枠", Slot.Admission.INVITED, 2)],
        rehearsal=RehearsalPlan(
            rehearsal_at, rehearsal_at + timedelta(hours=1), "https://example.com/meet/ml-rehearsal"
        ),
    )
    event = _publish(then, community, plan)
    general = event.slots.in_order().first()
    assert general is not None
    for person in [sample.people["dan"], *sample.crowd[:18]]:
        register(slot=general, attendee=person, at=then.at)
    _talk(then, event, "emi", "読む前に知っておきたい3つの図", 20)


def _cancelled(sample: Sample, community: Community) -> None:
    starts_at = _saturday(sample.at, 20, TOKYO)
    then = sample.before(days=10)
    fields = {
        "title": "ML勉強会 もくもく会",
        "description": "会場の都合により中止します。申し込んでくださった方にはメールでお知らせしました。",
        "language": "ja",
        "format": ON_SITE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=3),
        "time_zone": TOKYO,
        "venue_name": "渋谷 5F",
        "venue_address": "東京都渋谷区渋谷2-21",
    }
    event = _publish(then, community, EventPlan(fields, [SlotPlan("一般参加枠", Slot.Admission.FIRST_COME, 12)]))
    general = event.slots.in_order().first()
    assert general is not None
    for person in [sample.people["dan"], *sample.crowd[:7]]:
        register(slot=general, attendee=person, at=then.at)
    cancel_event(event=event, at=then.at + timedelta(days=2), by=sample.people["aiko"])


def _in_english(sample: Sample, community: Community) -> None:
    starts_at = days_before(sample.at, -13, time(18, 30), BERLIN)
    ends_at = starts_at + timedelta(hours=2)
    then = sample.before(days=4)
    fields = {
        "title": "ML Study Group #5: Forecasting with little data",
        "description": ENGLISH,
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
        SlotPlan("Teardown volunteers", Slot.Admission.DUTY, 0),
        SlotPlan("Speakers", Slot.Admission.INVITED, 2),
    ]
    rehearsal_at = days_before(starts_at, 1, time(20), BERLIN)
    plan = EventPlan(
        fields,
        slots,
        [_teardown(ends_at, "en")],
        RehearsalPlan(rehearsal_at, rehearsal_at + timedelta(hours=1), "https://example.com/meet/ml-group-rehearsal"),
    )
    event = _publish(then, community, plan)
    general = event.slots.in_order().first()
    assert general is not None
    for person in sample.crowd[:9]:
        register(slot=general, attendee=person, at=then.at)
    _talk(then, event, "ben", "Ten rows are a data set", 30)


ABOUT_JA = """機械学習を仕事で使う人のための勉強会です。発表は長くても短くても、失敗談も歓迎します。

**来られなかった人のために**、資料は必ず公開します。撤収を手伝ってくださる方には、必ず席を用意します。
"""
ABOUT_EN = """A study group for people who use machine learning at work. Long talks, short talks, and stories of what went wrong.

Slides are always published, **for those who could not come**. Whoever helps to tear down is certain to get in.
"""
LOTTERY_JA = """推薦システムを作ったあと、どう動かし続け、どう良し悪しを測るのか。現場で運用している人たちに話してもらいます。

## こんな方へ

- 推薦を作ったことがある、または作ろうとしている
- オフライン評価とオンラインの結果が合わずに悩んでいる

## 当日について

受付は開始30分前からです。ビルの入館証は**受付でお渡しします**。懇親会はありません。
"""
ENGLISH = """How far can you get when there are forty rows and a deadline? Two talks, then open discussion.

- Doors open at 18:00
- The room is step-free; the lift is behind the reception
- The stream is open to everyone with a seat
"""
