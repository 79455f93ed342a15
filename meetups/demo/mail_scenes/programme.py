"""Messages about a talk that moved to another time, or has another title. For `scene.py`."""

from datetime import datetime

from django.db.models import F

from meetups.accounts.models import User
from meetups.core.versions import version
from meetups.demo.mail_scenes.scene import Scene
from meetups.history.models import record
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.speakers.models import Break, Talk, TalkOffer
from meetups.speakers.programme.items import places
from meetups.speakers.programme.timetable import timetable


def talk_moved(scene: Scene, talk: Talk, *, at: datetime) -> list[Notification]:
    """The message after an opening was added before all talks."""
    Talk.objects.filter(event=scene.event).update(position=1)
    [before] = [
        place for subject, place in places(scene.event, timetable(scene.event)).items() if subject == talk.subject
    ]
    Talk.objects.filter(event=scene.event).update(position=F("position") + 1)
    opening = Break.objects.create(
        event=scene.event, title="開会" if scene.language == "ja" else "Opening", minutes=10, position=0
    )
    entry = record(
        thread=scene.event.thread,
        subject=opening.subject,
        verb="add_break",
        at=at,
        by=scene.ben,
        moved={talk.subject: before},
    )
    return [scene.tell("talk_moved", talk.speaker, talk.subject, cause=entry.pk, at=at)]


def by_hand(scene: Scene, taken: Talk, *, at: datetime) -> list[Notification]:
    """The messages about a talk that organizers had entered: to its speaker, and to organizers: one was taken over, one declined."""
    ja = scene.language == "ja"
    talk = Talk.objects.create(
        event=scene.event,
        speaker=User.objects.create_name("高橋 美咲" if ja else "Misaki Takahashi", language=scene.language),
        title="街の地図を編む" if ja else "Weaving maps of a town",
        state=Talk.State.CONFIRMED,
        proposed_at=at,
        accepted_at=at,
        confirmed_at=at,
        by_hand=True,
        position=9,
    )
    offer = TalkOffer.objects.create(talk=talk, address="new@example.org", language=scene.language, offered_at=at)
    declined = TalkOffer.objects.create(
        talk=talk,
        address="misaki@example.org",
        language=scene.language,
        state=TalkOffer.State.DECLINED,
        offered_at=at,
        ended_at=at,
        word="同姓同名の別人だと思います。" if ja else "I think you mean someone else of that name.",
    )
    row = notification(
        kind="talk_offered",
        address=offer.address,
        language=scene.language,
        thread=scene.event.thread,
        subject=offer.subject,
        cause=1,
        at=at,
    )
    notify_all([row])
    return [
        Notification.objects.get(key=row.key),
        scene.tell("talk_taken_over", scene.ben, taken.subject, at=at),
        scene.tell("talk_offer_declined", scene.ben, declined.subject, at=at),
    ]


def talk_renamed(scene: Scene, talk: Talk, *, at: datetime) -> Notification:
    """The message about a new title."""
    entry = record(
        thread=scene.event.thread,
        subject=talk.subject,
        verb="prepare_talk",
        at=at,
        by=talk.speaker,
        retitled=version("Untitled"),
    )
    return scene.tell("talk_renamed", talk.speaker, talk.subject, cause=entry.pk, at=at)
