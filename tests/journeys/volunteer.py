"""The chapters of a volunteer's meetup. Shifts are planned, taken, handed over and offered, the room is cleared, and hours count.

`tests/journeys/test_journey_volunteer.py` tells the story.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.utils import translation
from playwright.sync_api import Locator, expect

from meetups.core import dates
from meetups.volunteers.hours import hours
from tests.journeys.chapters import enter_lottery
from tests.journeys.journey import COMMUNITY, Person
from tests.journeys.town import ZONES, Meetup, Town, announce, link_in
from tests.support.scenes import teardown_scene

PLACE = {"ja": "セミナー室A", "en": "Seminar room A"}
KEYS = {"ja": "鍵を守衛室に返す", "en": "Key to the porter"}
WINDOWS = {"ja": "窓側", "en": "By the windows"}
PHONE = {"width": 390, "height": 844}
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def plan(town: Town) -> Meetup:
    """A lottery for one seat. One click adds the usual shifts. Teardown gets a place and a lead, check-in a time to seek help."""
    aiko = town.aiko
    meetup = announce(
        town, f"{COMMUNITY[town.language]} #17", days=12, more=lambda aiko: aiko.type("#id_capacity", "1")
    )
    for person in town.people.values():
        person.catch_up()
    aiko.open(f"{meetup.desk}shifts/")
    aiko.touch(aiko.page.locator("summary", has_text=aiko.say("Add the usual shifts")))
    aiko.click(aiko.say("Add selected shifts"))
    aiko.sees(aiko.say.several("%(count)s shift added.", "%(count)s shifts added.", 3))
    change(aiko, "Teardown")
    aiko.type("#id_place", PLACE[town.language])
    aiko.page.select_option("#id_lead", label=aiko.name)
    aiko.click(aiko.say("Save"))
    aiko.sees(aiko.say("Saved."), PLACE[town.language], aiko.say("Lead: %(name)s", name=aiko.name))
    change(aiko, "Check-in")
    aiko.page.fill("#id_help", f"{help_at(meetup):%Y-%m-%dT%H:%M}")
    aiko.click(aiko.say("Save"))
    aiko.sees(aiko.say("Saved."))
    return meetup


def help_at(meetup: Meetup) -> datetime:
    """The time at which missing volunteers at check-in are noticed: noon, long before entries close."""
    return meetup.before(9, time(12))


def shift(person: Person, title: str) -> str:
    """The name of a usual shift in the person's language."""
    return person.say(title, context="shift")


def change(aiko: Person, title: str) -> None:
    """Opens the page of one shift, from the list."""
    aiko.click(aiko.say("Change the shift “%(shift)s”", shift=shift(aiko, title)))


def write_the_list(meetup: Meetup) -> None:
    """Aiko adds the usual lines in one click, one line by hand, and a photo of the room."""
    aiko, language = meetup.town.aiko, meetup.town.language
    aiko.click(aiko.say("Teardown list and photos of the room"))
    aiko.click(aiko.say("Use the usual items"))
    aiko.type("#id_text", KEYS[language])
    aiko.click(aiko.say("Add item"))
    picture = teardown_scene.jpeg(teardown_scene.room(640, 480))
    aiko.page.set_input_files("#photo-chosen", {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture})
    aiko.type("#photo-caption", WINDOWS[language])
    aiko.click(aiko.say("Add photos"))
    aiko.sees(KEYS[language], WINDOWS[language])


def on_the_list(meetup: Meetup, person: Person, title: str) -> Locator:
    """The line of a shift in the list of all events, reached on a phone from "My page". The page is no wider than the screen."""
    person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict is one
    person.open("/me/")
    person.click(person.say("Available shifts"))
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], wide
    return person.page.locator(".duties li").filter(has_text=meetup.title).filter(has_text=shift(person, title))


def take(meetup: Meetup) -> None:
    """With one tap Emi's seat is confirmed before any draw."""
    emi, language = meetup.town.emi, meetup.town.language
    line = on_the_list(meetup, emi, "Teardown")
    expect(line).to_contain_text(PLACE[language])
    button = line.get_by_role("button", name=emi.say("Sign up for teardown"))
    box = button.bounding_box()
    assert box
    assert box["height"] >= 44
    emi.click(button)
    emi.sees(emi.say("Thank you for helping. The shift is yours."))
    expect(line).to_contain_text(emi.say("Yours", context="shift"))
    taken = emi.gets(
        emi.say("You’re volunteering – seat confirmed: %(event)s", event=meetup.title),
        says=PLACE[language],
        files=2,
    )
    assert meetup.town.aiko.name in taken["text"]
    emi.open(f"{meetup.page}registration/")
    assert emi.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"


