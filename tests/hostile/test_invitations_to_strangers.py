"""Invitations are no way to write to strangers, and an honest organizer has enough of them (RULES 130, 131)."""

import ast
import logging
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from meetups.accounts import letters
from meetups.accounts.models import User
from meetups.communities.actions.found_community import TooManyFounded, found_community
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.invitation_quota import TooManyInvitationsToday, invitations_left
from meetups.communities.models import Community, InvitationsSent
from meetups.communities.permissions import Role
from meetups.core.texts.safe_text import for_strangers
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.notifications import compose
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.invitations.remind_invited_speaker import remind_invited_speaker
from meetups.speakers.actions.offers.offer_talk import offer_talk
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.emails import co_speakers
from meetups.speakers.talk_states import TalkByHand
from meetups.volunteers.actions.handovers.hand_over_shift import hand_over_shift
from meetups.volunteers.emails import handovers
from tests.support import cast

pytestmark = pytest.mark.django_db


def found(name: str, *, at: Any = cast.NOW) -> Community:
    return found_community(
        name=name, slug=name, description="", language="ja", time_zone="Asia/Tokyo", at=at, by=cast.person("mallory")
    )


def invite(community: Community, number: int, *, at: Any = cast.NOW) -> None:
    for place in range(number):
        address = f"stranger{place}-{community.slug}-{at:%d%H}@example.net"
        invite_member(community=community, email=address, role=Role.RECEPTION, at=at, by=cast.person("mallory"))


def test_one_account_with_many_communities_writes_to_fifteen_strangers_a_day() -> None:
    """The attack: eight communities, sixty invitations titled as the sender liked."""
    one, two, three = found("one"), found("two"), found("three")
    with pytest.raises(TooManyFounded):
        found("four")
    invite(one, 10)
    invite(two, 5)
    for community in (one, two, three):
        with pytest.raises(TooManyInvitationsToday):
            invite(community, 1)
    assert Notification.objects.filter(kind="invitation").count() == 15
    invite(three, 15, at=cast.NOW + timedelta(days=1))


def test_a_community_of_a_week_has_thirty_and_the_next_can_be_founded_a_month_later() -> None:
    one = found("one")
    found("two")
    found("three")
    week = cast.NOW + timedelta(days=7)
    invite(one, 30, at=week)
    with pytest.raises(TooManyInvitationsToday):
        invite(one, 1, at=week)
    found("four", at=cast.NOW + timedelta(days=31))


def test_an_honest_organizer_invites_team_speakers_and_guests_on_the_first_day() -> None:
    """Two helpers, three speakers, ten guests: fifteen. People who have been here before are not counted."""
    event = cast.event(slots=[cast.first_come_plan(40)])
    aiko = cast.person("aiko")
    for name in ("ben", "chie"):
        invite_member(community=event.community, email=f"{name}@example.org", role=Role.ORGANIZER, at=cast.NOW, by=aiko)
    for number in range(3):
        invite_speaker(
            event=event,
            name="絵美",
            address=f"speaker{number}@example.net",
            note="",
            minutes=20,
            language="ja",
            at=cast.NOW,
            by=aiko,
        )
    regulars = cast.people(5)
    past = cast.event(slots=[cast.first_come_plan()])
    for person in regulars:
        cast.registered(person, past)
    guests = [f"guest-new{number}@example.net" for number in range(10)] + [person.email for person in regulars]
    invite_attendees(
        slot=event.slots.get(), invitees=[Invitee(guest) for guest in guests], above=False, at=cast.NOW, by=aiko
    )
    assert invitations_left(event.community, aiko, cast.NOW) == 0
    # A link that is passed on by hand needs none.
    invite_speaker(event=event, name="藍", address="", note="", minutes=20, language="ja", at=cast.NOW, by=aiko)


def test_organizers_see_what_is_left_before_they_reach_it() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.first_come_plan()])
        desk = cast.signed_in("aiko")
        pages = [
            reverse("desk_members", args=["ml"]),
            reverse("desk_places", args=[event.public_id]),
            reverse("desk_speaker_invitations", args=[event.public_id]),
        ]
        for page in pages:
            assert "You can email 15 more people today" in desk.get(page).content.decode()
        InvitationsSent.objects.create(person=cast.person("aiko"), community=event.community, number=15, at=cast.NOW)
        for page in pages:
            assert "You’ve reached today’s limit" in desk.get(page).content.decode()
        refused = desk.post(pages[0], {"email": "a@example.net", "role": "reception"})
        assert refused.status_code == 409
        assert "0 more right now" in refused.content.decode()


def test_operators_give_a_community_its_own_number(capsys: Any) -> None:
    community = found("one")
    call_command("allow_invitations", "one", "40")
    community.refresh_from_db()
    invite(community, 40)
    call_command("allow_invitations", "one")
    community.refresh_from_db()
    assert invitations_left(community, cast.person("mallory"), cast.NOW) == 0
    with pytest.raises(CommandError):
        call_command("allow_invitations", "nowhere", "40")


