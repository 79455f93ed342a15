"""Messages about shifts that change hands, an objection to an absence, and thanks. For `scene.py`."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import Scene
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Registration
from meetups.volunteers.models import Handover, Shift, Signup

State = Handover.State


def handovers(scene: Scene, waiting: Registration, fell: HistoryEntry, *, at: datetime) -> list[Notification]:
    """Emi asks someone who has not answered yet.

    Of two others, one declined and one accepted. `fell` is the step by which `waiting` lost the seat.
    """
    kept = Signup.objects.active().get(shift=scene.shift, volunteer=scene.emi)
    left = Signup.objects.filter(volunteer=waiting.attendee, late=True).get()
    someone = User.objects.create_user("uma@example.org", "Uma", language=scene.language)
    scene.signup(someone, scene.shift, since=at)
    asked, declined, accepted = (
        Handover.objects.create(
            signup=signup,
            address="new@example.org",
            language=scene.language,
            state=state,
            made_at=at,
            ended_at=None if state == State.OPEN else at,
        )
        for signup, state in ((kept, State.OPEN), (kept, State.DECLINED), (left, State.ACCEPTED))
    )
    question = notification(
        kind="shift_handover",
        address=asked.address,
        language=scene.language,
        thread=scene.event.thread,
        subject=asked.subject,
        cause=1,
        at=at,
    )
    notify_all([question])
    return [
        Notification.objects.get(key=question.key),
        scene.tell("shift_handover_declined", scene.emi, declined.subject, at=at),
        scene.tell("shift_changed_hands", scene.ben, accepted.subject, at=at),
        scene.tell("duty_handed_over", waiting.person, waiting.subject, cause=fell.pk, at=at),
        scene.tell("shift_handed_over", waiting.person, left.subject, at=at),
    ]


def after_it(scene: Scene, *, at: datetime) -> list[Notification]:
    """After an event that was yesterday, one volunteer is thanked and another objects to an absence."""
    japanese = scene.language == "ja"
    starts_at = at - timedelta(hours=20)
    event = Event.objects.create(
        community=scene.community,
        title="ML勉強会 #13 検索" if japanese else "ML Study Group #13: search",
        state=Event.State.PUBLISHED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        created_at=starts_at,
        published_at=starts_at,
        schedule_since=starts_at,
    )
    shift = Shift.objects.create(
        event=event,
        phase=Shift.Phase.TEARDOWN,
        role=Shift.Role.TEARDOWN,
        title="机と椅子の片付けとゴミの分別" if japanese else "Desks and chairs back, trash sorted",
        starts_at=event.ends_at,
        ends_at=event.ends_at + timedelta(minutes=90),
        minimum=1,
        maximum=2,
        step_down_until=starts_at,
    )
    Signup.objects.create(shift=shift, volunteer=scene.emi, signed_up_at=starts_at)
    missed = Signup.objects.create(
        shift=shift, volunteer=scene.finn, signed_up_at=starts_at, mark=Signup.Mark.ABSENT, marked_at=at
    )
    return [
        scene.tell("shift_thanks", scene.emi, f"event:{event.pk}", cause=event.schedule_version, at=at),
        scene.tell("absence_objected", scene.ben, missed.subject, at=at),
    ]
