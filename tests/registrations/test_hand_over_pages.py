"""A seat is passed on and taken on the pages, and by the links in mails (RULES 5 to 8)."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.core.links import cancellation_token, offer_token
from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.models import Offer
from tests.support import cast
from tests.support.scenes.hand_over_scene import (
    CANCELLED,
    CONFIRMED,
    LATER,
    leave,
    of,
    offer_to,
    one_seat_and_two_who_wait,
    state,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def invariants_hold(db: None) -> Iterator[None]:
    yield
    assert breaches() == []


@pytest.fixture
def event() -> Event:
    return one_seat_and_two_who_wait()


@pytest.fixture
def at_that_time() -> Iterator[None]:
    with time_machine.travel(LATER, tick=False):
        yield


def test_the_page_says_what_happens_and_the_button_what_it_does(event: Event, at_that_time: None) -> None:
    dan = cast.signed_in("dan")
    address = reverse("registration_cancellation", args=[event.public_id])
    page = dan.get(address).content.decode()
    assert "Your seat is offered to the waitlist and stays yours until someone accepts." in page
    assert "Fri, Dec 4, 2:00 PM" in page
    assert "Offer my seat to the waitlist" in page
    answer = dan.post(address, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("registration", args=[event.public_id])
    assert "Your seat is being offered to the waitlist." in answer.content.decode()
    assert "I can come after all" in dan.get(address).content.decode()
    answer = dan.post(address, {"keep": "1"}, follow=True)
    assert "You keep your seat." in answer.content.decode()
    assert of("dan").hands_over_at is None


def test_the_offer_is_shown_to_scanners_and_taken_with_one_click(event: Event, at_that_time: None) -> None:
    leave("dan")
    stranger = Client()
    address = reverse("offer", args=[offer_token(offer_to("emi").pk)])
    for _scan in range(3):
        page = stranger.get(address)
        assert page.status_code == 200
    assert stranger.head(address).status_code == 200
    assert offer_to("emi").state == Offer.State.OPEN
    assert stranger.post(address).status_code == 422
    for _click in range(2):
        page = stranger.post(address, {"answer": "yes"}, follow=True)
        assert page.status_code == 200
    assert state("emi") == CONFIRMED
    assert stranger.post(address, {"answer": "no"}).status_code == 409
    assert state("emi") == CONFIRMED


def test_no_thank_you_with_one_click(event: Event, at_that_time: None) -> None:
    leave("dan")
    stranger = Client()
    address = reverse("offer", args=[offer_token(offer_to("emi").pk)])
    for _click in range(2):
        assert stranger.post(address, {"answer": "no"}, follow=True).status_code == 200
    assert state("emi") == CANCELLED


def test_an_offer_opens_with_its_own_link_only(event: Event, at_that_time: None) -> None:
    leave("dan")
    stranger = Client()
    for token in ("x", str(offer_to("emi").pk), cancellation_token(offer_to("emi").pk), offer_token(10**9)):
        assert stranger.get(reverse("offer", args=[token])).status_code == 404
        assert stranger.post(reverse("offer", args=[token]), {"answer": "yes"}).status_code == 404


def test_the_link_in_the_mail_passes_on_and_takes_back(event: Event, at_that_time: None) -> None:
    stranger = Client()
    address = reverse("one_click_cancellation", args=[cancellation_token(of("dan").pk)])
    assert "Offer my seat to the waitlist" in stranger.get(address, headers={"accept-language": "en"}).content.decode()
    page = stranger.post(address, headers={"accept-language": "en"}).content.decode()
    assert "Your seat is being offered to the waitlist" in page
    assert of("dan").hands_over_at
    page = stranger.post(address, {"keep": "1"}, headers={"accept-language": "en"}).content.decode()
    assert "You keep your seat." in page
    assert of("dan").hands_over_at is None


def test_whoever_is_offered_a_seat_sees_it_wherever_she_stands(event: Event, at_that_time: None) -> None:
    leave("dan")
    emi = cast.signed_in("emi")
    for name, parameters in (("registration", [event.public_id]), ("my_page", []), ("event", [event.public_id])):
        page = emi.get(reverse(name, args=parameters)).content.decode()
        assert "A seat is open for you. Please reply by Thu, Dec 3, 10:00 PM." in page, name
    finn = cast.signed_in("finn").get(reverse("registration", args=[event.public_id])).content.decode()
    assert "You’re #2 on the waitlist." in finn


def test_the_three_deadlines_are_on_my_page(event: Event) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        page = cast.signed_in("dan").get(reverse("registration", args=[event.public_id])).content.decode()
        seen = cast.signed_in("dan").get(reverse("event", args=[event.public_id])).content.decode()
    for words in (
        "Until Thu, Dec 3, 2:00 PM the next person gets in at once.",
        "Until Fri, Dec 4, 2:00 PM your seat is offered to the waitlist",
        "Event day",
    ):
        assert words in page
    assert "Cancel registration</a> (until Dec 3, 2:00 PM)" in re.sub("</?time.*?>", "", " ".join(seen.split()))


def test_a_step_comes_by_itself_and_what_one_may_do_is_a_link(event: Event) -> None:
    with time_machine.travel(cast.NOW, tick=False):
        page = cast.signed_in("dan").get(reverse("event", args=[event.public_id])).content.decode()
    steps = re.findall(r'<span class="steps-what">\s*(.*?)<', page)
    assert [step.strip() for step in steps] == ["Register", "Event day"]
    assert re.search(r'<li\s+data-state="coming"\s+aria-current="step"\s*>\s*<span class="steps-what">Event day', page)
    assert 'data-state="now"' not in page
