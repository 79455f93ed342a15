"""Limits of a day that count across events hold when people ask at several events in the same moment (RULES 72, 85, 210)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from meetups.accounts.models import User
from meetups.communities.models import Community, InvitationsSent
from meetups.core.errors import DomainError
from meetups.events.models import Event
from meetups.registrations import unverified_places
from meetups.registrations.actions.held_places import hold_place as holding
from meetups.registrations.actions.held_places.hold_place import hold_place
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen import seats
from meetups.speakers import co_speaker_quota
from meetups.speakers.actions.co_speakers import ask_co_speaker as asking
from meetups.speakers.actions.co_speakers.ask_co_speaker import ask_co_speaker
from meetups.speakers.co_speaker_quota import A_DAY_IN_ALL
from meetups.speakers.models import CoSpeaker
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


RACES = [co_speakers, handovers, codes]


@pytest.mark.in_short(1)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_no_one_comes_through_beyond_the_limit(race: Callable[[], list[object]], settings: Any) -> None:
    settings.UNUSED_CODES_A_DAY = 3
    assert [fault for _round in range(3) for fault in race()] == []


@pytest.mark.story
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_without_the_lock_it_goes_wrong(
    race: Callable[[], list[object]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UNUSED_CODES_A_DAY = 3

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
    monkeypatch.setattr(asking, "questions_left", pausing(co_speaker_quota.questions_left))
    monkeypatch.setattr(handing, "_check_what_was_asked", pausing(handing._check_what_was_asked))
    monkeypatch.setattr(holding, "unused_codes", pausing(unverified_places.unused_codes))
    if race is codes:
        monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    assert any(race() for _round in range(3))
