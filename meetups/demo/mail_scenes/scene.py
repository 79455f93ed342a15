"""One meetup with everybody in it, and a message of every kind."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from meetups.accounts.models import User
from meetups.communities.models import Community, Invitation, Membership
from meetups.communities.permissions import Role
from meetups.demo.mail_scenes.arranged import arranged
from meetups.demo.mail_scenes.co_speakers import co_speakers, left_open
from meetups.demo.mail_scenes.messages import organizer_message
from meetups.demo.mail_scenes.programme import talk_moved
from meetups.demo.mail_scenes.slides import slides_kinds
from meetups.demo.mail_scenes.speakers import speakers_found
from meetups.demo.mail_scenes.volunteers import after_it, handovers
from meetups.events.models import Event
from meetups.history.models import HistoryEntry, record
from meetups.notifications.models import Notification, Preference, Topic
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import (
    HeldPlace,
    Hold,
    Lottery,
    Offer,
    PairInvitation,
    Reconfirmation,
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
    """A published event of the ML study group, and the cast."""

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
        """One more slot."""
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
        """`person` has a place."""
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
        """`person` has taken `shift`; where it guarantees a seat, she has that too."""
        signup = Signup.objects.create(shift=shift, volunteer=person, signed_up_at=since)
        if shift.slot:
            registration = Registration.objects.active().filter(event=self.event, attendee=person).first()
            registration = registration or self.registration(person, slot=shift.slot, since=since)
            Hold.objects.create(
                registration=registration, kind=Hold.Kind.DUTY, slot=shift.slot, subject=signup.subject, since=since
            )
        return signup

    def talk(self, person: User, state: str = Talk.State.CONFIRMED, *, since: datetime = PUBLISHED) -> Talk:
        """`person` has a talk."""
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
        """A step in the history, as the cause of a message."""
        return record(
            thread=self.event.thread, subject=subject, verb="step", at=at, by=None, to_state=to_state, **details
        )


def pair_kinds(scene: Scene, lead: Registration, *, at: datetime) -> list[Notification]:
    """What two who enter a lottery together are told."""
    name = "和真" if scene.language == "ja" else "Kazuma"
    partner = User.objects.create_user("kazuma@example.org", name, language=scene.language)
    second = scene.registration(partner, State.APPLIED, lead=lead)
    accepted = PairInvitation.objects.create(lead=lead, state=PairInvitation.State.ACCEPTED, made_at=at)
    return [
        scene.tell("pair_entered", partner, second.subject, at=at),
        scene.tell("pair_accepted", lead.person, accepted.subject, at=at),
        scene.tell("pair_declined", lead.person, accepted.subject, at=at),
        scene.tell("pair_parted", lead.person, accepted.subject, at=at),
    ]


def shift_marks(scene: Scene, *, at: datetime) -> list[Notification]:
    """What is told of a shift that somebody asked for or did not come to, and of the answer or correction."""
    missed, corrected = (
        Signup.objects.create(
            shift=scene.shift,
            volunteer=User.objects.create_user(f"{mark}@example.org", mark.title(), language=scene.language),
            signed_up_at=PUBLISHED,
            mark=mark,
            marked_at=at,
        )
        for mark in (Signup.Mark.ABSENT, Signup.Mark.EXCUSED)
    )
    asked, declined = (
        Signup.objects.create(shift=scene.shift, volunteer=corrected.volunteer, signed_up_at=PUBLISHED, state=state)
        for state in (Signup.State.ASKED, Signup.State.DECLINED)
    )
    return [
        scene.tell("shift_asked", scene.ben, asked.subject, at=at),
        scene.tell("shift_declined", declined.volunteer, declined.subject, at=at),
        scene.tell("shift_missed", missed.volunteer, missed.subject, at=at),
        scene.tell("shift_missed_corrected", corrected.volunteer, corrected.subject, at=at),
    ]


def help_sought(scene: Scene, waiting: Registration, *, at: datetime) -> list[Notification]:
    """What is told of a shift that too few people have taken."""
    Shift.objects.filter(pk=scene.shift.pk).update(help_sought_at=at)
    return [
        scene.tell("shift_short", scene.ben, f"shift:{scene.shift.pk}", at=at),
        scene.tell("shift_offered", waiting.person, waiting.subject, at=at),
    ]


def place_code(scene: Scene, *, at: datetime) -> Notification:
    """The code for somebody without an account."""
    place = HeldPlace(
        event=scene.event,
        slot=scene.general,
        kind=HeldPlace.Kind.UNVERIFIED,
        email="new@example.org",
        person_key="new@example.org",
        name="Nana",
        browser_sha256="0" * 64,
        since=at,
        expires_at=scene.lottery.closes_at,
    )
    place.save()
    row = notification(
        kind="place_code",
        address=place.email,
        language=scene.language,
        thread=scene.event.thread,
        subject=place.subject,
        cause="code",
        at=at,
        not_after=place.expires_at,
    )
    notify_all([row])
    return Notification.objects.get(key=row.key)


def every_kind(language: str, at: datetime) -> list[Notification]:
    """A world in which each kind of message holds, and one message of each, in the outbox; reminders have the time of their day."""
    scene = Scene(language)
    event, subject = scene.event, f"event:{scene.event.pk}"
    people = [User.objects.create_user(f"guest{n}@example.org", f"Guest {n}", language=language) for n in range(6)]
    applied = scene.registration(people[0], State.APPLIED)
    seat = scene.registration(people[1], asked_at=at)
    waiting = scene.registration(people[2], State.WAITLISTED, place=41, drawn_rank=101)
    cancelled = scene.registration(people[3], State.CANCELLED, cancelled_at=at)
    giver = scene.registration(people[5], hands_over_at=at)
    Reconfirmation.objects.create(
        slot=scene.general,
        state=Reconfirmation.State.ASKED,
        ask_at=at,
        answer_by=START - timedelta(hours=48),
        releases_silent=True,
    )
    offered, lapsed = (
        Offer.objects.create(
            giver=giver, taker=waiting, state=state, made_at=at, answer_by=at + timedelta(hours=6), ended_at=ended_at
        )
        for state, ended_at in ((Offer.State.OPEN, None), (Offer.State.LAPSED, at))
    )
    Lottery.objects.filter(pk=scene.lottery.pk).update(
        state=Lottery.State.FROZEN,
        frozen_at=at,
        seats=60,
        manifest="\n".join(
            ["meetup-lottery/1", f"event {event.public_id}", "slot x", "seats 60", "nominated 0", "a 1 1", "b 1 1", ""]
        ),
        manifest_sha256="4f57b0a2329e611893407accce3d385382649afbd844270490ead55124c6a5f8",
    )
    setup = scene.signup(people[4], scene.setup)
    teardown = scene.signup(scene.emi, scene.shift)
    held = Registration.objects.get(attendee=scene.emi)
    gone = Signup.objects.create(
        shift=scene.shift,
        volunteer=people[2],
        state=Signup.State.STEPPED_DOWN,
        signed_up_at=PUBLISHED,
        ended_at=at,
        late=True,
    )
    off = Shift.objects.create(
        event=event,
        slot=scene.duty,
        phase=Shift.Phase.SETUP,
        role=Shift.Role.SETUP,
        title=scene.setup.title,
        starts_at=START - timedelta(hours=4),
        ends_at=START - timedelta(hours=3),
        step_down_until=START - timedelta(days=1),
        cancelled_at=at,
    )
    called_off = Signup.objects.create(
        shift=off, volunteer=people[2], state=Signup.State.STEPPED_DOWN, signed_up_at=PUBLISHED, ended_at=at
    )
    proposed, accepted, rejected, withdrawn, confirmed = (
        scene.talk(scene.finn, state)
        for state in (
            Talk.State.PROPOSED,
            Talk.State.ACCEPTED,
            Talk.State.REJECTED,
            Talk.State.WITHDRAWN,
            Talk.State.CONFIRMED,
        )
    )
    speaker = scene.registration(scene.finn, slot=scene.invited)
    Hold.objects.create(
        registration=speaker, kind=Hold.Kind.INVITATION, slot=scene.invited, subject=confirmed.subject, since=PUBLISHED
    )
    fell = scene.entry(waiting.subject, State.WAITLISTED, at=at)
    again = scene.entry(applied.subject, State.APPLIED, at=at)
    moved = scene.entry(
        subject,
        Event.State.PUBLISHED,
        at=at,
        changed={
            "starts_at": [(START - timedelta(days=7)).isoformat(), START.isoformat()],
            "venue_name": ["渋谷ホール", event.venue_name],
        },
    )
    set_then = scene.entry(
        f"rehearsal:{scene.rehearsal.pk}",
        "",
        at=at,
        before=[(START - timedelta(days=2)).isoformat(), (START - timedelta(days=2) + timedelta(hours=1)).isoformat()],
    )
    tell = scene.tell
    Preference.objects.create(
        person=scene.emi, topic=Topic.ANNOUNCEMENTS, thread=scene.community.thread, wanted=True, chosen_at=at
    )
    rows = [
        tell("entry_received", people[0], applied.subject, at=at),
        tell("manifest_frozen", people[0], applied.subject, at=at),
        tell("draw_moved", people[0], applied.subject, at=at),
        tell("seat_confirmed", people[1], seat.subject, at=at),
        tell("promoted", people[1], seat.subject, at=at),
        tell("drawn_in", people[1], seat.subject, at=at),
        tell("seat_waitlisted", people[2], waiting.subject, at=at),
        tell("drawn_out", people[2], waiting.subject, at=at),
        tell("left", people[3], cancelled.subject, at=at),
        tell("removed", people[3], cancelled.subject, at=at),
        tell("reconfirmation_asked", people[1], seat.subject, at=at),
        tell("reconfirmation_reminder", people[1], seat.subject, at=at),
        tell("released", people[3], cancelled.subject, at=at),
        tell("handing_over", people[5], giver.subject, at=at),
        tell("seat_kept", people[1], seat.subject, at=at),
        tell("handed_over", people[3], cancelled.subject, at=at),
        tell("seat_offered", people[2], offered.subject, at=at),
        tell("offer_ended", people[2], lapsed.subject, at=at),
        tell("duty_taken", scene.emi, held.subject, at=at),
        tell("stepped_down", people[2], waiting.subject, cause=fell.pk, at=at),
        tell("shift_taken", people[4], setup.subject, at=at),
        tell("shift_left", people[2], gone.subject, at=at),
        tell("stepped_down_late", scene.ben, gone.subject, at=at),
        tell("shift_cancelled", people[2], waiting.subject, cause=fell.pk, at=at),
        tell("shift_called_off", people[2], called_off.subject, at=at),
        *shift_marks(scene, at=at),
        *help_sought(scene, waiting, at=at),
        tell("talk_proposed", scene.ben, proposed.subject, at=at),
        tell("talk_accepted", scene.finn, accepted.subject, at=at),
        tell("talk_unconfirmed", scene.finn, accepted.subject, at=at),
        tell("talk_rejected", scene.finn, rejected.subject, at=at),
        tell("talk_withdrawn", scene.ben, withdrawn.subject, at=at),
        tell("talk_confirmed", scene.ben, confirmed.subject, at=at),
        *speakers_found(scene, at=at),
        tell("talk_seat", scene.finn, speaker.subject, at=at),
        tell("talk_ended", people[0], applied.subject, cause=again.pk, at=at),
        tell("event_changed", scene.emi, subject, cause=moved.pk, at=at),
        tell("reminder_days", people[1], subject, cause="1-3", at=at, due_at=START - timedelta(days=3, hours=2)),
        tell("reminder_eve", people[1], subject, at=at, due_at=START - timedelta(hours=20)),
        tell("reminder_day", people[1], subject, at=at, due_at=START - timedelta(hours=5)),
        tell("shift_day", scene.emi, subject, at=at, due_at=START - timedelta(hours=5)),
        tell("rehearsal_day", scene.finn, subject, at=at, due_at=START - timedelta(hours=29)),
        tell("rehearsal_soon", scene.ben, subject, at=at, due_at=START - timedelta(hours=18, minutes=30)),
        tell("rehearsal_set", scene.finn, subject, cause=set_then.pk, at=at),
        tell("connection_check", scene.finn, subject, at=at, due_at=START - timedelta(minutes=30)),
        tell("event_announced", scene.emi, subject, at=at),
    ]
    assert teardown.pk
    rows += talk_moved(scene, confirmed, at=at)
    rows += pair_kinds(scene, applied, at=at)
    rows.append(place_code(scene, at=at))
    rows.append(organizer_message(scene, people[1], at=at))
    rows += arranged(scene, at=at)
    rows += handovers(scene, waiting, fell, at=at)
    rows += after_it(scene, at=at)
    rows += slides_kinds(scene, at=at)
    rows += co_speakers(scene, applied, cause=again.pk, at=at)
    rows += left_open(scene, at=at)
    rows += invited_and_missed(scene, scene.chie, at)
    cancelled_event = Event.objects.create(
        community=scene.community,
        title="ML勉強会 #13" if language == "ja" else "ML Study Group #13",
        state=Event.State.CANCELLED,
        starts_at=START,
        ends_at=END,
        created_at=at,
        published_at=at,
        schedule_since=at,
        cancelled_at=at,
    )
    rows.append(tell("event_cancelled", people[1], f"event:{cancelled_event.pk}", at=at))
    invitation = Invitation.objects.create(
        community=scene.community,
        email="new@example.org",
        role=Role.RECEPTION,
        language=language,
        invited_by=scene.aiko,
        created_at=at,
        expires_at=at + timedelta(days=14),
    )
    row = notification(
        kind="invitation",
        address="new@example.org",
        language=language,
        thread=scene.community.thread,
        subject=f"invitation:{invitation.pk}",
        cause=1,
        at=at,
    )
    notify_all([row])
    rows.append(Notification.objects.get(key=row.key))
    return rows


def invited_and_missed(scene: Scene, person: User, at: datetime) -> list[Notification]:
    """The messages about seats that organizers give, and about no-shows: the latter of an event that was in October."""
    held = HeldPlace.objects.create(
        event=scene.event,
        slot=scene.invited,
        kind=HeldPlace.Kind.INVITATION,
        email="new@example.org",
        person_key="new@example.org",
        language=scene.language,
        has_seat=True,
        invited_by=scene.aiko,
        since=at,
        expires_at=at + timedelta(days=7),
    )
    row = notification(
        kind="seat_invitation",
        address=held.email,
        language=scene.language,
        thread=scene.event.thread,
        subject=held.subject,
        cause=1,
        at=at,
    )
    notify_all([row])
    placed = scene.registration(person)
    past = Event.objects.create(
        community=scene.community,
        title="ML勉強会 #12" if scene.language == "ja" else "ML Study Group #12",
        state=Event.State.PUBLISHED,
        starts_at=at - timedelta(days=10),
        ends_at=at - timedelta(days=10, hours=-2),
        created_at=at,
        published_at=at,
        schedule_since=at,
    )
    slot = Slot.objects.create(
        event=past,
        name=scene.general.name,
        admission=Slot.Admission.FIRST_COME,
        capacity=2,
        taken=2,
        closes_at=past.starts_at,
        free_cancellation_ends_at=past.starts_at,
        promotion_stops_at=past.starts_at,
    )
    absent, excused = (
        Registration.objects.create(
            event=past, slot=slot, attendee=one, person_key=one.person_key, state=State.CONFIRMED,
            registered_at=PUBLISHED, confirmed_at=PUBLISHED, absent_at=at, excused_at=excused_at,
        )
        for one, excused_at in ((person, None), (scene.dan, at))
    )  # fmt: skip
    return [
        Notification.objects.get(key=row.key),
        scene.tell("place_declined", scene.aiko, held.subject, at=at),
        scene.tell("placed", person, placed.subject, at=at),
        scene.tell("no_show_recorded", person, absent.subject, at=at),
        scene.tell("no_show_objected", scene.ben, absent.subject, at=at),
        scene.tell("no_show_lifted", scene.dan, excused.subject, at=at),
    ]
