"""The main job, end to end, as people do it: in a browser, in Japanese and in English, on the product as a whole.

Pages run on today's clock; the clock's work is done by `tick` at the times that are to come.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from meetups.core import dates
from tests.conftest import Site
from tests.journey import COMMUNITY, NAMES, Manage, Person

ZONES = {"ja": "Asia/Tokyo", "en": "Europe/Berlin"}
TALK = {"ja": "特徴量ストアを1年運用して", "en": "A year with a feature store"}
LATER = {"ja": "戸締まり", "en": "Locking up"}
STUDENTS = {"ja": "学生枠", "en": "Students"}
PASSWORD = "korokoro-14-tokyo"


@dataclass
class Town:
    """The cast in one language, each with a browser and signed in, and the community that Aiko founded."""

    site: Site
    browser: Browser
    language: str
    manage: Manage
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, handle: str) -> Person:
        """`town.aiko`."""
        return self.people[handle]

    @property
    def slug(self) -> str:
        return f"ml-{self.language}"

    def stranger(self) -> Person:
        """Somebody who is not signed in."""
        person = Person.arrive(self.site, self.browser, "stranger", self.language, zone=ZONES[self.language])
        self.people[f"stranger-{len(self.people)}"] = person
        return person

    def wall(self, day: date, clock: time) -> datetime:
        """An instant on the community's clock."""
        return datetime.combine(day, clock, ZoneInfo(ZONES[self.language]))

    def moment(self, at: datetime) -> str:
        """As the pages write it."""
        return dates.moment(at, ZONES[self.language], self.language)

    def sign_up(self) -> None:
        """Everyone signs up by code; Dan chooses a password, too."""
        for handle in NAMES[self.language]:
            person = self.people[handle] = Person.arrive(
                self.site, self.browser, handle, self.language, zone=ZONES[self.language]
            )
            person.sign_up(password=PASSWORD if handle == "dan" else "")

    def found(self) -> None:
        """Aiko founds the community."""
        aiko = self.aiko
        aiko.click(aiko.say("Desk", context="organizers"), of="footer")
        aiko.click(aiko.say("Found a community"))
        aiko.type("#id_name", COMMUNITY[self.language])
        aiko.type("#id_slug", self.slug)
        assert aiko.page.input_value("#id_language") == self.language
        aiko.page.select_option("#id_time_zone", ZONES[self.language])
        aiko.click(aiko.say("Found it"))
        aiko.sees(COMMUNITY[self.language])

    def check(self) -> None:
        """Nothing is broken in the database, and no browser complained."""
        assert "invariants hold" in self.manage("check_invariants")
        assert [fault for person in self.people.values() for fault in person.faults] == []


@pytest.fixture(scope="session")
def manage(site: Site) -> Iterator[Manage]:
    """Moves time, and looks into the database."""
    started = Manage(site)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def towns(site: Site, browser: Browser, manage: Manage) -> Iterator[Callable[[str], Town]]:
    """The town of a language; its people sign up when it is first asked for."""
    made: dict[str, Town] = {}

    def town(language: str) -> Town:
        if language not in made:
            made[language] = Town(site, browser, language, manage)
            made[language].sign_up()
            made[language].found()
        return made[language]

    yield town
    for one in made.values():
        for person in one.people.values():
            person.page.context.close()


@dataclass
class Meetup:
    """An event of a town's community, known by its public id."""

    town: Town
    title: str
    public_id: str
    starts_at: datetime
    closes_at: datetime
    draws_at: datetime

    @property
    def page(self) -> str:
        return f"/events/{self.public_id}/"

    @property
    def desk(self) -> str:
        return f"/desk{self.page}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=2)

    def before(self, days: int, clock: time) -> datetime:
        """So many days before, on the community's clock."""
        return self.town.wall(self.starts_at.date() - timedelta(days=days), clock)

    def shift_page(self, person: Person, title: str) -> str:
        """The address at which the shift called `title` is taken, as the event's page links it."""
        person.open(self.page, until=title)
        row = person.page.locator(".duties li, .slot").filter(has_text=title)
        return str(row.locator("a[href$='/signup/']").get_attribute("href"))


