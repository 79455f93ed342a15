"""Messages to attendees and volunteers."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import PUBLISHED, Scene
from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import (
    HeldPlace,
    PairInvitation,
    Registration,
    Slot,
)
from meetups.volunteers.models import Shift, Signup

State = Registration.State


def pair_kinds(scene: Scene, lead: Registration, *, at: datetime) -> list[Notification]:
    """The messages to two people who enter a lottery together."""
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
    """Messages about a shift that a volunteer asked for or missed, and about the answer or correction."""
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
    """Messages about a shift with too few volunteers."""
    Shift.objects.filter(pk=scene.shift.pk).update(help_sought_at=at)
    return [
        scene.tell("shift_short", scene.ben, f"shift:{scene.shift.pk}", at=at),
        scene.tell("shift_offered", waiting.person, waiting.subject, at=at),
    ]


def place_code(scene: Scene, *, at: datetime) -> Notification:
    """The code for a person without an account."""
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


def invited_and_missed(scene: Scene, person: User, at: datetime) -> list[Notification]:
    """Messages about seats that organizers give, and about no-shows. The no-shows are from an event in October."""
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
    moved = scene.entry(placed.subject, State.CONFIRMED, at=at)
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
        scene.tell("moved_to_slot", person, placed.subject, cause=moved.pk, at=at),
        scene.tell("no_show_recorded", person, absent.subject, at=at),
        scene.tell("no_show_objected", scene.ben, absent.subject, at=at),
        scene.tell("no_show_lifted", scene.dan, excused.subject, at=at),
    ]
