"""Messages about things to do."""

from datetime import datetime

from meetups.communities.models import Membership
from meetups.demo.mail_scenes.scene import Scene
from meetups.notifications.models import Notification
from meetups.runbook.models import Todo


def things_late(scene: Scene, at: datetime) -> Notification:
    """Two things whose day has passed: one is Aiko's, one no one's."""
    japanese = scene.language == "ja"
    aiko = Membership.objects.get(community=scene.community, person=scene.aiko)
    for title, days, owner in (
        ("会場を予約する" if japanese else "Book the venue", -42, None),
        ("イベントを告知する" if japanese else "Announce the event", -35, aiko),
    ):
        Todo.objects.create(event=scene.event, title=title, days=days, owner=owner, chased_at=at)
    return scene.tell("todos_late", scene.aiko, f"event:{scene.event.pk}", at=at)
