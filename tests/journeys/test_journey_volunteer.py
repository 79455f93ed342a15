"""A volunteer's story in a browser, from finding a shift on a phone to the thanks on the day after."""

from collections.abc import Callable

import pytest

from tests.journeys import volunteer as told
from tests.journeys.town import Town


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_volunteer_from_the_list_of_shifts_to_the_thanks(towns: Callable[[str], Town], language: str) -> None:
    town = towns(language)
    meetup = told.plan(town)
    told.write_the_list(meetup)
    told.take(meetup)
    told.hand_over(meetup)
    told.offer(meetup)
    told.draw(meetup)
    with told.evening(meetup):
        told.tear_down(meetup)
        told.put_right(meetup)
        told.thank(meetup)
    town.check()
