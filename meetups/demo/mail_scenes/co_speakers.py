"""Messages to and about co-speakers, and about missing details of a talk."""

from __future__ import annotations

from datetime import datetime, timedelta

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import Scene
from meetups.events.models import Event
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.registrations.models import Hold, Registration
from meetups.speakers.models import CoSpeaker, Talk


def co_speakers(scene: Scene, fell: Registration, *, cause: int, at: datetime) -> list[Notification]:
    """Messages about co-speakers. `fell` is a registration that lost its seat in the history entry `cause`."""
    talk = scene.talk(scene.emi)
    withdrawn = scene.talk(scene.emi, Talk.State.WITHDRAWN)
    person = User.objects.create_user(
        "goro@example.org", "吾郎" if scene.language == "ja" else "Goro", language=scene.language
    )

    def one(of: Talk, state: str, address: str, *, who: User | None = None) -> CoSpeaker:
        return CoSpeaker.objects.create(
            talk=of, person=who, address=address, language=scene.language, state=state, asked_at=at, joined_at=at
        )

    asked = one(talk, CoSpeaker.State.ASKED, "new@example.org")
    joined = one(talk, CoSpeaker.State.JOINED, person.email, who=person)
    over = one(withdrawn, CoSpeaker.State.JOINED, person.email, who=person)
    seat = scene.registration(person, slot=scene.invited)
    Hold.objects.create(
        registration=seat, kind=Hold.Kind.INVITATION, slot=scene.invited, subject=joined.subject, since=at
    )
    answered = scene.entry(joined.subject, CoSpeaker.State.JOINED, at=at)
    row = notification(
        kind="co_speaker_asked",
        address=asked.address,
        language=scene.language,
        thread=scene.event.thread,
        subject=asked.subject,
        cause=1,
        at=at,
    )
    notify_all([row])
    return [
        Notification.objects.get(key=row.key),
        scene.tell("co_speaker_answered", scene.emi, joined.subject, cause=answered.pk, at=at),
        scene.tell("co_speaker_seat", person, seat.subject, at=at),
        scene.tell("co_speaking_ended", fell.person, fell.subject, cause=cause, at=at),
        scene.tell("co_speaking_over", person, over.subject, at=at),
    ]


def left_open(scene: Scene, *, at: datetime) -> list[Notification]:
    """The reminder of missing details of a talk, and the message that a rehearsal was called off.

    Both are about an event without a rehearsal.
    """
    event = Event.objects.create(
        community=scene.community,
        title="ML勉強会 #16" if scene.language == "ja" else "ML Study Group #16",
        state=Event.State.PUBLISHED,
        format=Event.Format.ONLINE,
        join_url="https://video.example/ml-16",
        starts_at=scene.event.starts_at,
        ends_at=scene.event.ends_at,
        created_at=at,
        published_at=at,
        schedule_since=at,
    )
    title = "評価のやり直し" if scene.language == "ja" else "Evaluation, once more"
    Talk.objects.create(
        event=event, speaker=scene.emi, title=title, state=Talk.State.ACCEPTED, proposed_at=at, accepted_at=at
    )
    was = [event.starts_at - timedelta(hours=24), event.starts_at - timedelta(hours=23)]
    removed = scene.entry("rehearsal:999", "", at=at, before=[instant.isoformat() for instant in was])
    subject = f"event:{event.pk}"
    return [
        scene.tell("readiness_open", scene.emi, subject, cause="1-7", at=at),
        scene.tell("rehearsal_removed", scene.emi, subject, cause=removed.pk, at=at),
    ]
