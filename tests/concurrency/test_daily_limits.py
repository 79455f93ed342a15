"""Limits of a day that count across events hold when people ask at several events in the same moment (RULES 72, 85, 210, 263)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from meetups.accounts.models import User
from meetups.communities import invitation_quota
from meetups.communities.actions import invite_member as inviting
from meetups.communities.actions.found_community import found_community
from meetups.communities.actions.invite_member import invite_member
from meetups.communities.models import Community, InvitationsSent
from meetups.communities.permissions import Role
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations import unverified_places
from meetups.registrations.actions.held_places import hold_place as holding
from meetups.registrations.actions.held_places import invite_attendees as keeping
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.actions.held_places.invite_attendees import Invitee, invite_attendees
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen import seats
from meetups.speakers import co_speaker_quota
from meetups.speakers.actions.co_speakers import ask_co_speaker as asking
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.actions.invitations import invite_speaker as asking_speakers
from meetups.speakers.actions.invitations.invite_speaker import invite_speaker
from meetups.speakers.actions.offers import offer_talk as offering
from meetups.speakers.actions.offers.offer_talk import offer_talk
from meetups.speakers.actions.talks.enter_talk import enter_talk
from meetups.speakers.co_speaker_quota import A_DAY_IN_ALL
from meetups.speakers.models import CoSpeaker
from meetups.speakers.talk_states import TalkByHand
from meetups.volunteers.actions.handovers import hand_over_shift as handing
from meetups.volunteers.actions.handovers.hand_over_shift import A_DAY, hand_over_shift
from meetups.volunteers.models import Handover
from tests.concurrency.threads import accidents, at_once, wait_for_the_others
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)


def done(given: list[Any], number: int) -> list[object]:
    """The faults: accidents, and another number of those who were not refused."""
    through = [one for one in given if not isinstance(one, DomainError)]
    return [*accidents(given), *([f"{len(through)} went through"] if len(through) != number else [])]


def co_speakers() -> list[object]:
    """One is left of a community's forty, and four speakers ask, each at an event of their own."""
    CoSpeaker.objects.all().delete()
    InvitationsSent.objects.all().delete()
    Community.objects.update(invitations_a_day=1000)
    talks = [cast.talk(f"speaker{number}", cast.event(slots=[cast.invited_plan()], shifts=[])) for number in range(4)]
    earlier = cast.talk("emi", cast.event(slots=[cast.invited_plan()], shifts=[]))
    CoSpeaker.objects.bulk_create(
        CoSpeaker(talk=earlier, address=f"a{number}@example.net", language="ja", asked_at=cast.NOW)
        for number in range(A_DAY_IN_ALL - 1)
    )

    def one(talk: Any) -> Callable[[], Any]:
        return lambda: ask_co_speaker(talk=talk, address="new@example.net", at=cast.NOW, by=talk.speaker)

    return done(at_once(*map(one, talks)), 1)


def handovers() -> list[object]:
    """Emi has asked four times today, and asks at three events at once."""
    Handover.objects.all().delete()
    Event.objects.update(state=Event.State.CANCELLED, cancelled_at=cast.NOW)
    days = [timedelta(days=7 * number) for number in range(4)]
    signups = [
        cast.volunteering(
            cast.person("emi"),
            cast.event(
                slots=[cast.first_come_plan(), cast.duty_plan()],
                shifts=[cast.teardown_plan(ends_at=cast.ENDS_AT + day, minimum=1, maximum=1)],
                starts_at=cast.STARTS_AT + day,
                ends_at=cast.ENDS_AT + day,
            ),
        )
        for day in days
    ]
    Handover.objects.bulk_create(
        Handover(
            signup=signups[0],
            address=f"a{number}@example.net",
            language="ja",
            made_at=cast.NOW,
            state=Handover.State.WITHDRAWN,
            ended_at=cast.NOW,
        )
        for number in range(A_DAY - 1)
    )

    def one(signup: Any) -> Callable[[], Any]:
        return lambda: hand_over_shift(signup=signup, address="new@example.net", at=cast.NOW, by=signup.volunteer)

    return done(at_once(*map(one, signups[1:])), 1)


def codes() -> list[object]:
    """One unused code is left of an event's three, and four strangers ask."""
    event = cast.event(slots=[cast.first_come_plan(100)])
    slot = event.slots.get()

    def one(number: int) -> Callable[[], HeldPlace]:
        return lambda: hold_place(
            slot=slot, name="N", email=f"n{number}@example.net", language="ja", browser=f"b{number}", at=cast.NOW
        )

    for number in range(2):
        one(number)()
    return done(at_once(*map(one, range(2, 6))), 1)


