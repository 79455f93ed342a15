"""A seat that is handed over stays one seat when several people click at once. Without the seat lock the races go wrong."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.actions.offers.accept_offer import accept_offer
from meetups.registrations.actions.offers.keep_seat import keep_seat
from meetups.registrations.models import Offer, Registration
from meetups.registrations.pen import seats
from meetups.registrations.pen.seat_offers import SeatOffers
from meetups.registrations.tasks import pass_on
from tests.concurrency.threads import accidents, at_once, wait_for_the_others
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.STARTS_AT - timedelta(hours=46)
ROUNDS = 5


def handed_over() -> tuple[Offer, Callable[[], Any], Callable[[], Any]]:
    """Dan's only seat is offered to Emi; Finn is next in the queue. Returns the offer, Emi's yes, and Dan's change of mind."""
    event = cast.event(slots=[cast.first_come_plan(1)])
    dan, emi, _finn = (cast.registered(name, event) for name in ("dan", "emi", "finn"))
    leave_event(event=event, person=dan.person, at=LATER, by=dan.person)
    offer = Offer.objects.get(taker=emi)
    return (
        offer,
        lambda: accept_offer(offer=offer, at=LATER, by=emi.person),
        lambda: keep_seat(registration=dan, at=LATER, by=dan.person),
    )


def problems(offer: Offer, given: list[Any]) -> list[object]:
    sold = Registration.objects.filter(event=offer.taker.event).confirmed().count()
    return [*accidents(given), *(["not one seat"] if sold != 1 else []), *breaches()]


def taken_and_kept() -> list[object]:
    """The giver takes the seat back while the taker accepts."""
    offer, accept, keep = handed_over()
    return problems(offer, at_once(accept, keep))


def clicked_twice() -> list[object]:
    """Two clicks on the same yes."""
    offer, accept, _keep = handed_over()
    found = problems(offer, at_once(accept, accept))
    mails = Notification.objects.filter(
        recipient=offer.taker.attendee, kind="promoted", thread=offer.taker.event.thread
    )
    return [*found, *(["not told once"] if mails.count() != 1 else [])]


def two_clocks() -> list[object]:
    """Two clocks pass on a seat whose offer was not answered in time."""
    offer, _accept, _keep = handed_over()
    found = problems(offer, at_once(*[lambda: pass_on(offer.answer_by)] * 2))
    offers = Offer.objects.filter(giver=offer.giver)
    return [*found, *(["not passed on once"] if offers.count() != 2 else [])]


RACES = [taken_and_kept, clicked_twice, two_clocks]


@pytest.mark.in_short(1)
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__)
def test_one_seat_goes_one_way(race: Callable[[], list[object]]) -> None:
    assert [problem for _round in range(ROUNDS) for problem in race()] == []


@pytest.mark.story
@pytest.mark.parametrize("race", [taken_and_kept, clicked_twice], ids=lambda race: race.__name__)
def test_without_the_lock_it_goes_wrong(race: Callable[[], list[object]], monkeypatch: pytest.MonkeyPatch) -> None:
    stands = SeatOffers.stands

    def decide_and_pause(self: SeatOffers, offer: Offer) -> bool:
        answer = stands(self, offer)
        wait_for_the_others()
        return answer

    monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    monkeypatch.setattr(SeatOffers, "stands", decide_and_pause)
    assert any(race() for _round in range(ROUNDS))
