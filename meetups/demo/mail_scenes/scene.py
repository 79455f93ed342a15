"""A meetup with people in all roles."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from meetups.accounts.models import User
from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import (
    Hold,
    Lottery,
    Registration,
    Slot,
)
from meetups.speakers.models import Rehearsal, Talk
from meetups.volunteers.models import Shift, Signup

# Saturday, 5 December 2026, 14:00 to 16:30 in Tokyo.
START = datetime(2026, 12, 5, 5, 0, tzinfo=UTC)
END = START + timedelta(hours=2, minutes=30)
PUBLISHED = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)
State = Registration.State


@dataclass
class Scene:
    """A published event of the ML study group, and its people."""

    language: str = "ja"
    fields: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        japanese = self.language == "ja"
        names = (
            ("愛子", "ベン", "千恵", "ダン", "絵美", "フィン")
            if japanese
            else ("Aiko", "Ben", "Chie", "Dan", "Emi", "Finn")
        )
        self.aiko, self.ben, self.chie, self.dan, self.emi, self.finn = (
            User.objects.create_user(f"{latin}@example.org", name, language=self.language)
            for latin, name in zip(("aiko", "ben", "chie", "dan", "emi", "finn"), names, strict=True)
        )
        self.community = Community.objects.create(
            slug="ml", name="ML勉強会" if japanese else "ML Study Group", language=self.language, founded_at=PUBLISHED
        )
        for person, role in ((self.aiko, Role.OWNER), (self.ben, Role.ORGANIZER), (self.chie, Role.RECEPTION)):
            Membership.objects.create(community=self.community, person=person, role=role, since=PUBLISHED)
        defaults: dict[str, Any] = {
            "title": "ML勉強会 #14 推薦システムの運用"
            if japanese
            else "ML Study Group #14: recommenders in production",
            "format": Event.Format.HYBRID,
            "venue_name": "六本木ホール" if japanese else "Roppongi Hall",
            "venue_address": "東京都港区六本木1-2-3" if japanese else "1-2-3 Roppongi, Minato, Tokyo",
            "join_url": "https://video.example/ml-14",
        }
        self.event = Event.objects.create(
            community=self.community,
            state=Event.State.PUBLISHED,
            starts_at=START,
            ends_at=END,
            created_at=PUBLISHED,
            published_at=PUBLISHED,
            schedule_since=PUBLISHED,
            language=self.language,
            **{**defaults, **self.fields},
        )
        self.general = self.slot("一般参加枠" if japanese else "General", Slot.Admission.LOTTERY, 60)
        self.duty = self.slot("撤収ボランティア枠" if japanese else "Teardown volunteers", Slot.Admission.DUTY, 4)
        self.invited = self.slot("登壇者枠" if japanese else "Speakers", Slot.Admission.INVITED, 5)
        self.lottery = Lottery.objects.create(
            slot=self.general,
            closes_at=START - timedelta(days=5, hours=2),
            draws_at=START - timedelta(days=4, hours=2),
            secret="0" * 64,
            commitment="1" * 64,
        )
        self.shift = Shift.objects.create(
            event=self.event,
            slot=self.duty,
            phase=Shift.Phase.TEARDOWN,
            role=Shift.Role.TEARDOWN,
            title="撤収" if japanese else "Teardown",
            instructions="机と椅子を元の配置に戻し、ゴミを分別します。"
            if japanese
            else "Put desks and chairs back and sort the trash.",
            starts_at=END,
            ends_at=END + timedelta(hours=1),
            minimum=2,
            maximum=4,
            step_down_until=START - timedelta(days=1),
        )
        self.setup = Shift.objects.create(
            event=self.event,
            phase=Shift.Phase.SETUP,
            role=Shift.Role.SETUP,
            title="設営" if japanese else "Setup",
            starts_at=START - timedelta(hours=2),
            ends_at=START - timedelta(hours=1),
            minimum=1,
            maximum=2,
            step_down_until=START - timedelta(days=1),
        )
        self.rehearsal = Rehearsal.objects.create(
            event=self.event,
            starts_at=START - timedelta(hours=18),
            ends_at=START - timedelta(hours=17),
            join_url="https://video.example/rehearsal",
        )

    def slot(self, name: str, admission: str, capacity: int) -> Slot:
        """Adds a slot."""
        return Slot.objects.create(
            event=self.event,
            name=name,
            admission=admission,
            capacity=capacity,
            closes_at=START,
            free_cancellation_ends_at=START - timedelta(hours=48),
            promotion_stops_at=START - timedelta(hours=24),
        )

    def registration(
        self,
        person: User,
        state: str = State.CONFIRMED,
        *,
        slot: Slot | None = None,
        since: datetime = PUBLISHED,
        **fields: Any,
    ) -> Registration:
        """Gives `person` a registration."""
        if state == State.CONFIRMED:
            fields["confirmed_at"] = since
        if state == State.APPLIED:
            fields.setdefault("entry_id", f"{person.pk:a>26}"[-26:])
        return Registration.objects.create(
            event=self.event,
            slot=slot or self.general,
            attendee=person,
            person_key=person.person_key,
            state=state,
            registered_at=since,
            **fields,
        )

    def signup(self, person: User, shift: Shift, *, since: datetime = PUBLISHED) -> Signup:
        """Signs `person` up for `shift`. If the shift guarantees a seat, `person` gets the seat too."""
        signup = Signup.objects.create(shift=shift, volunteer=person, signed_up_at=since)
        if shift.slot:
            registration = Registration.objects.active().filter(event=self.event, attendee=person).first()
            registration = registration or self.registration(person, slot=shift.slot, since=since)
            Hold.objects.create(
                registration=registration, kind=Hold.Kind.DUTY, slot=shift.slot, subject=signup.subject, since=since
            )
        return signup

    def talk(self, person: User, state: str = Talk.State.CONFIRMED, *, since: datetime = PUBLISHED) -> Talk:
        """Gives `person` a talk."""
        return Talk.objects.create(
            event=self.event,
            speaker=person,
            title="推薦システムを評価する" if self.language == "ja" else "Measuring recommendations",
            state=state,
            proposed_at=since,
            accepted_at=since,
            confirmed_at=since if state == Talk.State.CONFIRMED else None,
        )

    def tell(
        self,
        kind: str,
        person: User,
        subject: str,
        *,
        cause: str | int = "1",
        at: datetime,
        due_at: datetime | None = None,
        not_after: datetime | None = None,
    ) -> Notification:
        """Puts one message into the outbox."""
        row = notification(
            kind=kind,
            recipient_id=person.pk,
            thread=self.event.thread,
            subject=subject,
            cause=cause,
            at=at,
            due_at=due_at,
            not_after=not_after,
        )
        notify_all([row])
        return Notification.objects.get(key=row.key)

    def entry(self, subject: str, to_state: str, *, at: datetime, **details: Any) -> HistoryEntry:
        """Records a step in the history, as the cause of a message."""
        return record(
            thread=self.event.thread, subject=subject, verb="step", at=at, by=None, to_state=to_state, **details
        )
