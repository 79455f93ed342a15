"""Messages about finding speakers. For `scene.py`."""

from datetime import datetime

from meetups.demo.mail_scenes.scene import Scene
from meetups.notifications.models import Notification
from meetups.notifications.notify import notification, notify_all
from meetups.speakers.models import Proposal, SpeakerInvitation


def speakers_found(scene: Scene, *, at: datetime) -> list[Notification]:
    """A message of each kind: a person is asked to speak, another declines, and talks are proposed to the community."""
    received, declined, withdrawn = (
        Proposal.objects.create(
            community=scene.community,
            speaker=scene.finn,
            title="小さな店のバンディット" if scene.language == "ja" else "Bandits in a small shop",
            state=state,
            proposed_at=at,
        )
        for state in (Proposal.State.WAITING, Proposal.State.DECLINED, Proposal.State.WITHDRAWN)
    )
    asked = _invitation(scene, SpeakerInvitation.State.OPEN, at=at)
    refused = _invitation(scene, SpeakerInvitation.State.DECLINED, at=at)
    rows = [
        notification(
            kind=kind,
            address=asked.address,
            language=asked.language,
            thread=scene.event.thread,
            subject=asked.subject,
            cause=1,
            at=at,
        )
        for kind in ("speaker_invitation", "speaker_invitation_reminder")
    ]
    notify_all(rows)
    return [
        *Notification.objects.filter(key__in=[row.key for row in rows]).order_by("pk"),
        scene.tell("speaker_declined", scene.ben, refused.subject, at=at),
        scene.tell("proposal_received", scene.ben, received.subject, at=at),
        scene.tell("proposal_sent", scene.finn, received.subject, at=at),
        scene.tell("proposal_withdrawn", scene.ben, withdrawn.subject, at=at),
        scene.tell("proposal_declined", scene.finn, declined.subject, at=at),
    ]


def _invitation(scene: Scene, state: str, *, at: datetime) -> SpeakerInvitation:
    japanese = scene.language == "ja"
    return SpeakerInvitation.objects.create(
        event=scene.event,
        name="花" if japanese else "Hana",
        address=f"hana.{state}@example.org",
        language=scene.language,
        note="推薦システムを3年運用して分かったこと"
        if japanese
        else "What three years of running recommenders taught you",
        state=state,
        word="その週は出張です。" if japanese and state == "declined" else "",
        made_by=scene.aiko,
        made_at=at,
    )