def announce(town: Town, title: str, *, days: int, more: Callable[[Person], None]) -> Meetup:
    """Aiko makes an event on one page, `days` from now at 19:00, and publishes it. `more` is what she sets beside title and time."""
    aiko = town.aiko
    day = timezone.now().astimezone(ZoneInfo(ZONES[town.language])).date() + timedelta(days=days)
    aiko.open(f"/desk/c/{town.slug}/")
    aiko.click(aiko.say("New event"))
    aiko.type("#id_title", title)
    aiko.clicks += 1
    # The browser's own calendar field, whose parts are in the order of the machine's language.
    aiko.page.locator("#id_day").click(position={"x": 12, "y": 12})
    aiko.press(f"{day:%m%d%Y}")
    aiko.type("#id_starts", "1900")
    assert aiko.page.input_value("#id_day") == day.isoformat()
    assert aiko.page.input_value("#id_ends") == "21:00"
    more(aiko)
    aiko.click(aiko.say("Publish", context="button"))
    aiko.sees(aiko.say("Published. Send people the address of the event page."))
    starts_at = town.wall(day, time(19))
    return Meetup(
        town,
        title,
        aiko.page.url.rstrip("/").rsplit("/", 1)[-1],
        starts_at,
        town.wall(day - timedelta(days=5), time(23, 59)),
        town.wall(day - timedelta(days=4), time(12)),
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_people_come_back_with_a_password_or_a_code(towns: Callable[[str], Town], language: str) -> None:
    town = towns(language)
    dan, chie = town.dan, town.chie
    dan.sign_out()
    dan.click(dan.say("Sign in"), of="header")
    dan.type("#id_login", dan.address)
    dan.type("#id_password", PASSWORD)
    dan.click(dan.say("Sign in with the password"))
    dan.open("/me/")
    dan.sees(dan.name)
    chie.sign_out()
    chie.click(chie.say("Sign in"), of="header")
    chie.type("#id_email", chie.address)
    chie.click(chie.say("Send me a code"))
    chie.enter_code()
    chie.open("/me/")
    chie.sees(chie.name, chie.say("Nothing is before you"))
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


def create(town: Town) -> Meetup:
    """Title, date and time, and one seat for everyone, so that the draw has losers."""
    title = f"{COMMUNITY[town.language]} #14"
    meetup = announce(town, title, days=22, more=lambda aiko: aiko.type("#id_capacity", "1"))
    town.aiko.sees(dates.short_moment(meetup.draws_at, ZONES[town.language], town.language))
    return meetup


def enter_lottery(meetup: Meetup, person: Person) -> None:
    """From the event's page: two clicks, and the first button says what will happen, with its date."""
    town = meetup.town
    label = {"ja": "抽選に申し込む", "en": "Enter the lottery"}[town.language]
    when = dates.short_moment(meetup.draws_at, ZONES[town.language], town.language)
    assert when in (person.found(label).text_content() or "")

    def apply() -> None:
        person.click(label)
        person.click(label, of="form.form")

    assert person.counted(apply) == 2
    person.sees(
        person.say("You are in the lottery. The result comes by mail on %(when)s.", when=town.moment(meetup.draws_at))
    )
    person.gets(
        person.say("You are in the lottery: %(event)s", event=meetup.title), says=town.moment(meetup.draws_at), files=0
    )


def register(meetup: Meetup) -> None:
    """From the home page or the community's; one leaves and comes back."""
    town = meetup.town
    for person in (town.dan, town.ben, town.finn):
        person.open("/", until=meetup.title)
        person.click(meetup.title, of=".events")
        enter_lottery(meetup, person)
    chie = town.chie
    chie.open(f"/c/{town.slug}/", until=meetup.title)
    chie.click(meetup.title, of=".events")
    enter_lottery(meetup, chie)
    chie.click(chie.say("I cannot come"))
    chie.sees(chie.say("Your entry leaves the lottery."), chie.say("You can enter again until entries close."))
    chie.click(chie.say("Leave the event"))
    chie.gets(chie.say("You cancelled: %(event)s", event=meetup.title))
    enter_lottery(meetup, chie)


def change_slot(meetup: Meetup) -> None:
    """Finn changes to a slot with a free seat; Dan would have to wait there, and stays."""
    town = meetup.town
    finn, dan = town.finn, town.dan
    add_slot(meetup)
    finn.open(f"{meetup.page}registration/", until=finn.say("Change slot"))
    finn.click(finn.say("Change slot"))
    finn.sees(STUDENTS[town.language], finn.say("You have a seat at once."))
    finn.click(finn.say("Change to this slot"))
    finn.sees(
        finn.say(
            "Your seat is certain. See you on %(day)s at %(time)s.",
            day=dates.day(meetup.starts_at, ZONES[town.language], town.language),
            time=dates.clock(meetup.starts_at, ZONES[town.language], town.language),
        ),
        STUDENTS[town.language],
    )
    finn.gets(finn.say("You have a seat: %(event)s", event=meetup.title), files=1)
    dan.open(f"{meetup.page}registration/slot/")
    dan.click(dan.say("Change to this slot"))
    dan.sees(dan.say("Changing would cost you your place: in the other slot you would wait at the end of the queue."))
    dan.click(dan.say("Stay where I am"))
    dan.sees(dan.say("My entry in the lottery"))
    assert dan.unread() == []


def add_slot(meetup: Meetup) -> None:
    """A second slot, first come, with one seat; the desk does not make them yet."""
    meetup.town.manage(
        "shell",
        "-c",
        "from meetups.events.models import Event; from meetups.registrations.models import Slot; "
        "from meetups.registrations.opening import SlotPlan, open_slots; "
        f"open_slots(Event.objects.get(public_id={meetup.public_id!r}), "
        f"[SlotPlan({STUDENTS[meetup.town.language]!r}, Slot.Admission.FIRST_COME, 1)])",
    )


def volunteer(meetup: Meetup) -> None:
    """Emi tears down: certain at once; she steps down into the lottery, as the page said, and takes it again. Others are told why not."""
    town = meetup.town
    emi, dan, finn = town.emi, town.dan, town.finn
    take_teardown(meetup, emi)
    emi.click(emi.say("Step down"))
    fallback = emi.say(
        "Your certain seat goes. You are back in the lottery for “%(slot)s”; the result comes by mail on %(when)s.",
        slot=emi.say("General", context="slot"),
        when=town.moment(meetup.draws_at),
    )
    emi.sees(fallback)
    emi.click(emi.say("Step down"), of="form")
    emi.sees(
        emi.say("You are in the lottery. The result comes by mail on %(when)s.", when=town.moment(meetup.draws_at))
    )
    emi.gets(emi.say("You stepped down from a shift: %(event)s", event=meetup.title))
    take_teardown(meetup, emi)
    plan_shift(meetup)
    address = meetup.shift_page(emi, LATER[town.language])
    emi.open(address)
    emi.click(emi.say("Take this shift"))
    emi.sees(
        emi.say(
            "You have taken “%(shift)s”, which is at the same time. Step down from it first.",
            shift=emi.say("Teardown", context="shift"),
        )
    )
    dan.open(address)
    finn.open(address)
    finn.click(finn.say("Take this shift"))
    finn.gets(finn.say("You took a shift: %(event)s", event=meetup.title), files=1)
    dan.click(dan.say("Take this shift"))
    dan.sees(dan.say("This shift is full. Thank you for offering: perhaps another one needs you."))


def take_teardown(meetup: Meetup, person: Person) -> None:
    """From the event's page; the seat is certain at once, outside the draw."""
    person.open(meetup.page, until=person.say("Take teardown"))
    person.click(person.say("Take teardown"), of=".slot[data-admission=duty]")
    person.sees(person.say("Your seat is certain at once"))
    person.click(person.say("Take teardown"))
    person.sees(person.say("Teardown volunteers", context="slot"), person.say("Step down"))
    assert person.page.locator(".state").get_attribute("data-tone") == "certain"
    mail = person.gets(
        person.say("You are on the team, and your seat is certain: %(event)s", event=meetup.title), files=2
    )
    assert "21:00" in mail["text"] or "9:00" in mail["text"]


def plan_shift(meetup: Meetup) -> None:
    """Another shift for one person, in the middle of teardown."""
    aiko, language = meetup.town.aiko, meetup.town.language
    aiko.open(f"{meetup.desk}shifts/")
    aiko.type("#id_title", LATER[language])
    aiko.page.select_option("#id_phase", "event")
    half_past = meetup.ends_at.replace(tzinfo=None) + timedelta(minutes=30)
    aiko.page.fill("#id_starts", half_past.isoformat(timespec="minutes"))
    aiko.page.fill("#id_ends", (half_past + timedelta(minutes=15)).isoformat(timespec="minutes"))
    aiko.page.fill("#id_maximum", "1")
    aiko.click(aiko.say("Plan it"))
    aiko.sees(aiko.say("“%(shift)s” is on the event page.", shift=LATER[language]))


def speak(meetup: Meetup) -> None:
    """Emi proposes, Aiko accepts, Emi confirms, and everybody sees it on the programme."""
    town = meetup.town
    emi, aiko, talk = town.emi, town.aiko, TALK[town.language]
    emi.open(meetup.page)
    emi.click(emi.say("Propose a talk"))
    emi.type("#id_title", talk)
    emi.type("#id_abstract", "**ML** 2026")
    emi.click(emi.say("Send the proposal"))
    emi.sees(talk, emi.say("proposed", context="talk"))
    aiko.gets(aiko.say("A talk was proposed: %(talk)s", talk=talk), says=emi.name)
    aiko.open(f"{meetup.desk}talks/")
    aiko.click(aiko.say("Accept", context="talk"))
    mail = emi.gets(emi.say("Your talk was accepted, please confirm: %(talk)s", talk=talk))
    emi.open(link_in(mail, "/talks/"))
    emi.click(emi.say("Confirm your talk"))
    emi.sees(emi.say("Your talk is on the programme, and your seat is certain. Thank you."), talk)
    emi.gets(emi.say("You are on the programme: %(event)s", event=meetup.title), says=talk, files=1)
    aiko.gets(aiko.say("The speaker confirmed: %(talk)s", talk=talk))
    reader = town.stranger()
    reader.open(meetup.page, until=talk)
    assert emi.name in reader.text(".programme")


def link_in(mail: dict[str, Any], path: str) -> str:
    """The first address in a mail's text that has `path` in it."""
    return next(str(address) for address in re.findall(r"https?://\S+", mail["text"]) if path in address)


def draw(meetup: Meetup) -> tuple[Person, Person, Person]:
    """A trial beforehand, the frozen list at T, the draw at D, and nothing at a second D. Gives the winner and the queue."""
    town = meetup.town
    aiko, entrants = town.aiko, [town.dan, town.ben, town.chie]
    aiko.open(f"{meetup.desk}draw/")
    aiko.click(aiko.say("Try how it could turn out"))
    aiko.sees(aiko.say("A trial, not the draw"), *(person.name for person in entrants))
    town.manage.tick(meetup.closes_at)
    hashes = set()
    for person in entrants:
        mail = person.gets(person.say("Entries have closed: %(event)s", event=meetup.title))
        hashes |= set(re.findall(r"\b[0-9a-f]{64}\b", mail["text"]))
        person.open(f"{meetup.page}registration/")
        assert person.page.input_value("#entry-id") in mail["text"]
    assert len(hashes) == 1
    aiko.open(f"{meetup.desk}draw/")
    aiko.sees(*hashes)
    assert aiko.found(aiko.say("Try how it could turn out")).count() == 0
    town.manage.tick(meetup.draws_at)
    won = aiko.say("The lottery gave you a seat: %(event)s", event=meetup.title)
    lost = aiko.say("No seat in the lottery, but a place in the queue: %(event)s", event=meetup.title)
    for person in entrants:
        person.gets("")
    outcome = {person.handle: person.mails.all()[-1]["subject"] for person in entrants}
    assert sorted(outcome.values()) == sorted([won, lost, lost])
    town.manage.tick(meetup.draws_at + timedelta(minutes=1))
    for person in town.people.values():
        assert person.unread() == []
    places = {}
    for person in entrants:
        person.open(f"{meetup.page}registration/")
        number = next(
            (
                number
                for number in (1, 2)
                if person.say("You are number %(number)d in the queue.", number=number) in person.state()
            ),
            0,
        )
        assert (number == 0) == (outcome[person.handle] == won)
        assert bool(number) or person.page.locator(".state").get_attribute("data-tone") == "certain"
        places[number] = person
    return places[0], places[1], places[2]


def fall_back_after_the_draw(meetup: Meetup, last: Person) -> None:
    """After the draw, who steps down stands at the end of the queue; the page says so before. A talk keeps Emi's seat."""
    take_teardown(meetup, last)
    last.click(last.say("Step down"))
    fallback = last.say.several(
        "Your certain seat goes. You stand at the end of the queue for “%(slot)s”, behind %(count)d person.",
        "Your certain seat goes. You stand at the end of the queue for “%(slot)s”, behind %(count)d people.",
        1,
        slot=last.say("General", context="slot"),
    )
    last.open(last.page.url, until=fallback)
    last.click(last.say("Step down"), of="form")
    last.sees(last.say("You are number %(number)d in the queue.", number=2))
    last.gets(last.say("You stepped down from a shift: %(event)s", event=meetup.title))
    emi = meetup.town.emi
    emi.open(f"{meetup.page}registration/")
    emi.click(emi.say("Step down"))
    emi.sees(emi.say("You keep your seat: another shift or your talk holds it."))
    emi.click(emi.say("Keep the shift"))


def remind(meetup: Meetup, winner: Person, first: Person, second: Person) -> None:
    """Three days before, the evening before, on the day: who has a seat, once each. The link of the first gives a seat back."""
    town = meetup.town
    emi, finn = town.emi, town.finn
    town.manage.tick(meetup.before(3, time(12)))
    reminder = emi.say.several(
        "In %(days)s day: %(event)s", "In %(days)s days: %(event)s", 3, days=3, event=meetup.title
    )
    mails = {person.handle: person.gets(reminder, files=1) for person in (winner, emi, finn)}
    assert first.unread() == second.unread() == []
    leave_by_link(meetup, winner, link_in(mails[winner.handle], "/cancellations/"))
    first.gets(first.say("A seat became free for you: %(event)s", event=meetup.title), files=1)
    second.open(f"{meetup.page}registration/")
    second.sees(second.say("You are number %(number)d in the queue.", number=1))
    town.manage.tick(meetup.before(1, time(18)))
    for person in (first, emi, finn):
        person.gets(person.say("Tomorrow: %(event)s", event=meetup.title), files=1)
    town.manage.tick(meetup.before(0, time(9)))
    first.gets(first.say("Today: %(event)s", event=meetup.title), files=1)
    for person, shift in ((emi, emi.say("Teardown", context="shift")), (finn, LATER[town.language])):
        both = person.gets(person.say("Your shift today: %(event)s", event=meetup.title), says=shift, files=2)
        assert person.say("You have a seat at “%(event)s” today. See you there.", event=meetup.title) in both["text"]
    for person in town.people.values():
        assert person.unread() == []


def leave_by_link(meetup: Meetup, person: Person, address: str) -> None:
    """Looking changes nothing, because mail programs look, too; the button acts. Nobody is signed in."""
    reader = meetup.town.stranger()
    reader.open(address)
    reader.sees(reader.say("Your seat goes to the next in the queue at once."))
    person.open(f"{meetup.page}registration/")
    assert person.page.locator(".state").get_attribute("data-tone") == "certain"
    reader.click(reader.say("Leave the event"))
    reader.sees(reader.say("You have left this event."))
    person.gets(person.say("You cancelled: %(event)s", event=meetup.title))


def reschedule(meetup: Meetup, winner: Person) -> None:
    """A day later: one mail to everyone with a part; shifts and reminders move along. A new text tells nobody."""
    town = meetup.town
    aiko = town.aiko
    concerned = [person for person in (town.ben, town.chie, town.dan, town.emi, town.finn) if person is not winner]
    meetup.starts_at = town.wall(meetup.starts_at.date() + timedelta(days=1), time(19))
    aiko.open(f"{meetup.desk}edit/")
    aiko.page.fill("#id_day", meetup.starts_at.date().isoformat())
    aiko.click(aiko.say("Save"))
    aiko.sees(
        aiko.say.several(
            "%(told)s person gets one mail about the change.",
            "%(told)s people get one mail about the change.",
            len(concerned),
            told=len(concerned),
        )
    )
    aiko.click(aiko.say("Save and tell them"))
    aiko.sees(aiko.say("Saved."))
    new_day = dates.full_day(meetup.starts_at, ZONES[town.language], town.language)
    subject = aiko.say("New date: %(event)s", event=meetup.title)
    mails = {person.handle: person.gets(subject, says=new_day) for person in concerned}
    teardown = dates.event_time(
        meetup.ends_at, meetup.ends_at + timedelta(hours=1), ZONES[town.language], town.language
    )
    assert teardown in mails["emi"]["text"]
    aiko.open(f"{meetup.desk}edit/")
    aiko.type("#id_description", "**ML** 2026")
    aiko.click(aiko.say("Save"))
    aiko.sees(aiko.say("Saved."))
    town.manage.tick(meetup.before(3, time(12)))
    reminder = aiko.say.several(
        "In %(days)s day: %(event)s", "In %(days)s days: %(event)s", 3, days=3, event=meetup.title
    )
    town.emi.gets(reminder, says=new_day)
    town.finn.gets(reminder, says=new_day)


def keep_the_list(meetup: Meetup, first: Person, second: Person) -> None:
    """The list as a file, an arrival by name, somebody taken off the list, which promotes, and a second organizer."""
    town = meetup.town
    aiko, ben = town.aiko, town.ben
    first.catch_up()
    aiko.open(f"{meetup.desk}attendees/")
    rows = download(aiko, aiko.say("CSV for Excel"))
    everyone = [town.people[one].name for one in ("ben", "chie", "dan", "emi", "finn")]
    names = [row.split(",")[0] for row in rows[1:]]
    # Chie, who left and came back, has a line for each time.
    assert sorted(names) == sorted([*everyone, town.chie.name])
    assert STUDENTS[town.language] in next(row for row in rows if row.startswith(f"{town.finn.name},"))
    entrance = download(aiko, aiko.say("List for the entrance"))
    assert {row.split(",")[1] for row in entrance[1:]} == {first.name, town.emi.name, town.finn.name}
    aiko.open(f"{meetup.desk}check-in/")
    aiko.type("#q", town.emi.name)
    button = aiko.found(aiko.say("Check in %(name)s", name=town.emi.name))
    aiko.touch(button)
    aiko.page.locator(".door li[data-state=done]").wait_for()
    aiko.sees("1 / 3")
    aiko.open(f"{meetup.desk}attendees/")
    aiko.click(aiko.say("Cancel the registration of %(name)s", name=first.name))
    aiko.sees(
        aiko.say.several(
            "The first of %(count)s person who waits moves up.", "The first of %(count)s people who wait moves up.", 1
        )
    )
    aiko.click(aiko.say("Cancel the registration"), of="form")
    aiko.sees(aiko.say("%(name)s is off the list and is told by mail.", name=first.name))
    first.gets(first.say("Your registration was cancelled: %(event)s", event=meetup.title))
    second.gets(second.say("A seat became free for you: %(event)s", event=meetup.title), files=1)
    aiko.open(f"/desk/c/{town.slug}/members/")
    aiko.type("#id_email", ben.address)
    aiko.click(aiko.say("Invite", context="button"))
    ben.catch_up_to(ben.say("Help to run %(community)s", community=COMMUNITY[town.language]))
    ben.open(link_in(ben.mails.all()[-1], "/invitations/"))
    ben.click(ben.say("Join"))
    ben.sees(ben.say("Welcome to %(community)s.", community=COMMUNITY[town.language]))


def download(person: Person, label: str) -> list[str]:
    """The lines of a file that opens in Excel: it begins with a BOM and its lines end with CRLF."""
    person.clicks += 1
    with person.page.expect_download() as started:
        person.found(label).click()
    content = started.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return text.splitlines()


def call_off(meetup: Meetup, second: Person) -> None:
    """Ben, who may by now, cancels the event: everyone is told, the page stays and can be edited, and nobody comes in any more."""
    town = meetup.town
    ben, concerned = town.ben, [town.emi, town.finn, second]
    for person in town.people.values():
        person.catch_up()
    late = town.chie
    late.open(meetup.page)
    late.click(late.say("Take teardown"), of=".slot[data-admission=duty]")
    ben.open(f"{meetup.desk}edit/")
    ben.click(ben.say("Cancel the event …"))
    ben.click(ben.say("Cancel the event"), of="form")
    for person in concerned:
        mail = person.gets(person.say("Cancelled: %(event)s", event=meetup.title))
        assert all("STATUS:CANCELLED" in file for file in person.mails.files(mail))
    late.click(late.say("Take teardown"))
    late.sees(late.say("This event is over or cancelled, so nothing can be changed any more."))
    ben.open(f"{meetup.desk}edit/")
    ben.type("#id_description", "2027!")
    ben.click(ben.say("Save"))
    reader = town.stranger()
    reader.open(meetup.page, until="2027!")
    reader.sees(meetup.title, reader.say("This event was cancelled."))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_online_meetup_with_a_rehearsal(towns: Callable[[str], Town], language: str) -> None:
    """Rehearsal on the evening before: told in its morning and half an hour before it; speakers are called in before the start."""
    town = towns(language)
    aiko, dan, emi = town.aiko, town.dan, town.emi
    title = f"{COMMUNITY[language]} #15"
    meetup = announce(town, title, days=25, more=streamed)
    for person in town.people.values():
        person.catch_up()
    dan.open(meetup.page, until=dan.say("Register"))
    dan.click(dan.say("Register"))
    dan.click(dan.say("Register"), of="form.form")
    dan.sees("https://meet.example.com/14")
    dan.gets(dan.say("You have a seat: %(event)s", event=title), says="https://meet.example.com/14", files=1)
    speak(meetup)
    emi.open(meetup.page)
    emi.sees(emi.say("Rehearsal"), emi.say("Join here"))
    town.manage.tick(meetup.before(1, time(9)))
    for person in (aiko, emi):
        person.gets(person.say("Rehearsal today: %(event)s", event=title), says="https://meet.example.com/try")
    town.manage.tick(meetup.before(1, time(19, 30)))
    emi.gets(
        emi.say("The rehearsal begins in half an hour: %(event)s", event=title), says="https://meet.example.com/try"
    )
    aiko.gets(aiko.say("The rehearsal begins in half an hour: %(event)s", event=title))
    dan.gets(dan.say("Tomorrow: %(event)s", event=title), says="https://meet.example.com/14")
    town.manage.tick(meetup.starts_at - timedelta(minutes=30))
    check = emi.gets(emi.say("Please join for the connection check: %(event)s", event=title), files=1)
    assert emi.say("You have a seat at “%(event)s” today. See you there.", event=title) in check["text"]
    assert "https://meet.example.com/14" in check["text"]
    dan.gets(dan.say("Today: %(event)s", event=title), says="https://meet.example.com/14")
    for person in (aiko, dan, emi):
        assert person.unread() == []
    town.check()


def streamed(aiko: Person) -> None:
    """First come, with a link for those who come and one for the rehearsal, which is on the evening before."""
    aiko.touch(aiko.page.locator("label[for=id_format_1]"))
    aiko.type("#id_join_url", "https://meet.example.com/14")
    aiko.touch(aiko.page.locator("label[for=id_admission_1]"))
    aiko.type("#id_rehearsal_url", "https://meet.example.com/try")


def test_everything_works_without_scripts(site: Site, browser: Browser, manage: Manage) -> None:
    """Signing up, founding, planning, registering, taking a shift."""
    town = Town(site, browser, "ja", manage)
    finn = Person.arrive(site, browser, "finn", "ja", zone=ZONES["ja"], javascript=False)
    town.people["finn"] = finn
    finn.sign_up()
    finn.open("/desk/communities/new/")
    finn.type("#id_name", "もくもく会")
    finn.type("#id_slug", "moku-plain")
    finn.click(finn.say("Found it"))
    finn.click(finn.say("New event"))
    finn.type("#id_title", "もくもく会 #1")
    finn.page.fill("#id_day", (timezone.now() + timedelta(days=20)).date().isoformat())
    finn.page.fill("#id_starts", "19:00")
    finn.click(finn.say("Preview"))
    finn.sees(finn.say("Teardown volunteers", context="slot"))
    finn.click(finn.say("Publish", context="button"))
    finn.sees(finn.say("Published. Send people the address of the event page."))
    finn.open("/", until="もくもく会 #1")
    finn.click("もくもく会 #1", of=".events")
    finn.click("抽選に申し込む")
    finn.click("抽選に申し込む", of="form.form")
    assert finn.page.locator(".state").get_attribute("data-tone") == "lottery"
    finn.click(finn.say("Take teardown"))
    finn.click(finn.say("Take teardown"))
    assert finn.page.locator(".state").get_attribute("data-tone") == "certain"
    finn.click(finn.say("I cannot come"))
    finn.click(finn.say("Leave the event"))
    finn.sees("もくもく会 #1")
    town.check()
    finn.page.context.close()
