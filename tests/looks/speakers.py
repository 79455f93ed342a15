"""Scenes about talks: the search for them, and the decisions. For `make looks`."""

from datetime import datetime, timedelta

from django.utils import timezone

from meetups.communities.models import Community
from meetups.core.links import mailed_token
from meetups.events.models import Event
from meetups.speakers.actions.calls.call_for_speakers import call_for_speakers
from meetups.speakers.actions.invitations.decline_speaker_invitation import decline_speaker_invitation
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.offers.offer_talk import offer_talk
from meetups.speakers.actions.programme.add_break import add_break
from meetups.speakers.actions.programme.change_talk_line import change_talk_line
from meetups.speakers.actions.proposals.propose_to_community import propose_to_community
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.actions.talks.propose_talk import propose_talk
from meetups.speakers.actions.talks.release_decisions import release_decisions
from meetups.speakers.actions.talks.stage_decision import stage_decision
from meetups.speakers.actions.talks.take_back_talk import take_back_talk
from meetups.speakers.actions.talks.write_reply import write_reply
from meetups.speakers.models import Break, SpeakerInvitation, Talk
from meetups.speakers.talk_states import TalkByHand
from tests.looks.scene import person

LOOKED_FOR = """短くても、初めてでも歓迎します。

- 推薦や検索を**運用して**困ったこと
- うまくいかなかった評価
"""

# As long as a title may be.
LONGEST = "電話の一覧でも何の話か分かるようにするために、題と名前と長さの順番を三度変えた話と、" * 3
LONGEST = LONGEST[:120]

ANSWERED = (
    ("chie", "会場のネットワークを30分で立ち上げ、2時間で撤収するまでに学んだこと", 8),
    ("ben", "A very long English title about feature stores, batch scoring and everything that goes wrong", 2),
)


def talks_looked_for() -> list[tuple[str, str, str]]:
    """The name, viewer and path of each page about these scenes."""
    now, aiko = timezone.now(), person("aiko")
    online = Event.objects.get(title__contains="番外編")
    community = Community.objects.get(slug="ml-study")
    closes_at = online.starts_at - timedelta(days=1)
    call_for_speakers(community=community, event=online, text=LOOKED_FOR, closes_at=closes_at, at=now, by=aiko)
    call_for_speakers(community=community, event=None, text=LOOKED_FOR, closes_at=None, at=now, by=aiko)
    first, second, third, fourth = (
        propose_talk(event=online, speaker=person(who), title=title, abstract=LOOKED_FOR, minutes=20, at=now)
        for who, title in (
            ("emi", "オフライン評価とオンライン評価が食い違うとき、私たちは何を信じて出荷してきたか"),
            ("finn", "Bandits in a small shop"),
            ("dan", "特徴量ストアをやめた話"),
            ("chie", LONGEST),
        )
    )
    stage_decision(talk=first, decision=Talk.Decision.ACCEPT, at=now, by=aiko)
    confirm_by = online.starts_at - timedelta(hours=30)
    write_reply(talk=fourth, reply="動画もあれば。", confirm_by=confirm_by, seen=None, at=now, by=aiko)
    stage_decision(talk=second, decision=Talk.Decision.REJECT, at=now, by=aiko)
    silent, declined_talk = (
        _answered(online, who, title, at=now - timedelta(days=days)) for who, title, days in ANSWERED
    )
    take_back_talk(
        talk=declined_talk, reply="会場の時間が短くなりました。\n次の回でぜひお願いします。", at=now, by=aiko
    )
    offered = propose_to_community(
        community=community, speaker=person("dan"), title="小さな店の推薦", abstract=LOOKED_FOR, minutes=30, at=now
    )
    by_hand = TalkByHand("来賓 花子", "図書館の棚とおすすめ", LOOKED_FOR, 15, "県立図書館で選書を担当しています。")
    entered = enter_talk(event=online, words=by_hand, at=now, by=aiko)
    waiting_for = offer_talk(talk=entered, address="hanako.raihin@example.com", at=now, by=aiko)
    taken = f"/talk-offers/{mailed_token(waiting_for)}/"
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
        ("speakers-desk-talk", "aiko", f"{desk}/{silent.pk}/"),
        ("speakers-desk-talk-end", "aiko", f"{desk}/{silent.pk}/end/"),
        ("speakers-desk-talk-confirmed", "aiko", f"{desk}/{online.talks.on_programme()[0].pk}/"),
        ("speakers-desk-talk-declined", "aiko", f"{desk}/{declined_talk.pk}/"),
        ("speakers-desk-talk-new", "aiko", f"{desk}/new/"),
        ("speakers-desk-talk-words", "aiko", f"{desk}/{entered.pk}/words/"),
        ("speakers-desk-talk-by-hand", "aiko", f"{desk}/{entered.pk}/"),
        ("speakers-desk-talk-offer", "aiko", f"{desk}/{entered.pk}/offer/"),
        ("speakers-talk-offer", "", taken),
        ("speakers-talk-offer-somebody-else", "finn", taken),
        ("speakers-desk-overview", "aiko", f"/desk/events/{online.public_id}/"),
        ("speakers-desk-talk-removal", "aiko", f"{desk}/{entered.pk}/removal/"),
        ("speakers-desk-talk-note", "aiko", f"{desk}/{third.pk}/note/"),
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


def _answered(event: Event, who: str, title: str, *, at: datetime) -> Talk:
    """A talk that was accepted at `at`, and whose speaker has said nothing since."""
    talk = propose_talk(event=event, speaker=person(who), title=title, abstract=LOOKED_FOR, minutes=20, at=at)
    stage_decision(talk=talk, decision=Talk.Decision.ACCEPT, at=at, by=person("aiko"))
    release_decisions(event=event, decisions={talk.pk: "accept"}, at=at, by=person("aiko"))
    return talk


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