def team(number: int) -> Community:
    """A community of its own, with an owner of its own."""
    slug = f"c{number}-{Community.objects.count()}"
    return found_community(
        name=slug,
        slug=slug,
        description="",
        language="ja",
        time_zone="Asia/Tokyo",
        at=cast.NOW,
        by=cast.person(f"owner-{slug}"),
    )


def invitations() -> list[object]:
    """One is left of the site's number, and four organizers of four communities invite a helper each."""
    InvitationsSent.objects.all().delete()
    teams = [team(number) for number in range(4)]
    owners = [one.memberships.get().person for one in teams]
    InvitationsSent.objects.create(person=cast.person("finn"), community=teams[0], number=4, at=cast.NOW)

    def one(team: Community, owner: User) -> Callable[[], Any]:
        return lambda: invite_member(
            community=team, email="new@example.net", role=Role.RECEPTION, at=cast.NOW, by=owner
        )

    return done(at_once(*map(one, teams, owners)), 1)


RACES = [invitations, co_speakers, handovers, codes]


@pytest.mark.in_short(2)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_no_one_comes_through_beyond_the_limit(race: Callable[[], list[object]], settings: Any) -> None:
    settings.UNUSED_CODES_A_DAY = 3
    if race is invitations:
        settings.INVITATIONS_A_DAY_IN_ALL = 5
    assert [fault for _round in range(3) for fault in race()] == []


@pytest.mark.story
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_without_the_lock_it_goes_wrong(
    race: Callable[[], list[object]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UNUSED_CODES_A_DAY = 3
    if race is invitations:
        settings.INVITATIONS_A_DAY_IN_ALL = 5

    def without_lock(rows: QuerySet[Any], **_how: Any) -> QuerySet[Any]:
        return rows.all()

    def pausing(count: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            found = count(*given, **named)
            wait_for_the_others()
            return found

        return counted

    for model in (Community, User):
        monkeypatch.setattr(type(model.objects.all()), "select_for_update", without_lock)
    monkeypatch.setattr(invitation_quota, "take_site_lock", lambda: None)
    monkeypatch.setattr(invitation_quota, "_left", pausing(invitation_quota._left))
    monkeypatch.setattr(asking, "questions_left", pausing(co_speaker_quota.questions_left))
    monkeypatch.setattr(handing, "_check_what_was_asked", pausing(handing._check_what_was_asked))
    monkeypatch.setattr(holding, "unused_codes", pausing(unverified_places.unused_codes))
    if race is codes:
        monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    assert any(race() for _round in range(3))


def speaker(event: Event) -> None:
    invite_speaker(
        event=event,
        name="N",
        address="s@example.net",
        note="",
        minutes=20,
        language="ja",
        at=cast.NOW,
        by=cast.person("aiko"),
    )


def guest(event: Event) -> None:
    slot = event.slots.general().in_order()[0]
    invite_attendees(slot=slot, invitees=[Invitee("g@example.net")], above=False, at=cast.NOW, by=cast.person("aiko"))


def helper(event: Event) -> None:
    invite_member(
        community=event.community, email="h@example.net", role=Role.RECEPTION, at=cast.NOW, by=cast.person("aiko")
    )


def co_speaker(event: Event) -> None:
    talk = cast.talk("emi", event)
    ask_co_speaker(talk=talk, address="c@example.net", at=cast.NOW, by=talk.speaker)


def taker(event: Event) -> None:
    by_hand = enter_talk(event=event, words=TalkByHand("題", "", "", 20, "絵美"), at=cast.NOW, by=cast.person("aiko"))
    offer_talk(talk=by_hand, address="o@example.net", at=cast.NOW, by=cast.person("aiko"))


@pytest.mark.parametrize(
    ("invites", "module", "mail"),
    [
        (helper, inviting, "notify_address"),
        (guest, keeping, "notify_all"),
        (speaker, asking_speakers, "notify_address"),
        (co_speaker, asking, "notify_address"),
        (taker, offering, "notify_address"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_while_one_organizer_is_being_slow_another_team_invites(
    invites: Callable[[Event], None], module: Any, mail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The total is counted last. An invitation that takes long, or waits for an event's lock, keeps no other team waiting."""
    event = cast.event(slots=[cast.first_come_plan(), cast.invited_plan()], shifts=[])
    other = team(9)
    owner = other.memberships.get().person
    meanwhile: list[Any] = []
    send = getattr(module, mail)

    def another_invites() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        invite_member(community=other, email="z@example.net", role=Role.RECEPTION, at=cast.NOW, by=owner)

    def slowly(*given: Any, **named: Any) -> Any:
        if not meanwhile:
            meanwhile.append(None)
            meanwhile[:] = at_once(another_invites)
        return send(*given, **named)

    monkeypatch.setattr(module, mail, slowly)
    invites(event)
    assert meanwhile == [None]
    assert InvitationsSent.objects.count() == 2
