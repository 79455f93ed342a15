"""The place of the stories in `tests/journeys`: a community, its people, its events, and steps that the stories share."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Browser

from meetups.core import dates
from tests.conftest import Site
from tests.journeys.journey import COMMUNITY, NAMES, Manage, Person

ZONES = {"ja": "Asia/Tokyo", "en": "Europe/Berlin"}
TALK = {"ja": "特徴量ストアを1年運用して", "en": "A year with a feature store"}
PASSWORD = "korokoro-14-tokyo"
# The last reminder to confirm an accepted talk comes after this time (meetups/speakers/models/talk.py).
LAST_REMINDER = timedelta(days=7)


@dataclass
class Town:
    """The cast in one language, each signed in with their own browser, and the community that Aiko founded."""

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

    def accepted(self, person: Person, talk: str, meetup: "Meetup") -> str:
        """The subject of the mail for a talk accepted just now. It names the last reminder's day, or the event's if earlier."""
        last = min(timezone.now() + LAST_REMINDER, meetup.starts_at)
        when = dates.short_day(last, ZONES[self.language], self.language)
        return person.say("Talk accepted – confirm by %(when)s: %(talk)s", when=when, talk=talk)

    def stranger(self) -> Person:
        """A new person who is not signed in."""
        person = Person.arrive(self.site, self.browser, "stranger", self.language, zone=ZONES[self.language])
        self.people[f"stranger-{len(self.people)}"] = person
        return person

    def wall(self, day: date, clock: time) -> datetime:
        """A moment on the community's clock."""
        return datetime.combine(day, clock, ZoneInfo(ZONES[self.language]))

    def moment(self, at: datetime) -> str:
        """The moment as the pages write it."""
        return dates.moment(at, ZONES[self.language], self.language)

    def sign_up(self) -> None:
        """Everyone signs up with a code; Dan chooses a password, too."""
        for handle in NAMES[self.language]:
            person = self.people[handle] = Person.arrive(
                self.site, self.browser, handle, self.language, zone=ZONES[self.language]
            )
            person.sign_up(password=PASSWORD if handle == "dan" else "")

    def found(self) -> None:
        aiko = self.aiko
        aiko.click(aiko.say("Dashboard", context="organizers"), of="footer")
        aiko.click(aiko.say("Open your first event"))
        aiko.type("#id_name", COMMUNITY[self.language])
        aiko.type("#id_slug", self.slug)
        assert aiko.page.input_value("#id_language") == self.language
        aiko.page.select_option("#id_time_zone", ZONES[self.language])
        aiko.click(aiko.say("Create"))
        aiko.sees(COMMUNITY[self.language])

    def check(self) -> None:
        """The database breaks no invariant, and no browser reported an error."""
        assert "invariants hold" in self.manage("check_invariants")
        assert [fault for person in self.people.values() for fault in person.faults] == []


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
        """The moment so many days before the event, on the community's clock."""
        return self.town.wall(self.starts_at.date() - timedelta(days=days), clock)

    def shift_page(self, person: Person, title: str) -> str:
        """The address of the sign-up for the shift called `title`, as linked on the event's page."""
        person.open(self.page, until=title)
        row = person.page.locator(".lines li, .slot-line:not(:has(.lines))").filter(has_text=title)
        return str(row.locator("a[href$='/signup/']").get_attribute("href"))


def announce(town: Town, title: str, *, days: int, more: Callable[[Person], None]) -> Meetup:
    """Aiko creates an event on one page, `days` from now at 19:00, and publishes it. `more` fills in other fields."""
    aiko = town.aiko
    day = timezone.now().astimezone(ZoneInfo(ZONES[town.language])).date() + timedelta(days=days)
    aiko.open(f"/desk/c/{town.slug}/")
    aiko.click(aiko.say("New event"))
    aiko.type("#id_title", title)
    aiko.clicks += 1
    # The browser's own date field, whose parts are in the order of the machine's language.
    aiko.page.locator("#id_day").click(position={"x": 12, "y": 12})
    aiko.press(f"{day:%m%d%Y}")
    aiko.type("#id_starts", "1900")
    assert aiko.page.input_value("#id_day") == day.isoformat()
    assert aiko.page.input_value("#id_ends") == "21:00"
    more(aiko)
    aiko.click(aiko.say("Publish", context="button"))
    aiko.sees(aiko.say("Published. Share the link to the event page."))
    starts_at = town.wall(day, time(19))
    return Meetup(
        town,
        title,
        aiko.page.url.rstrip("/").rsplit("/", 1)[-1],
        starts_at,
        town.wall(day - timedelta(days=5), time(23, 59)),
        town.wall(day - timedelta(days=4), time(12)),
    )


def take_teardown(meetup: Meetup, person: Person) -> None:
    """A person takes teardown from the event's page; the seat is confirmed at once, outside the draw."""
    person.open(meetup.page, until=person.say("Sign up for teardown"))
    person.click(person.say("Sign up for teardown"), of=".slot-line[data-admission=duty]")
    person.sees(person.say("You get a seat right away"))
    person.click(person.say("Sign up for teardown"))
    person.sees(person.say("Teardown volunteers", context="slot"), person.say("Cancel my shift"))
    assert person.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
    mail = person.gets(person.say("You’re volunteering – seat confirmed: %(event)s", event=meetup.title), files=2)
    assert "21:00" in mail["text"] or "9:00" in mail["text"]


def speak(meetup: Meetup, files: int = 2) -> None:
    """Emi proposes a talk, Aiko accepts it, Emi confirms it, and everyone sees it on the programme."""
    town = meetup.town
    emi, aiko, talk = town.emi, town.aiko, TALK[town.language]
    emi.open(meetup.page)
    emi.unfold("timetable")
    emi.click(emi.say("Propose a talk"))
    emi.type("#id_title", talk)
    emi.type("#id_abstract", "**ML** 2026")
    emi.click(emi.say("Send proposal"))
    emi.sees(talk, emi.say("under review", context="talk"))
    emi.gets(emi.say("We have your proposal: %(talk)s", talk=talk))
    aiko.gets(aiko.say("A talk was proposed: %(talk)s", talk=talk), says=emi.name)
    aiko.open(f"{meetup.desk}talks/")
    aiko.click(aiko.say("Accept", context="talk"))
    assert emi.unread() == []
    aiko.click(aiko.say.several("Notify %(people)s person…", "Notify %(people)s people…", 1, people=1))
    aiko.click(aiko.say.several("Notify %(people)s person", "Notify %(people)s people", 1, people=1), of="form.form")
    mail = emi.gets(town.accepted(emi, talk, meetup))
    emi.open(link_in(mail, "/talks/"))
    emi.click(emi.say("Confirm your talk"))
    emi.sees(emi.say("Your talk is on the program, and your seat is confirmed. Thank you."), talk)
    emi.gets(emi.say("You’re on the program: %(event)s", event=meetup.title), says=talk, files=files)
    aiko.gets(aiko.say("The speaker confirmed: %(talk)s", talk=talk))
    reader = town.stranger()
    reader.open(meetup.page, until=talk)
    assert emi.name in reader.text(".programme")


def link_in(mail: dict[str, Any], path: str) -> str:
    """The first address in a mail's text that contains `path`."""
    return next(str(address) for address in re.findall(r"https?://\S+", mail["text"]) if path in address)
