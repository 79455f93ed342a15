"""Messages about slides. For `scene.py`."""

from datetime import datetime

from meetups.accounts.models import User
from meetups.demo.mail_scenes.scene import Scene
from meetups.notifications.models import Notification


def slides_kinds(scene: Scene, *, at: datetime) -> list[Notification]:
    """A message of each kind: one speaker is asked for slides, the slides of another are public."""
    asked, shown = (
        scene.talk(User.objects.create_user(f"{name}@example.org", name.title(), language=scene.language))
        for name in ("rio", "sara")
    )
    shown.slides_url, shown.slides_published_at = "https://slides.example/1", at
    shown.save()
    return [
        scene.tell("slides_asked", asked.speaker, asked.subject, at=at),
        scene.tell("slides_published", scene.dan, f"event:{scene.event.pk}", cause="once", at=at),
    ]
