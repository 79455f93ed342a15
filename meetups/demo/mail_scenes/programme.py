"""A message about a talk that moved to another time. For `scene.py`."""

from datetime import datetime

from django.db.models import F

from meetups.demo.mail_scenes.scene import Scene
from meetups.history.models import record
from meetups.notifications.models import Notification
from meetups.speakers.models import Break, Talk
from meetups.speakers.programme import places
from meetups.speakers.timetable import timetable


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
