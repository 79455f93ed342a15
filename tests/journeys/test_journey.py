"""The main job from start to end: in a browser, in Japanese and in English, on the product as a whole.

Pages run at the real time. `tick` does the clock's work for later times.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from tests.conftest import Site
from tests.journeys.chapters import (
    call_off,
    change_slot,
    create,
    draw,
    fall_back_after_the_draw,
    keep_the_list,
    register,
    remind,
    reschedule,
    volunteer,
)
from tests.journeys.journey import Manage, Person
from tests.journeys.town import PASSWORD, ZONES, Town, speak


@pytest.mark.parametrize("language", ["ja", "en"])
def test_people_come_back_with_a_password_or_a_code(towns: Callable[[str], Town], language: str) -> None:
    town = towns(language)
    dan, chie = town.dan, town.chie
    dan.sign_out()
    dan.click(dan.say("Sign in"), of="header")
    dan.type("#id_login", dan.address)
    dan.type("#id_password", PASSWORD)
    dan.click(dan.say("Sign in with password"))
    dan.open("/me/")
    dan.sees(dan.name)
    chie.sign_out()
    chie.click(chie.say("Sign in"), of="header")
    chie.type("#id_email", chie.address)
    chie.click(chie.say("Send me a code"))
    chie.enter_code()
    chie.open("/me/")
    chie.sees(chie.name, chie.say("Nothing coming up"))
    assert dan.unread() == chie.unread() == []
    assert [fault for person in (dan, chie) for fault in person.faults] == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_on_site_meetup_with_a_lottery(towns: Callable[[str], Town], language: str) -> None:
    town = towns(language)
    meetup = create(town)
    register(meetup)
    change_slot(meetup)
    volunteer(meetup)
    speak(meetup)
    winner, first, second = draw(meetup)
    fall_back_after_the_draw(meetup, second)
    remind(meetup, winner, first, second)
    reschedule(meetup, winner)
    keep_the_list(meetup, first, second)
    call_off(meetup, second)
    town.check()


def test_everything_works_without_scripts(site: Site, browser: Browser, manage: Manage) -> None:
    """Sign-up, a new community, a new event, a registration, a shift."""
    town = Town(site, browser, "ja", manage)
    finn = Person.arrive(site, browser, "finn", "ja", zone=ZONES["ja"], javascript=False)
    town.people["finn"] = finn
    finn.sign_up()
    finn.open("/desk/communities/new/")
    finn.type("#id_name", "もくもく会")
    finn.type("#id_slug", "moku-plain")
    finn.click(finn.say("Create"))
    finn.click(finn.say("New event"))
    finn.type("#id_title", "もくもく会 #1")
    finn.page.fill("#id_day", (timezone.now() + timedelta(days=20)).date().isoformat())
    finn.page.fill("#id_starts", "19:00")
    finn.click(finn.say("Preview"))
    finn.sees(finn.say("Teardown volunteers", context="slot"))
    finn.click(finn.say("Publish", context="button"))
    finn.sees(finn.say("Published. Share the link to the event page."))
    finn.open("/", until="もくもく会 #1")
    finn.click("もくもく会 #1", of=".events")
    finn.click("抽選に申し込む")
    finn.click("抽選に申し込む", of="form.form")
    assert finn.page.locator(".state, .ticket").get_attribute("data-tone") == "lottery"
    finn.click(finn.say("Sign up for teardown"))
    finn.click(finn.say("Sign up for teardown"))
    assert finn.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
    finn.click(finn.say("I can’t come"))
    finn.click(finn.say("Cancel registration"))
    finn.sees("もくもく会 #1")
    town.check()
    finn.page.context.close()
