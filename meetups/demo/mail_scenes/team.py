"""Messages about who owns a community."""

from datetime import datetime

from meetups.communities.models import Community, Membership
from meetups.communities.permissions import Role
from meetups.demo.mail_scenes.scene import PUBLISHED, Scene
from meetups.notifications.models import Notification


def successions(scene: Scene, at: datetime) -> list[Notification]:
    """Ben is Aiko's successor. In another community, which has no successor now, both are owners."""
    Membership.objects.filter(community=scene.community, person=scene.ben).update(successor_since=at)
    named = Membership.objects.get(community=scene.community, person=scene.ben)
    other = Community.objects.create(
        slug="reading",
        name="論文を読む会" if scene.language == "ja" else "Paper Reading Club",
        language=scene.language,
        founded_at=PUBLISHED,
    )
    aiko, ben, chie = (
        Membership.objects.create(community=other, person=person, role=role, since=PUBLISHED)
        for person, role in ((scene.aiko, Role.OWNER), (scene.ben, Role.OWNER), (scene.chie, Role.RECEPTION))
    )
    return [
        scene.tell("successor_named", scene.ben, f"membership:{named.pk}", at=at),
        scene.tell("succession_declined", scene.aiko, f"membership:{chie.pk}", at=at),
        scene.tell("owner_now", scene.ben, f"membership:{ben.pk}", at=at),
        scene.tell("owner_succeeded", aiko.person, f"membership:{ben.pk}", at=at),
    ]