def hand_over(meetup: Meetup) -> None:
    """Emi cannot come and asks Finn by mail. Finn accepts, and has the shift and the seat at once. Emi is back in the lottery,
    as the page said."""
    town = meetup.town
    emi, finn, aiko = town.emi, town.finn, town.aiko
    emi.click(emi.say("Find a replacement"))
    emi.sees(
        emi.say(
            "You’ll lose your guaranteed seat and go back into the lottery for “%(slot)s”. Result by email: %(when)s.",
            slot=emi.say("General", context="slot"),
            when=town.moment(meetup.draws_at),
        )
    )
    emi.type("#id_address", finn.address)
    emi.click(emi.say("Send request"))
    emi.sees(emi.say("You asked %(address)s to take it over.", address=finn.address))
    by = dates.short_moment(meetup.ends_at, ZONES[town.language], town.language)
    subject = finn.say("Take over a shift? Reply by %(when)s: %(event)s", when=by, event=meetup.title)
    asked = finn.gets(subject, says=emi.name, files=0)
    finn.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a plain dict is one
    finn.open(link_in(asked, "/handovers/"))
    finn.sees(shift(finn, "Teardown"), PLACE[town.language])
    finn.click(finn.say("Take over the shift"))
    finn.sees(finn.say("Thank you for helping. The shift is yours."))
    assert finn.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
    finn.gets(finn.say("You’re volunteering – seat confirmed: %(event)s", event=meetup.title), files=2)
    emi.gets(emi.say("Someone took over your shift: %(event)s", event=meetup.title), says=town.moment(meetup.draws_at))
    aiko.gets(
        aiko.say(
            "%(taker)s takes over from %(giver)s for %(shift)s: %(event)s",
            taker=finn.name,
            giver=emi.name,
            shift=shift(aiko, "Teardown"),
            event=meetup.title,
        )
    )
    emi.open(f"{meetup.page}registration/")
    assert emi.page.locator(".state, .ticket").get_attribute("data-tone") == "lottery"
    nobody_waits_for_mail(town)


def nobody_waits_for_mail(town: Town) -> None:
    """No one has an unread mail. Ben is left out: Ben is an organizer since another story, and gets the same mails as Aiko."""
    concerned = {handle: person for handle, person in town.people.items() if handle != "ben"}
    unread = {handle: person.unread() for handle, person in concerned.items() if person.unread()}
    assert not unread, unread


def offer(meetup: Meetup) -> None:
    """Check-in lacks volunteers at the time that Aiko set. Aiko is told, and people in the lottery get one offer. Dan takes it
    and has a seat."""
    town = meetup.town
    dan, emi, aiko = town.dan, town.emi, town.aiko
    dan.open(meetup.page, until=meetup.title)
    enter_lottery(meetup, dan)
    town.manage.tick(help_at(meetup))
    aiko.gets(aiko.say("Volunteers needed for %(shift)s: %(event)s", shift=shift(aiko, "Check-in"), event=meetup.title))
    mails = {
        person.handle: person.gets(
            person.say(
                "Help out with “%(shift)s” and get a seat: %(event)s",
                shift=shift(person, "Check-in"),
                event=meetup.title,
            )
        )
        for person in (dan, emi)
    }
    dan.open(link_in(mails["dan"], "/signup/"))
    dan.click(dan.say("Sign up for this shift"))
    assert dan.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
    dan.gets(dan.say("You’re volunteering – seat confirmed: %(event)s", event=meetup.title), files=2)
    line = on_the_list(meetup, dan, "MC")
    expect(line).to_contain_text(dan.say("At the same time as your shift “%(shift)s”.", shift=shift(dan, "Check-in")))
    town.manage.tick(help_at(meetup) + timedelta(hours=1))
    nobody_waits_for_mail(town)


def draw(meetup: Meetup) -> None:
    """The draw leaves out people with a shift, so only Emi is in it. Two days before, no one in the queue is left to ask, and
    Aiko is told which shifts lack volunteers."""
    town = meetup.town
    emi, dan, finn, aiko = town.emi, town.dan, town.finn, town.aiko
    town.manage.tick(meetup.closes_at)
    emi.gets(emi.say("Lottery entries are final: %(event)s", event=meetup.title))
    town.manage.tick(meetup.draws_at)
    emi.gets(emi.say("You got a seat: %(event)s", event=meetup.title), files=1)
    nobody_waits_for_mail(town)
    town.manage.tick(meetup.before(2, time(19)))
    aiko.gets(
        aiko.say("Volunteers needed for %(count)s shifts: %(event)s", count=3, event=meetup.title),
        says=aiko.say("No one else was asked. You choose who to ask."),
    )
    for person in (emi, dan, finn):
        person.gets(
            person.say.several(
                "In %(days)s day: %(event)s", "In %(days)s days: %(event)s", 2, days=2, event=meetup.title
            )
        )
    town.manage.tick(meetup.before(0, time(9)))
    emi.gets(emi.say("Today: %(event)s", event=meetup.title))
    for person, title in ((dan, "Check-in"), (finn, "Teardown")):
        mail = person.gets(
            person.say("Your shift today: %(event)s", event=meetup.title), says=shift(person, title), files=2
        )
        assert ("/teardown/" in mail["text"]) == (person is finn)
    nobody_waits_for_mail(town)


