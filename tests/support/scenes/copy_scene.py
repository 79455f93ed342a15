"""An event with everything that can hang on it, people included: what a copy is made from."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from meetups.communities.models import Community
from meetups.core.zones import days_before
from meetups.events.models import Event
from meetups.lifecycle.actions.messages.write_message import write_message
from meetups.lifecycle.actions.pictures.add_picture import add_picture
from meetups.lifecycle.audience import Audience
from meetups.lifecycle.new_event import RehearsalPlan
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.actions.questions.ask_question import ask_question
from meetups.registrations.actions.questions.retire_question import retire_question
from meetups.registrations.actions.reconfirmation.plan_reconfirmation import plan_reconfirmation
from meetups.registrations.admission import LotteryDates
from meetups.registrations.models import Slot
from meetups.registrations.new_slots import SlotPlan
from meetups.registrations.questions.question_steps import QuestionPlan
from meetups.registrations.questions.questions import QuestionKind
from meetups.runbook.models import Todo
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.programme.add_break import add_break
from meetups.volunteers.models import Chore
from tests.support import cast
from tests.support.scenes import teardown_scene


def full_event(
    starts_at: datetime = cast.STARTS_AT,
    zone: str = "Asia/Tokyo",
    *,
    at: datetime = cast.NOW,
    of: Community | None = None,
) -> Event:
    """A hybrid event on the evening of `starts_at` for two hours and a half, published `at`. Dan, Emi, Finn and Gin have a part."""
    aiko, ends_at = cast.person("aiko"), starts_at + timedelta(minutes=150)
    draws_at = days_before(starts_at, 4, time(12), zone)
    closes_at = days_before(starts_at, 5, time(23, 59), zone)
    rehearsal = days_before(starts_at, 1, time(20), zone)
    event = cast.event(
        of=of,
        slots=[
            SlotPlan("一般参加枠", Slot.Admission.LOTTERY, 40, LotteryDates(closes_at, draws_at)),
            cast.first_come_plan(20),
            cast.duty_plan(),
            cast.invited_plan(),
        ],
        shifts=[cast.teardown_plan(ends_at=ends_at)],
        rehearsal=RehearsalPlan(rehearsal, rehearsal + timedelta(hours=1), "https://video.example.com/try"),
        format=Event.Format.HYBRID,
        join_url="https://video.example.com/ml14",
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        at=at,
    )
    first_come = cast.slot_of(event, Slot.Admission.FIRST_COME)
    stops = first_come.promotion_stops_at
    plan_reconfirmation(
        slot=first_come,
        ask_at=stops - timedelta(days=5),
        answer_by=stops - timedelta(days=2),
        releases_silent=True,
        at=at,
        by=aiko,
    )
    for label in ("ご所属", "もう聞かない質問"):
        ask_question(slot=first_come, plan=QuestionPlan(QuestionKind.TEXT, label), at=at, by=aiko)
    first_come.refresh_from_db()
    retire_question(slot=first_come, id=first_come.questions[1]["id"], at=at, by=aiko)
    call_for_speakers(
        community=event.community,
        event=event,
        text="**事例**を募集します。",
        closes_at=starts_at - timedelta(days=14),
        at=at,
        by=aiko,
    )
    add_break(event=event, title="開場とあいさつ", minutes=10, at=at, by=aiko)
    teardown_scene.line(event)
    teardown_scene.line(event, "床を引きずらない", sort=Chore.Sort.DO_NOT)
    teardown_scene.photo(event)
    add_picture(event=event, upload=teardown_scene.picture(), alt="机の並べ方", at=at, by=aiko)
    for title, days, done in (("会場を予約する", -42, True), ("食事を注文する", -7, False)):
        Todo.objects.create(
            event=event, title=title, days=days, owner=aiko.memberships.filter(community=event.community).first(),
            done_at=at if done else None, done_by=aiko if done else None,
        )  # fmt: skip
    event.shifts.update(help_at=starts_at - timedelta(days=3))
    write_message(
        event=event,
        texts={"ja": {"subject": "会場への入り方", "body": "入口は**裏**です。"}},
        audience=Audience(states=("confirmed",), slots=(first_come.public_id,)),
        send_at=starts_at - timedelta(days=1),
        stands_until=starts_at,
        at=at,
        by=aiko,
    )
    cast.registered("dan", event, at=at)
    cast.registered("gin", event, slot=first_come, at=at)
    cast.volunteering("finn", event, at=at)
    cast.talk("emi", event, at=at)
    invite_attendees(slot=first_come, invitees=[Invitee("hana@example.org")], above=False, at=at, by=aiko)
    return event


def wall(instant: datetime, zone: str) -> tuple[date, time]:
    """What the calendar and the clocks of `zone` show."""
    local = instant.astimezone(ZoneInfo(zone))
    return local.date(), local.time()