def test_the_site_as_a_whole_has_a_number_a_day_and_its_operators_read_when_it_is_reached(
    caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    """Many accounts, each within its own number: the total stops them, and the next day goes on."""
    settings.INVITATIONS_A_DAY_IN_ALL = 16
    caplog.set_level(logging.INFO, logger="meetups.security")
    invite(found("one"), 15)
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event(slots=[cast.first_come_plan()])
        desk, page = cast.signed_in("aiko"), reverse("desk_members", args=[event.community.slug])
        assert "You can email 1 more person today" in desk.get(page).content.decode()
        assert desk.post(page, {"email": "a@example.net", "role": "reception"}).status_code == 302
        assert "You’ve reached today’s limit" in desk.get(page).content.decode()
        refused = desk.post(page, {"email": "b@example.net", "role": "reception"})
        assert refused.status_code == 409
        assert "This site has reached its limit of invitations" in refused.content.decode()
    assert '"limit": "invitations_in_all"' in caplog.text
    assert Notification.objects.filter(kind="invitation").count() == 16
    next_day = cast.NOW + timedelta(days=1, minutes=1)
    invite_member(
        community=event.community, email="b@example.net", role=Role.RECEPTION, at=next_day, by=cast.person("aiko")
    )


HONEST = (
    "Node.js と ASP.NET の第2.5回、v1.2.3",
    "Next.js/Vue.js 入門（3.14、10:00-18.30）",
    "例.えば、第2.5回",
    "J.S. Bach と J.R.R. Tolkien, Ph.D., U.S.A., e.g. this",
    "S.Suzuki さんと Mr.Children、St.Louis、Bldg.East",
    "setup.py と README.md と package.json",
    "Shibuya.rb × Gotanda.pm × Tokyo.R",
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("今すぐ https://evil.example/x?y=1 へ", "今すぐ … へ"),
        ("win at evil.com or www.evil.test/x or bit.ly/abc", "win at … or … or …"),
        ("EVIL.COM", "…"),
        ("evil.online, Evil.Click! と evil.brandnew", "…, …! と …"),
        ("詳しくはevil.comへ", "詳しくは…へ"),
        ("悪い.com 悪い.evil.click _evil.net ..evil.io 悪い.みんな", "… … … ..… …"),
        ("evil.xn--q9jyb4c evil.shop:8080/x?y evil.dev?x", "… … …"),
        ("Node.js/evil.com と S.Suzuki?x=evil.click", "Node.js/… と S.Suzuki?x=…"),
        ("A.Click X.Com Mr.Online evil.py Evil.pm.biz", "… … … … …"),
        ("長" * 400, "長" * 300),
        *((honest, honest) for honest in HONEST),
    ],
)
def test_words_to_strangers_are_short_and_without_web_addresses(text: str, shown: str) -> None:
    assert for_strangers(text) == shown


def test_the_mail_says_who_invites_with_their_proved_address() -> None:
    event = cast.event(slots=[cast.first_come_plan()], title="当選 https://evil.example/ おめでとう")
    aiko = cast.person("aiko")
    invite_member(community=event.community, email="a@example.net", role=Role.RECEPTION, at=cast.NOW, by=aiko)
    invite_attendees(slot=event.slots.get(), invitees=[Invitee("b@example.net")], above=False, at=cast.NOW, by=aiko)
    invite_speaker(
        event=event,
        name="藍",
        address="c@example.net",
        note="http://evil.example/ で " + "長" * 500,
        minutes=20,
        language="en",
        at=cast.NOW,
        by=aiko,
    )
    deliver(at=cast.NOW)
    assert len(mail.outbox) == 3
    for sent in mail.outbox:
        assert "aiko@example.org" in sent.body
        assert "evil.example" not in f"{sent.subject} {sent.body}"
        assert "長" * 301 not in str(sent.body).replace("\n", "")


BAD = "当選 https://evil.example/win evil.com "
LONG = "長" * 320


def named_badly(name: str) -> User:
    """A person whose name is an advertisement."""
    person = cast.person(name)
    User.objects.filter(pk=person.pk).update(name=(BAD + "名" * 40)[:60])
    person.refresh_from_db()
    return person


def hostile_event() -> Event:
    """An event whose organizers write advertisements wherever they can."""
    aiko = named_badly("aiko")
    event = cast.event(slots=[cast.first_come_plan(20), cast.duty_plan(), cast.invited_plan()])
    Community.objects.update(name=f"{BAD}会")
    Event.objects.update(title=(BAD + "題" * 120)[:120], venue_name=f"{BAD}場", venue_address=(BAD + LONG)[:200])
    event.slots.update(name=f"{BAD}枠")
    event.shifts.update(title=f"{BAD}撤収", place=BAD, instructions=(BAD + LONG)[:400], lead=aiko)
    event.refresh_from_db()
    return event


