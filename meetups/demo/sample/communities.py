"""The sample communities, which a newcomer finds after `make demo`.

Everything is made by the actions that people use, each with a suitable time.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import F

from meetups.accounts.models import User
from meetups.communities.actions.accept_invitation import accept_invitation
from meetups.communities.actions.describe_community import describe_community
from meetups.communities.actions.found_community import found_community
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.identity import Hue
from meetups.communities.models import Community
from meetups.communities.permissions import Role
from meetups.demo.sample.ahead import make_cancelled, make_lottery
from meetups.demo.sample.online import make_in_english, make_online
from meetups.demo.sample.past import make_just_over, make_past, make_to_finish
from meetups.demo.sample.steps import BERLIN, TOKYO, Sample
from meetups.notifications.models import Notification
from meetups.registrations.models import Lottery
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community

PASSWORD = "meetups"  # noqa: S105 - everyone may know the demo’s password
CAST = {
    "aiko": ("愛子", "ja"),
    "ben": ("ベン", "ja"),
    "chie": ("千恵", "ja"),
    "dan": ("ダン", "ja"),
    "emi": ("絵美", "ja"),
    "finn": ("Finn", "en"),
}
CROWD = (
    "相原 美咲",
    "井沢 健太",
    "植村 彩乃",
    "榎本 直樹",
    "大槻 さくら",
    "梶原 大輔",
    "北沢 千夏",
    "久保田 俊介",
    "古賀 玲奈",
    "榊 拓也",
    "志村 葵",
    "杉浦 誠",
    "関口 真由",
    "高梨 亮",
    "津田 陽子",
    "戸田 悠人",
    "永井 恵",
    "西尾 涼",
    "野口 里穂",
    "早川 孝志",
)


def make_sample(*, at: datetime) -> str:
    """Makes the sample as of `at` and returns the lines with the accounts for signing in.

    A second call only returns the lines.
    """
    if not Community.objects.filter(slug="ml-study").exists():
        sample = Sample(at, _cast(), _crowd())
        japanese = _community(sample.before(days=90), "ml-study", "ML勉強会", "ja", TOKYO, ABOUT_JA)
        english = _community(sample.before(days=90), "ml-meetup", "ML Study Group", "en", BERLIN, ABOUT_EN)
        _say_who_they_are(sample.before(days=89), japanese, english)
        make_past(sample, japanese)
        make_to_finish(sample, japanese)
        make_just_over(sample, japanese)
        make_lottery(sample, japanese)
        make_online(sample, japanese)
        make_cancelled(sample, japanese)
        make_in_english(sample, english)
        _standing_calls(sample.before(days=30), japanese, english)
        # These people got their mails long ago. The page of mails begins with the visitor's own.
        Notification.objects.waiting().update(state=Notification.State.SENT, settled_at=F("created_at"))
    lottery = Lottery.objects.get(slot__event__title__contains="#14")
    draw = lottery.draws_at.astimezone(ZoneInfo(TOKYO)).isoformat(timespec="minutes")
    return "\n".join(
        [
            f"aiko@example.com   愛子 (Aiko), owner of both communities        password: {PASSWORD}",
            f"ben@example.com    ベン (Ben), organizer                          password: {PASSWORD}",
            f"chie@example.com   千恵 (Chie), check-in staff                    password: {PASSWORD}",
            f"dan@example.com    ダン (Dan), attendee                           password: {PASSWORD}",
            f"emi@example.com    絵美 (Emi), speaker and teardown volunteer     password: {PASSWORD}",
            f"finn@example.com   Finn, from elsewhere, reads English           password: {PASSWORD}",
            "",
            "Begin as Dan with ML勉強会 #14: enter its lottery, or sign up for a shift and get a guaranteed seat.",
            "Emi’s page has a teardown list to tick, a talk to confirm and one to prepare. On Aiko’s dashboard, #14 has shifts that",
            "need people, a program, a decision to send and a scheduled message; 番外編 has a rehearsal and open speaker checklists;",
            "LT会 has slides to publish and a teardown that no one has recorded yet.",
            "To see the draw now rather than on its day, in another terminal:",
            f"    .venv/bin/python manage.py tick --at {draw}",
        ]
    )


def _cast() -> dict[str, User]:
    # Hashing is slow on purpose. Six people with the same password need it only once.
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
        User(email=f"guest{number}@example.com", name=_crowd_name(number), language="ja", password=nobody)
        for number in range(1, 61)
    )


def _crowd_name(number: int) -> str:
    """The names of CROWD in order.

    In each later round the given names move to other families, so that no two people have the same name.
    """
    turn, place = divmod(number - 1, len(CROWD))
    family, given = CROWD[place].split()[0], CROWD[(place + 7 * turn) % len(CROWD)].split()[1]
    return f"{family} {given}"


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


def _say_who_they_are(sample: Sample, japanese: Community, english: Community) -> None:
    """Both write a motto; one chooses its letter, the other its colour."""
    for community, chosen in (
        (japanese, {"motto": MOTTO_JA, "chosen_letter": "学"}),
        (english, {"motto": MOTTO_EN, "chosen_hue": Hue.BOTAN.value}),
    ):
        kept = {name: getattr(community, name) for name in ("name", "description", "language", "time_zone")}
        describe_community(community=community, **kept, **chosen, at=sample.at, by=sample.people["aiko"])
        community.refresh_from_db()


def _standing_calls(sample: Sample, japanese: Community, english: Community) -> None:
    """Both communities take proposals all year. In each, one proposal waits."""
    for community, text, speaker, title, abstract in (
        (
            japanese,
            CALL_JA,
            "chie",
            "小さな会社で検索を3回作り直した話",
            "何を測らずに作って失敗したか、順に話します。",
        ),
        (english, CALL_EN, "finn", "A forecast that no one read", "Why we stopped, and what we send instead."),
    ):
        call_for_speakers(
            community=community, event=None, text=text, closes_at=None, at=sample.at, by=sample.people["aiko"]
        )
        propose_to_community(
            community=community,
            speaker=sample.people[speaker],
            title=title,
            abstract=abstract,
            minutes=20,
            at=sample.at,
        )


ABOUT_JA = """機械学習を仕事で使う人のための勉強会です。発表は長くても短くても、失敗談も歓迎します。

**参加できなかった方のために**、資料は必ず公開します。撤収を手伝ってくださる方は、必ず参加できます。
"""
ABOUT_EN = """A study group for people who use machine learning at work. Long talks, short talks, and stories of what went wrong.

Slides are always published, **for people who couldn’t come**. Help with teardown and you’re guaranteed a seat.
"""
MOTTO_JA = "うまくいった話も、失敗した話も。機械学習を仕事で使う人の勉強会です。"
MOTTO_EN = "What went well, what went wrong: machine learning at work."
CALL_JA = """5分でも40分でも、初めてでも歓迎します。合う回が決まったら、こちらからご連絡します。
"""
CALL_EN = """Five minutes or forty, your first talk or your fiftieth. We’ll get in touch as soon as we have a date that fits.
"""
