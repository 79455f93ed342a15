"""Helpers to make the sample's events."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from meetups.accounts.models import User
from meetups.communities.models import Community
from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.lifecycle.actions.plan_event import plan_event
from meetups.lifecycle.actions.publish_event import publish_event
from meetups.lifecycle.new_event import EventPlan
from meetups.registrations.models import Slot
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.co_speakers.join_as_co_speaker import join_as_co_speaker
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.programme.change_break import change_break
from meetups.speakers.actions.talks.confirm_talk import confirm_talk
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.release_decisions import release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.models import Talk
from meetups.volunteers.actions.shifts.change_shift import change_shift
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan

TOKYO = "Asia/Tokyo"
BERLIN = "Europe/Berlin"
ROPPONGI = {"venue_name": "六本木オフィス 18F", "venue_address": "東京都港区六本木6-10", "venue_capacity": 60}


@dataclass(frozen=True)
class Sample:
    """The people and the time that all steps of the sample need."""

    at: datetime
    people: dict[str, User]
    crowd: list[User]

    def before(self, **distance: int) -> "Sample":
        return replace(self, at=self.at - timedelta(**distance))


def publish(sample: Sample, community: Community, plan: EventPlan) -> Event:
    """Ben plans an event and publishes it."""
    ben = sample.people["ben"]
    event = plan_event(community=community, plan=plan, at=sample.at, by=ben)
    return publish_event(event=event, at=sample.at, by=ben)


def first_slot(event: Event) -> Slot:
    """The first slot, which most people use."""
    found: Slot = event.slots.in_order()[0]
    return found


def give_talk(
    sample: Sample,
    event: Event,
    speaker: str,
    title: str,
    minutes: int,
    *,
    abstract: str = "",
    together_with: str = "",
    confirmed: bool = True,
) -> Talk:
    """A talk that is proposed, accepted and, by default, confirmed by its speakers."""
    person, at, aiko = sample.people[speaker], sample.at, sample.people["aiko"]
    talk = propose_talk(event=event, speaker=person, title=title, abstract=abstract, minutes=minutes, at=at)
    stage_decision(talk=talk, decision=Talk.Decision.ACCEPT, at=at, by=aiko)
    [talk] = release_decisions(event=event, decisions={talk.pk: Talk.Decision.ACCEPT}, at=at, by=aiko).accepted
    if confirmed:
        talk = confirm_talk(talk=talk, speaker_slot_name="登壇者枠", at=at, by=person)
    if together_with:
        other = sample.people[together_with]
        asked = ask_co_speaker(talk=talk, address=other.email, at=at, by=person)
        join_as_co_speaker(co_speaker=asked, at=at, by=other)
    return talk


def give_break(sample: Sample, event: Event, title: str, minutes: int, place: int, note: str = "") -> None:
    """Adds a break before line `place` of the programme (from 0), with a note for the MC."""
    aiko = sample.people["aiko"]
    pause = add_break(event=event, title=title, minutes=minutes, place=place, at=sample.at, by=aiko)
    if note:
        change_break(pause=pause, note=note, at=sample.at, by=aiko)


def teardown(ends_at: datetime, language: str, *, place: str = "", lead: User | None = None) -> ShiftPlan:
    """The plan of a teardown shift for an event that ends at `ends_at`."""
    japanese = language == "ja"
    return ShiftPlan(
        phase=Shift.Phase.TEARDOWN,
        role=Shift.Role.TEARDOWN,
        title="撤収" if japanese else "Teardown",
        instructions="机と椅子を元の配置に戻し、ゴミを分別します。"
        if japanese
        else "Put desks and chairs back and sort the trash.",
        starts_at=ends_at,
        ends_at=ends_at + timedelta(hours=1),
        minimum=2,
        maximum=4,
        place=place,
        lead=lead,
    )


def say_where(sample: Sample, shift: Shift, place: str, lead: User, *, needs_approval: bool = False) -> None:
    """Ben sets the place of a usual shift and the person to contact."""
    names = ("title", "starts_at", "ends_at", "minimum", "maximum", "instructions")
    kept = {name: getattr(shift, name) for name in names}
    plan = ShiftPlan(
        Shift.Phase(shift.phase), Shift.Role(shift.role), **kept, place=place, lead=lead, needs_approval=needs_approval
    )
    change_shift(shift=shift, plan=plan, at=sample.at, by=sample.people["ben"])


def saturday(at: datetime, days: int, zone: str) -> datetime:
    """14:00 in `zone` on the first Saturday that is at least `days` after `at`."""
    day = at.astimezone(ZoneInfo(zone)).date() + timedelta(days=days)
    return at_wall(day + timedelta(days=(5 - day.weekday()) % 7), time(14), zone)
