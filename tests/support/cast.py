"""The cast, and the events of the tests. Everything is made through the actions that people use.

Aiko owns the community, Ben organizes, Chie does check-in, Dan attends, Emi speaks and does teardown, Finn is from elsewhere.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.test import Client
from django.utils.crypto import get_random_string

from meetups.accounts.models import User
from meetups.accounts.sessions import SessionStore
from meetups.communities.actions.found_community import found_community
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import EventPlan, RehearsalPlan
from meetups.registrations.actions.lottery.draw_lottery import draw_lottery
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.registration.register import register
from meetups.registrations.admission import usual_lottery_dates
from meetups.registrations.models import Lottery, Registration, Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.release_decisions import release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.models import Talk
from meetups.volunteers.actions.signups.sign_up import sign_up
from meetups.volunteers.models import Shift, Signup
from meetups.volunteers.shift_plan import ShiftPlan

# The time at the beginning: a Friday noon in Tokyo, two weeks before the event.
NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 5, 5, tzinfo=UTC)
ENDS_AT = datetime(2026, 12, 5, 7, 30, tzinfo=UTC)
# Entries close on November 30 at 23:59 in Tokyo, and the draw is on December 1 at noon.
CLOSES_AT = datetime(2026, 11, 30, 14, 59, tzinfo=UTC)
DRAWS_AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
PASSWORD = "meetup"

NAMES = {"aiko": "愛子", "ben": "ベン", "chie": "千恵", "dan": "ダン", "emi": "絵美", "finn": "フィン"}


def person(name: str = "dan", *, language: str = "ja") -> User:
    """The person with that name; the same one when called again. The address is verified, and the password is PASSWORD."""
    email = f"{name}@example.org"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, NAMES.get(name, name.title()), PASSWORD, language=language)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def signed_in(name: str, *, language: str = "en") -> Client:
    """A browser in which that person is signed in, and that uses this language. `Client.force_login` asks seven times as much."""
    user = person(name)
    if user.language != language:
        User.objects.filter(pk=user.pk).update(language=language)
    session = SessionStore(get_random_string(32, VALID_KEY_CHARS))
    who = {SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash()}
    session.update({**who, BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]})
    session.save(must_create=True)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client


def ticks(begin: datetime, end: datetime, *, near: Sequence[datetime]) -> Iterator[datetime]:
    """When the clock looks: every quarter of an hour close to the moments `near`, and every three hours between them.

    So what comes at a wrong time is seen as well, and what comes near a moment is seen to the quarter of an hour.
    """
    now = begin
    while now < end:
        yield now
        close = any(abs(moment - now) <= timedelta(hours=1) for moment in near)
        later = [moment - timedelta(hours=1) for moment in near if moment - timedelta(hours=1) > now]
        now = now + timedelta(minutes=15) if close else min(now + timedelta(hours=3), *later, end)


def people(count: int, *, called: str = "guest") -> list[User]:
    """`count` more people."""
    return [person(f"{called}{number}") for number in range(1, count + 1)]


def community(
    *, slug: str = "ml", name: str = "ML勉強会", owner: str = "aiko", at: datetime = NOW, **fields: Any
) -> Community:
    """The study group, owned by Aiko; the same one when called again."""
    found = Community.objects.filter(slug=slug).first()
    if found:
        return found
    usual = {"description": "機械学習の**実務**の話をします。", "language": "ja", "time_zone": "Asia/Tokyo"}
    return found_community(name=name, slug=slug, at=at, by=person(owner), **{**usual, **fields})


def member(name: str, role: Role, *, of: Community | None = None) -> User:
    """`name` with a role; for example, Ben as an organizer, Chie as check-in staff."""
    user = person(name)
    Membership.objects.get_or_create(community=of or community(), person=user, defaults={"role": role, "since": NOW})
    return user


def lottery_plan(
    capacity: int = 60, *, starts_at: datetime = STARTS_AT, at: datetime = NOW, name: str = "一般参加枠"
) -> SlotPlan:
    """The usual slot with a lottery."""
    return SlotPlan(name, Slot.Admission.LOTTERY, capacity, usual_lottery_dates(starts_at, "Asia/Tokyo", at))


def first_come_plan(capacity: int = 30, *, name: str = "先着枠") -> SlotPlan:
    """A slot that gives seats in order of registration."""
    return SlotPlan(name, Slot.Admission.FIRST_COME, capacity)


def duty_plan(*, name: str = "撤収ボランティア枠") -> SlotPlan:
    """The slot of volunteers; its capacity comes from the shifts."""
    return SlotPlan(name, Slot.Admission.DUTY, 0)


def invited_plan(capacity: int = 3, *, name: str = "登壇者枠") -> SlotPlan:
    """The slot of speakers."""
    return SlotPlan(name, Slot.Admission.INVITED, capacity)


def teardown_plan(*, ends_at: datetime = ENDS_AT, minimum: int = 2, maximum: int = 4) -> ShiftPlan:
    """Teardown: the hour after the end."""
    return ShiftPlan(
        Shift.Phase.TEARDOWN,
        Shift.Role.TEARDOWN,
        "撤収",
        ends_at,
        ends_at + timedelta(hours=1),
        minimum,
        maximum,
        "机と椅子を元の形に戻し、ゴミを分別します。",
    )


def event(
    *,
    of: Community | None = None,
    slots: list[SlotPlan] | None = None,
    shifts: list[ShiftPlan] | None = None,
    rehearsal: RehearsalPlan | None = None,
    publish: bool = True,
    at: datetime = NOW,
    **fields: Any,
) -> Event:
    """An on-site event in Tokyo: a lottery for 60, teardown with a guaranteed seat for 2 to 4, published at `at`.

    Its publication can't be taken back any more, as ten minutes later.

    `slots=[…]` replaces the usual slots, `shifts=[…]` the usual shift (any shift needs a duty slot); `fields` are those of Event.
    """
    of = of or community()
    usual: dict[str, Any] = {
        "title": "ML勉強会 #14 推薦システムの運用と評価",
        "description": "推薦を**運用する人**のための会です。",
        "language": "ja",
        "starts_at": STARTS_AT,
        "ends_at": ENDS_AT,
        "time_zone": "Asia/Tokyo",
        "venue_name": "六本木 18F",
        "venue_address": "東京都港区六本木6-10-1",
        "hashtag": "mlstudy",
    }
    fields = {**usual, **fields}
    if slots is None:
        slots = [lottery_plan(starts_at=fields["starts_at"], at=at), duty_plan()]
    if shifts is None:
        shifts = (
            [teardown_plan(ends_at=fields["ends_at"])]
            if any(slot.admission == Slot.Admission.DUTY for slot in slots)
            else []
        )
    plan = EventPlan(fields=fields, slots=slots, shifts=shifts, rehearsal=rehearsal)
    by = Membership.objects.filter(community=of, role=Role.OWNER).select_related("person").order_by("pk")[0].person
    planned = plan_event(community=of, plan=plan, at=at, by=by)
    if not publish:
        return planned
    published = publish_event(event=planned, at=at, by=by)
    published.undoable.all().delete()
    return published


def online_event(*, slots: list[SlotPlan] | None = None, **fields: Any) -> Event:
    """An online event with a rehearsal on the evening before; 100 seats, first come."""
    starts_at = fields.get("starts_at", datetime(2026, 12, 10, 10, tzinfo=UTC))
    usual: dict[str, Any] = {
        "title": "ML勉強会 #15 オンライン",
        "format": Event.Format.ONLINE,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "venue_name": "",
        "venue_address": "",
        "join_url": "https://video.example.com/ml15",
        "rehearsal": RehearsalPlan(starts_at - timedelta(hours=24), starts_at - timedelta(hours=23)),
    }
    return event(slots=slots or [first_come_plan(100, name="オンライン参加")], **{**usual, **fields})


def slot_of(event: Event, admission: Slot.Admission) -> Slot:
    """The first slot with that admission."""
    return event.slots.filter(admission=admission).in_order()[0]


def shift_of(event: Event) -> Shift:
    """The first shift of the event."""
    return event.shifts.in_order()[0]


def registered(who: User | str, event: Event, *, slot: Slot | None = None, at: datetime = NOW) -> Registration:
    """`who` registers for `slot`, or for the first slot that anyone can ask for."""
    who = person(who) if isinstance(who, str) else who
    return register(slot=slot or event.slots.general().in_order()[0], attendee=who, at=at)


def volunteering(who: User | str, event: Event, *, shift: Shift | None = None, at: datetime = NOW) -> Signup:
    """`who` takes the shift."""
    who = person(who) if isinstance(who, str) else who
    return sign_up(shift=shift or shift_of(event), volunteer=who, at=at)


def talk(
    who: User | str,
    event: Event,
    *,
    state: Talk.State = Talk.State.CONFIRMED,
    title: str = "オフライン評価はなぜ外れるのか",
    minutes: int = 20,
    at: datetime = NOW,
) -> Talk:
    """A talk of `who` in `state`: proposed, accepted or confirmed."""
    who = person(who) if isinstance(who, str) else who
    made = propose_talk(
        event=event, speaker=who, title=title, abstract="実際のログで確かめます。", minutes=minutes, at=at
    )
    if state == Talk.State.PROPOSED:
        return made
    made = decided(made, Talk.Decision.ACCEPT, at=at)
    if state == Talk.State.ACCEPTED:
        return made
    return confirm_talk(talk=made, speaker_slot_name="登壇者枠", at=at, by=who)


def decided(talk: Talk, decision: Talk.Decision, *, at: datetime = NOW) -> Talk:
    """Aiko decides about a proposal, and tells its speaker at once."""
    aiko = person("aiko")
    stage_decision(talk=talk, decision=decision, at=at, by=aiko)
    told = release_decisions(event=talk.event, decisions={talk.pk: decision}, at=at, by=aiko)
    [talk] = [*told.accepted, *told.rejected]
    return talk


def draw(event: Event, *, at: datetime = DRAWS_AT) -> Lottery:
    """Freezes, fetches and draws the lottery of `event`, as the clock does."""
    lottery = Lottery.objects.select_related("slot__event").get(slot__event=event)
    lottery = freeze_lottery(lottery=lottery, at=lottery.closes_at)
    lottery = fetch_randomness(lottery=lottery, at=at)
    return draw_lottery(lottery=lottery, at=at)
