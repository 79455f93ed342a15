"""Scenes about talks: the search for them, and the decisions. For `make looks`."""

from datetime import timedelta

from django.utils import timezone

from meetups.communities.models import Community
from meetups.events.models import Event
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.invitations.decline_speaker_invitation import decline_speaker_invitation
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.programme.change_talk_line import change_talk_line
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.models import Break, SpeakerInvitation, Talk
from tests.looks.scene import person

LOOKED_FOR = """短くても、初めてでも歓迎します。

- 推薦や検索を**運用して**困ったこと
- うまくいかなかった評価
"""


def talks_looked_for() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now, aiko = timezone.now(), person("aiko")
    online = Event.objects.get(title__contains="番外編")
    community = Community.objects.get(slug="ml-study")
    closes_at = online.starts_at - timedelta(days=1)
    call_for_speakers(community=community, event=online, text=LOOKED_FOR, closes_at=closes_at, at=now, by=aiko)
    call_for_speakers(community=community, event=None, text=LOOKED_FOR, closes_at=None, at=now, by=aiko)
    first, second, third = (
        propose_talk(event=online, speaker=person(who), title=title, abstract=LOOKED_FOR, minutes=20, at=now)
        for who, title in (
            ("emi", "オフライン評価とオンライン評価が食い違うとき、私たちは何を信じて出荷してきたか"),
            ("finn", "Bandits in a small shop"),
            ("dan", "特徴量ストアをやめた話"),
        )
    )
    stage_decision(talk=first, decision=Talk.Decision.ACCEPT, at=now, by=aiko)
    stage_decision(talk=second, decision=Talk.Decision.REJECT, at=now, by=aiko)
    offered = propose_to_community(
        community=community, speaker=person("dan"), title="小さな店の推薦", abstract=LOOKED_FOR, minutes=30, at=now
    )
    asked, declined = (
        _asked(online, "花", days=4, address="hana.with.a.long.address@mail.example.com"),
        _asked(online, "来賓 太郎", days=1),
    )
    decline_speaker_invitation(invitation=declined, word="その週は出張です。また声をかけてください。", at=now)
    _asked(online, "Rio", days=0)
    pause = _arranged(online)
    desk, at_community = f"/desk/events/{online.public_id}/talks", "/desk/c/ml-study"
    programme = f"/desk/events/{online.public_id}/programme"
    return [
        ("speakers-event", "", f"/events/{online.public_id}/"),
        ("speakers-propose", "chie", f"/events/{online.public_id}/talks/new/"),
        ("speakers-change", "dan", f"/talks/{third.pk}/proposal/"),
        ("speakers-community", "", "/c/ml-study/"),
        ("speakers-offer", "dan", "/c/ml-study/proposals/new/"),
        ("speakers-offered", "dan", f"/proposals/{offered.pk}/"),
        ("speakers-take-back", "dan", f"/proposals/{offered.pk}/withdrawal/"),
        ("speakers-my-page", "dan", "/me/"),
        ("speakers-invited", "", f"/speaker-invitations/{asked.token}/"),
        ("speakers-invited-signed-in", "finn", f"/speaker-invitations/{asked.token}/"),
        ("speakers-desk-talks", "aiko", f"{desk}/"),
        ("speakers-desk-decisions", "aiko", f"{desk}/decisions/"),
        ("speakers-desk-call", "aiko", f"{desk}/call/"),
        ("speakers-desk-invitations", "aiko", f"{desk}/invitations/"),
        ("speakers-desk-withdraw-invitation", "aiko", f"{desk}/invitations/{asked.pk}/withdrawal/"),
        ("speakers-desk-proposals", "aiko", f"{at_community}/proposals/"),
        ("speakers-desk-standing-call", "aiko", f"{at_community}/call/"),
        ("programme-desk", "aiko", f"{programme}/"),
        ("programme-talk", "aiko", f"{programme}/talks/{online.talks.on_programme()[0].pk}/"),
        ("programme-break", "aiko", f"{programme}/breaks/{pause.pk}/"),
        ("programme-run", "aiko", f"{programme}/run/"),
    ]


def _arranged(event: Event) -> Break:
    """A programme that is a little too long, with a note for the MC. Returns its break."""
    now, aiko = timezone.now(), person("aiko")
    pause = add_break(event=event, title="休憩", minutes=10, at=now, by=aiko)
    talk = event.talks.on_programme()[0]
    note = "お名前は「えみ」。\n質問は最後にまとめて。"
    change_talk_line(talk=talk, minutes=105, note=note, at=now, by=aiko)
    return pause


def _asked(event: Event, name: str, *, days: int, address: str = "") -> SpeakerInvitation:
    return invite_speaker(
        event=event,
        name=name,
        address=address,
        note="推薦を3年運用して分かったことを、\n失敗も含めて聞きたいです。",
        minutes=30,
        language="ja",
        at=timezone.now() - timedelta(days=days),
        by=person("aiko"),
    )