@contextmanager
def evening(meetup: Meetup) -> Iterator[None]:
    """Sets the pages' clock to the evening, when teardown should be over, and back to the real time afterwards."""
    meetup.town.site.travel(meetup.ends_at + timedelta(minutes=80))
    try:
        yield
    finally:
        meetup.town.site.travel(None)


def tear_down(meetup: Meetup) -> None:
    """Two phones share one list: each shows the other's ticks. It is obvious which lines are open, until none is."""
    town = meetup.town
    finn, aiko = town.finn, town.aiko
    finn.open("/me/")
    finn.click(finn.say("Open the teardown list"))
    finn.sees(
        finn.say(
            "Teardown was due to end at %(time)s.",
            time=dates.clock(meetup.ends_at + timedelta(hours=1), ZONES[town.language], town.language),
        )
    )
    expect(finn.page.locator(".tally-open strong")).to_contain_text("9")
    photo = finn.page.get_by_role("img", name=WINDOWS[town.language])
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    aiko.open(f"{meetup.page}teardown/")
    lines = finn.page.locator(".chores").first.locator(".chore-text").all_text_contents()
    # One after the other, each seen to be done: a done line leaves, the others move up, and a click in that moment meets none.
    for done, line in enumerate(lines[:4], 1):
        finn.touch(line)
        expect(finn.page.locator("[data-state=done]")).to_have_count(done)
    expect(finn.page.locator(".tally-open strong")).to_contain_text("5")
    aiko.page.evaluate(LOOK)
    expect(aiko.page.locator(".tally-open strong")).to_contain_text("5")
    expect(aiko.page.locator("[data-state=done]")).to_have_count(4)
    expect(aiko.page.locator("[data-state=done]").first).to_contain_text(finn.name)
    for done, line in enumerate(lines[4:], 5):
        aiko.touch(line)
        expect(aiko.page.locator("[data-state=done]")).to_have_count(done)
    expect(aiko.page.locator(".tally-done")).to_be_visible()
    finn.page.evaluate(LOOK)
    expect(finn.page.locator(".tally-done")).to_contain_text(
        finn.say("Everything is done, and the room is as it was. Thank you all, and get home safely.")
    )


def put_right(meetup: Meetup) -> None:
    """Aiko records that Dan missed check-in. Dan objects, and Aiko corrects the record."""
    town, tick = meetup.town, meetup.town.manage.tick
    aiko, dan = town.aiko, town.dan
    night = meetup.ends_at + timedelta(minutes=90)
    aiko.open(f"{meetup.desk}shifts/")
    aiko.click(aiko.say("Shift record of “%(shift)s”", shift=shift(aiko, "Check-in")))
    absent, done = aiko.say("missed", context="shift"), aiko.say("done", context="shift")
    aiko.click(aiko.say("%(name)s: %(label)s", name=dan.name, label=absent))
    tick(night)
    missed = dan.gets(dan.say("You were marked absent from a shift: %(event)s", event=meetup.title))
    dan.open(link_in(missed, "/absence/"))
    dan.sees(dan.say("You were marked absent from “%(shift)s”", shift=shift(dan, "Check-in")))
    dan.click(dan.say("Ask for a review"))
    tick(night + timedelta(minutes=1))
    asked = aiko.gets(aiko.say("%(name)s disputes an absence: %(event)s", name=dan.name, event=meetup.title))
    aiko.open(link_in(asked, "/shifts/"))
    aiko.click(aiko.say("%(name)s: %(label)s", name=dan.name, label=done))
    tick(night + timedelta(minutes=2))
    dan.gets(dan.say("Record corrected: %(event)s", event=meetup.title))
    nobody_waits_for_mail(town)


def thank(meetup: Meetup) -> None:
    """The thanks come once, at ten on the day after. The volunteers' pages show the hours."""
    town = meetup.town
    morning = town.wall(meetup.starts_at.date() + timedelta(days=1), time(10))
    town.manage.tick(morning)
    town.manage.tick(morning + timedelta(hours=1))
    for person, minutes in ((town.dan, 75), (town.finn, 60)):
        with translation.override(town.language):
            lasted = hours(timedelta(minutes=minutes))
        person.gets(person.say("Thank you for helping: %(event)s", event=meetup.title), says=lasted)
        person.open("/me/")
        person.sees(
            person.say("Past shifts"),
            person.say.several("%(count)d shift, %(hours)s", "%(count)d shifts, %(hours)s", 1, hours=lasted),
        )
    nobody_waits_for_mail(town)
