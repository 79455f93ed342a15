"""Talks from the call for speakers to the programme of the evening: in a browser, in Japanese and in English."""

from collections.abc import Callable

import pytest

from tests.journeys.speaker import (
    arrange,
    ask_together,
    call,
    chase,
    decide,
    fill_up,
    invite,
    offer,
    propose,
    withdraw,
)
from tests.journeys.town import Town


@pytest.mark.parametrize("language", ["ja", "en"])
def test_talks_come_onto_a_programme(towns: Callable[[str], Town], language: str) -> None:
    town = towns(language)
    meetup = fill_up(town)
    call(meetup)
    propose(meetup)
    invite(meetup)
    asked_at = decide(meetup)
    ask_together(meetup)
    chase(meetup, asked_at)
    offer(meetup)
    arrange(meetup)
    withdraw(meetup)
    town.check()