def every_mail_to_strangers() -> set[str]:
    """Sends each kind of mail that goes to an address that someone typed. The kinds."""
    event, aiko = hostile_event(), cast.person("aiko")
    invite_member(community=event.community, email="a@example.net", role=Role.RECEPTION, at=cast.NOW, by=aiko)
    general = event.slots.general().in_order()[0]
    invite_attendees(slot=general, invitees=[Invitee("b@example.net")], above=False, at=cast.NOW, by=aiko)
    invited = invite_speaker(
        event=event,
        name="藍",
        address="c@example.net",
        note=BAD + LONG,
        minutes=20,
        language="en",
        at=cast.NOW,
        by=aiko,
    )
    talk = cast.talk("emi", event)
    emi = named_badly("emi")
    type(talk).objects.filter(pk=talk.pk).update(title=(BAD + "話" * 120)[:120])
    ask_co_speaker(talk=talk, address="d@example.net", at=cast.NOW, by=emi)
    signup = cast.volunteering(named_badly("finn"), event)
    hand_over_shift(signup=signup, address="e@example.net", at=cast.NOW, by=signup.volunteer)
    hold_place(slot=general, name=BAD, email="f@example.net", language="en", browser="hers", at=cast.NOW)
    later = cast.NOW + timedelta(days=3, minutes=1)
    remind_invited_speaker(invitation=invited, at=later)
    by_hand = enter_talk(event=event, words=TalkByHand(BAD, (BAD + LONG)[:120], "", 20, BAD), at=cast.NOW, by=aiko)
    offer_talk(talk=by_hand, address="g@example.net", at=cast.NOW, by=aiko)
    with time_machine.travel(cast.NOW, tick=False):
        for page in (f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/", "/c/ml/contact/"):
            typed = {"name": "Mallory", "email": "h@example.net", "topic": "question", "text": "Hello"}
            assert Client().post(page, typed).headers.get("Location") == "/code/"
    mail.outbox.clear()
    deliver(at=cast.NOW + timedelta(minutes=1))
    deliver(at=later)
    return {*Notification.objects.exclude(address="").values_list("kind", flat=True)}


@pytest.mark.story
def test_no_mail_to_a_stranger_carries_an_advertisement() -> None:
    """Title, venue, names, notes: whatever people can write, in every kind of mail to an address that someone typed."""
    kinds = every_mail_to_strangers()
    to_strangers = [sent for sent in mail.outbox if sent.to[0].endswith("@example.net")]
    assert {sent.to[0][0] for sent in to_strangers} == set("abcdefgh")
    assert len(to_strangers) == 10
    assert kinds == kinds_to_addresses()
    for sent in to_strangers:
        assert isinstance(sent, EmailMultiAlternatives)
        [(html, _kind), *_rest] = [part for part in sent.alternatives if part[1] == "text/html"]
        whole = f"{sent.subject} {sent.from_email} {sent.body} {html!s}"
        assert "evil" not in whole, whole
        assert "長" * 301 not in "".join(whole.split())


def kinds_to_addresses() -> set[str]:
    """The kinds that the code sends to an address and not to an account, read from it: who adds one adds it above."""
    found: set[str] = set()
    for file in (settings.BASE_DIR / "meetups").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SENDERS:
                given = {one.arg: one.value for one in node.keywords}
                if "address" in given and not isinstance(given["kind"], ast.Name):
                    found.add(name_of(given["kind"]))
    return found


# The functions that send to an address. What has a name for the kind passes on the one that it was given.
SENDERS = {"notification", "notify_address", "post_letter"}


def name_of(kind: ast.expr) -> str:
    """The kind of a call: its name itself, or the name of its class."""
    if isinstance(kind, ast.Constant):
        return str(kind.value)
    assert isinstance(kind, ast.Attribute)
    [name] = [name for name, one in KINDS.items() if type(one).__name__ == getattr(kind.value, "id", "")]
    return name


@pytest.mark.story
@pytest.mark.parametrize("forgets", ["title", "venue", "masthead", "code"])
def test_a_mail_that_forgot_it_is_found(forgets: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control."""
    same = {
        "title": (co_speakers, "for_strangers"),
        "venue": (handovers, "facts_for_strangers"),
        "code": (letters, "for_strangers"),
    }
    if forgets == "masthead":
        monkeypatch.setattr(compose, "masthead_for_strangers", lambda masthead: masthead)
    elif forgets == "venue":
        monkeypatch.setattr(*same[forgets], event_facts)
    else:
        monkeypatch.setattr(*same[forgets], lambda words: words)
    with pytest.raises(AssertionError):
        test_no_mail_to_a_stranger_carries_an_advertisement()


def test_honest_words_reach_a_stranger_whole() -> None:
    event = cast.event(slots=[cast.first_come_plan(20), cast.invited_plan()], title="Node.js と ASP.NET の第2.5回")
    talk = cast.talk("emi", event)
    ask_co_speaker(talk=talk, address="d@example.net", at=cast.NOW, by=talk.speaker)
    deliver(at=cast.NOW)
    [sent] = [one for one in mail.outbox if one.to == ["d@example.net"]]
    for words in (
        "Node.js と ASP.NET の第2.5回",
        event.venue_name,
        event.venue_address,
        talk.title,
        "絵美（emi@example.org）",
    ):
        assert words in str(sent.body)
