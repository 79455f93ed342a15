"""Messages about shifts that organizers assigned to a volunteer or moved. For `scene.py`."""

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.communities.permissions import Role
from meetups.demo.mail_scenes.scene import Scene
from meetups.events.event_roles import EventRole
from meetups.history.models import record
from meetups.notifications.models import Notification
from meetups.registrations.models import Registration
from meetups.volunteers.models import Shift


def assigned_shift_mails(scene: Scene, *, at: datetime) -> list[Notification]:
    """A message of each kind."""
    japanese = scene.language == "ja"
    place = "18階ロビー" if japanese else "Lobby, 18th floor"
    Shift.objects.filter(event=scene.event).update(place=place, lead=scene.ben)
    put, moved = (
        User.objects.create_user(f"{name}@example.org", name.title(), language=scene.language)
        for name in ("mio", "noa")
    )
    seat = scene.signup(put, scene.shift, since=at)
    without = scene.signup(moved, scene.setup, since=at)
    registration = Registration.objects.get(event=scene.event, attendee=put)
    hers = record(thread=scene.event.thread, subject=registration.subject, verb="sign_up", at=at, by=scene.ben)
    his = record(thread=scene.event.thread, subject=without.subject, verb="assign_shift", at=at, by=scene.ben)
    earlier = scene.shift.starts_at - timedelta(minutes=30)
    move = record(
        thread=scene.event.thread,
        subject=f"shift:{scene.shift.pk}",
        verb="move_shift",
        at=at,
        by=scene.ben,
        before={"starts_at": str(earlier), "place": "受付" if japanese else "The door"},
    )
    role = EventRole.objects.create(event=scene.event, person=scene.chie, role=Role.ORGANIZER, since=at)
    Shift.objects.filter(pk=scene.setup.pk).update(lead=scene.chie)
    over = record(
        thread=scene.event.thread,
        subject=f"event:{scene.event.pk}",
        verb="hand_over_duties",
        at=at,
        by=scene.ben,
        leads={scene.setup.pk: scene.chie.pk},
        roles=[role.pk],
        todos={},
    )
    return [
        scene.tell("duties_handed_over", scene.chie, f"event:{scene.event.pk}", cause=over.pk, at=at),
        scene.tell("duty_assigned", put, registration.subject, cause=hers.pk, at=at),
        scene.tell("shift_assigned", moved, without.subject, cause=his.pk, at=at),
        scene.tell("shift_moved", put, seat.subject, cause=move.pk, at=at),
    ]
