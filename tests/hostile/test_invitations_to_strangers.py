"""Invitations are no way to write to strangers, and an honest organizer has enough of them (RULES 130, 131)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from meetups.communities.actions.found_community import TooManyFounded, found_community
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.invitation_quota import TooManyInvitationsToday, invitations_left
from meetups.communities.models import Community, InvitationsSent
from meetups.communities.permissions import Role
from meetups.core.texts.safe_text import for_strangers
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("今すぐ https://evil.example/x?y=1 へ", "今すぐ … へ"),
        ("win at evil.com or www.evil.test/x or bit.ly/abc", "win at … or … or …"),
        ("EVIL.COM", "…"),
        ("Node.js と ASP.NET の第2.5回、v1.2.3", "Node.js と ASP.NET の第2.5回、v1.2.3"),
        ("長" * 400, "長" * 300),
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
