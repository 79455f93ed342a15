"""The chapters of an on-site meetup, from announcement to cancellation. `tests/journeys/test_journey.py` tells the story."""

import re
from datetime import time, timedelta

from django.utils import timezone

from meetups.core import dates
from tests.journeys.journey import COMMUNITY, Person
from tests.journeys.town import ZONES, Meetup, Town, announce, link_in, take_teardown

LATER = {"ja": "戸締まり", "en": "Locking up"}
STUDENTS = {"ja": "学生枠", "en": "Students"}


def create(town: Town) -> Meetup:
    """Aiko sets title, date and time, and one seat in all, so that the draw has losers."""
    title = f"{COMMUNITY[town.language]} #14"
    meetup = announce(town, title, days=22, more=lambda aiko: aiko.type("#id_capacity", "1"))
    town.aiko.sees(dates.short_moment(meetup.draws_at, ZONES[town.language], town.language))
    return meetup


def enter_lottery(meetup: Meetup, person: Person) -> None:
    """From the event's page it takes two clicks. The first button says what will happen, and when."""
    town = meetup.town
    label = {"ja": "抽選に申し込む", "en": "Enter the lottery"}[town.language]
    when = dates.short_moment(meetup.draws_at, ZONES[town.language], town.language)
    assert when in (person.found(label).text_content() or "")

    def apply() -> None:
        person.click(label)
        person.click(label, of="form.form")

    assert person.counted(apply) == 2
    person.sees(
        person.say("You’re in the lottery. We’ll email you the result on %(when)s.", when=town.moment(meetup.draws_at))
    )
    person.gets(
        person.say("You’re in the lottery: %(event)s", event=meetup.title), says=town.moment(meetup.draws_at), files=0
    )


def register(meetup: Meetup) -> None:
    """People register from the home page or the community's page. One person leaves and comes back."""
    town = meetup.town
    for person in (town.dan, town.ben, town.finn):
        person.open("/", until=meetup.title)
        # Other tests on this site may have an event with a title that begins so.
        person.click(person.page.locator(f".events a[href='{meetup.page}']").first)
        enter_lottery(meetup, person)
    chie = town.chie
    chie.open(f"/c/{town.slug}/", until=meetup.title)
    chie.click(meetup.title, of=".sheet-main")
    enter_lottery(meetup, chie)
    chie.click(chie.say("I can’t come"))
    chie.sees(chie.say("You’ll be removed from the lottery."), chie.say("You can enter again until entries close."))
    chie.click(chie.say("Cancel registration"))
    chie.gets(chie.say("You left the lottery: %(event)s", event=meetup.title))
    enter_lottery(meetup, chie)


def change_slot(meetup: Meetup) -> None:
    """Finn changes to a slot with a free seat. Dan would have to queue there, and stays."""
    town = meetup.town
    finn, dan = town.finn, town.dan
    add_slot(meetup)
    finn.open(f"{meetup.page}registration/", until=finn.say("Change slot"))
    finn.click(finn.say("Change slot"))
    finn.sees(STUDENTS[town.language], finn.say("You’ll get a seat right away."))
    finn.click(finn.say("Change to this slot"))
    finn.sees(
        finn.say(
            "See you on %(day)s at %(time)s.",
            day=dates.day(meetup.starts_at, ZONES[town.language], town.language),
            time=dates.clock(meetup.starts_at, ZONES[town.language], town.language),
        ),
        STUDENTS[town.language],
    )
    finn.gets(finn.say("You’re confirmed: %(event)s", event=meetup.title), files=1)
    dan.open(f"{meetup.page}registration/slot/")
    dan.click(dan.say("Change to this slot"))
    dan.sees(
        dan.say(
            "If you change, you lose your current registration and will be waitlisted or entered in the lottery there."
        )
    )
    dan.click(dan.say("Go back"))
    dan.sees(dan.say("My lottery number"))
    assert dan.unread() == []


def add_slot(meetup: Meetup) -> None:
    """Aiko adds a second slot at the desk: first come, with one seat."""
    aiko = meetup.town.aiko
    aiko.open(meetup.desk)
    aiko.click(aiko.say("Add a slot"))
    aiko.type("#id_name", STUDENTS[meetup.town.language])
    aiko.type("#id_capacity", "1")
    aiko.click(aiko.say("Add slot", context="slot"))
    aiko.sees(aiko.say("Slot “%(slot)s” added.", slot=STUDENTS[meetup.town.language]))


def volunteer(meetup: Meetup) -> None:
    """Emi signs up for teardown and has a confirmed seat at once. Emi steps down into the lottery, as the page said, and signs up
    again. Another shift goes to Finn. Emi is told that it overlaps with teardown, and Dan that it is full."""
    town = meetup.town
    emi, dan, finn = town.emi, town.dan, town.finn
    take_teardown(meetup, emi)
    emi.click(emi.say("Cancel my shift"))
    fallback = emi.say(
        "You’ll lose your guaranteed seat and go back into the lottery for “%(slot)s”. Result by email: %(when)s.",
        slot=emi.say("General", context="slot"),
        when=town.moment(meetup.draws_at),
    )
    emi.sees(fallback)
    emi.click(emi.say("Cancel my shift"), of="form")
    emi.sees(
        emi.say("You’re in the lottery. We’ll email you the result on %(when)s.", when=town.moment(meetup.draws_at))
    )
    emi.gets(emi.say("You canceled your shift: %(event)s", event=meetup.title))
    take_teardown(meetup, emi)
    plan_shift(meetup)
    address = meetup.shift_page(emi, LATER[town.language])
    emi.open(address)
    emi.click(emi.say("Sign up for this shift"))
    emi.sees(
        emi.say(
            "You’ve signed up for “%(shift)s”, which is at the same time. Cancel that shift first.",
            shift=emi.say("Teardown", context="shift"),
        )
    )
    dan.open(address)
    finn.open(address)
    finn.click(finn.say("Sign up for this shift"))
    finn.gets(finn.say("You signed up for a shift: %(event)s", event=meetup.title), files=1)
    dan.click(dan.say("Sign up for this shift"))
    dan.sees(dan.say("This shift is full. Thanks for offering! Perhaps another one needs you."))


def plan_shift(meetup: Meetup) -> None:
    """Aiko adds another shift for one person, in the middle of teardown."""
    aiko, language = meetup.town.aiko, meetup.town.language
    aiko.open(f"{meetup.desk}shifts/")
    aiko.type("#id_title", LATER[language])
    aiko.page.select_option("#id_phase", "event")
    half_past = meetup.ends_at.replace(tzinfo=None) + timedelta(minutes=30)
    aiko.page.fill("#id_starts", half_past.isoformat(timespec="minutes"))
    aiko.page.fill("#id_ends", (half_past + timedelta(minutes=15)).isoformat(timespec="minutes"))
    aiko.page.fill("#id_maximum", "1")
    aiko.click(aiko.say("Add shift"), of="form#plan")
    aiko.sees(aiko.say("“%(shift)s” is now on the event page.", shift=LATER[language]))


def draw(meetup: Meetup) -> tuple[Person, Person, Person]:
    """A trial beforehand, the frozen list at T, the draw at D, and nothing at a second D. Returns the winner and the queue."""
    town = meetup.town
    aiko, entrants = town.aiko, [town.dan, town.ben, town.chie]
    aiko.open(f"{meetup.desk}draw/")
    aiko.click(aiko.say("Run a trial draw"))
    aiko.sees(aiko.say("This is a trial, not the real draw"), *(person.name for person in entrants))
    town.manage.tick(meetup.closes_at)
    hashes = set()
    for person in entrants:
        mail = person.gets(person.say("Lottery entries are final: %(event)s", event=meetup.title))
        hashes |= set(re.findall(r"\b[0-9a-f]{64}\b", mail["text"]))
        person.open(f"{meetup.page}registration/")
        assert person.page.input_value("#entry-id") in mail["text"]
    assert len(hashes) == 1
    aiko.open(f"{meetup.desk}draw/")
    aiko.sees(*hashes)
    assert aiko.found(aiko.say("Run a trial draw")).count() == 0
    town.manage.tick(meetup.draws_at)
    won = aiko.say("You got a seat: %(event)s", event=meetup.title)
    lost = aiko.say("Lottery result – you’re on the waitlist: %(event)s", event=meetup.title)
    for person in entrants:
        person.gets("")
    outcome = {person.handle: person.mails.all()[-1]["subject"] for person in entrants}
    assert sorted(outcome.values()) == sorted([won, lost, lost])
    town.manage.tick(meetup.draws_at + timedelta(minutes=1))
    for person in town.people.values():
        assert person.unread() == [], person.handle
    places = {}
    for person in entrants:
        person.open(f"{meetup.page}registration/")
        number = next(
            (
                number
                for number in (1, 2)
                if person.say("You’re #%(number)d on the waitlist.", number=number) in person.state()
            ),
            0,
        )
        assert (number == 0) == (outcome[person.handle] == won)
        assert bool(number) or person.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
        places[number] = person
    return places[0], places[1], places[2]


def fall_back_after_the_draw(meetup: Meetup, last: Person) -> None:
    """After the draw, stepping down leads to the end of the queue; the page says so before. Emi's talk keeps Emi's seat."""
    take_teardown(meetup, last)
    last.click(last.say("Cancel my shift"))
    fallback = last.say.several(
        "You’ll lose your guaranteed seat and go to the end of the waitlist for “%(slot)s” (%(count)d ahead of you).",
        "You’ll lose your guaranteed seat and go to the end of the waitlist for “%(slot)s” (%(count)d ahead of you).",
        1,
        slot=last.say("General", context="slot"),
    )
    last.open(last.page.url, until=fallback)
    last.click(last.say("Cancel my shift"), of="form")
    last.sees(last.say("You’re #%(number)d on the waitlist.", number=2))
    last.gets(last.say("You canceled your shift: %(event)s", event=meetup.title))
    emi = meetup.town.emi
    emi.open(f"{meetup.page}registration/")
    emi.click(emi.say("Cancel my shift"))
    emi.sees(emi.say("You keep your seat: it comes with another shift or your talk."))
    emi.click(emi.say("Keep my shift"))


def remind(meetup: Meetup, winner: Person, first: Person, second: Person) -> None:
    """Reminders three days before, the evening before, and on the day go once to each person with a seat. The winner's link gives
    the winner's seat back."""
    town = meetup.town
    emi, finn = town.emi, town.finn
    town.manage.tick(meetup.before(3, time(12)))
    reminder = emi.say.several(
        "In %(days)s day: %(event)s", "In %(days)s days: %(event)s", 3, days=3, event=meetup.title
    )
    mails = {person.handle: person.gets(reminder, files=1) for person in (winner, emi, finn)}
    assert first.unread() == second.unread() == []
    leave_by_link(meetup, winner, link_in(mails[winner.handle], "/cancellations/"))
    first.gets(first.say("You’re in! A seat opened up: %(event)s", event=meetup.title), files=1)
    second.open(f"{meetup.page}registration/")
    second.sees(second.say("You’re #%(number)d on the waitlist.", number=1))
    town.manage.tick(meetup.before(1, time(18)))
    # Teardown lacks volunteers: the organizers are told, and people in the queue may take the shift.
    teardown = {person.handle: person.say("Teardown", context="shift") for person in (town.aiko, second)}
    town.aiko.gets(
        town.aiko.say("Volunteers needed for %(shift)s: %(event)s", shift=teardown["aiko"], event=meetup.title)
    )
    second.gets(
        second.say(
            "Help out with “%(shift)s” and get a seat: %(event)s",
            shift=teardown[second.handle],
            event=meetup.title,
        )
    )
    for person in (first, emi, finn):
        person.gets(person.say("Tomorrow: %(event)s", event=meetup.title), files=1)
    town.manage.tick(meetup.before(0, time(9)))
    first.gets(first.say("Today: %(event)s", event=meetup.title), files=1)
    for person, shift in ((emi, emi.say("Teardown", context="shift")), (finn, LATER[town.language])):
        both = person.gets(person.say("Your shift today: %(event)s", event=meetup.title), says=shift, files=2)
        assert person.say("You have a seat at “%(event)s” today. See you there.", event=meetup.title) in both["text"]
    unread = {person.handle: person.unread() for person in town.people.values() if person.unread()}
    assert not unread, unread


def leave_by_link(meetup: Meetup, person: Person, address: str) -> None:
    """A visit changes nothing, because mail programs visit links, too; only the button acts. No one is signed in."""
    reader = meetup.town.stranger()
    reader.open(address)
    reader.sees(reader.say("The next person on the waitlist gets in right away."))
    person.open(f"{meetup.page}registration/")
    assert person.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
    reader.click(reader.say("Cancel registration"))
    reader.sees(reader.say("Your registration is canceled."))
    person.gets(person.say("Registration canceled: %(event)s", event=meetup.title))


def reschedule(meetup: Meetup, winner: Person) -> None:
    """The event moves to a day later. Everyone with a part gets one mail; shifts and reminders move. A new text sends none."""
    town = meetup.town
    aiko = town.aiko
    concerned = [person for person in (town.ben, town.chie, town.dan, town.emi, town.finn) if person is not winner]
    meetup.starts_at = town.wall(meetup.starts_at.date() + timedelta(days=1), time(19))
    aiko.open(f"{meetup.desk}edit/")
    aiko.page.fill("#id_day", meetup.starts_at.date().isoformat())
    aiko.click(aiko.say("Save"))
    aiko.sees(
        aiko.say.several(
            "The page changes now; the email to %(people)s person leaves in ten minutes",
            "The page changes now; the email to %(people)s people leaves in ten minutes",
            len(concerned),
            people=len(concerned),
        )
    )
    aiko.click(aiko.say("Publish the changes"))
    aiko.sees(aiko.say("Changes published"), on=".undo")
    # Other changes within ten minutes would be in the same mail.
    town.manage.tick(timezone.now() + timedelta(minutes=10))
    new_day = dates.full_day(meetup.starts_at, ZONES[town.language], town.language)
    subject = aiko.say("Date changed: %(event)s", event=meetup.title)
    mails = {person.handle: person.gets(subject, says=new_day) for person in concerned}
    teardown = dates.event_time(
        meetup.ends_at, meetup.ends_at + timedelta(hours=1), ZONES[town.language], town.language
    )
    assert teardown in mails["emi"]["text"]
    aiko.open(f"{meetup.desk}edit/")
    aiko.type("#id_description", "**ML** 2026")
    aiko.click(aiko.say("Save"))
    aiko.click(aiko.say("Publish the changes"))
    aiko.sees(aiko.say("Changes published"), on=".undo")
    town.manage.tick(meetup.before(3, time(12)))
    reminder = aiko.say.several(
        "In %(days)s day: %(event)s", "In %(days)s days: %(event)s", 3, days=3, event=meetup.title
    )
    town.emi.gets(reminder, says=new_day)
    town.finn.gets(reminder, says=new_day)


def keep_the_list(meetup: Meetup, first: Person, second: Person) -> None:
    """Aiko downloads the list, checks in a person by name, cancels a registration, which promotes, and adds an organizer."""
    town = meetup.town
    aiko, ben = town.aiko, town.ben
    first.catch_up()
    aiko.open(f"{meetup.desk}attendees/")
    rows = download(aiko, aiko.say("CSV for Excel"))
    everyone = [town.people[one].name for one in ("ben", "chie", "dan", "emi", "finn")]
    names = [row.split(",")[0] for row in rows[1:]]
    # Chie left and came back, so the file has two lines for Chie.
    assert sorted(names) == sorted([*everyone, town.chie.name])
    assert STUDENTS[town.language] in next(row for row in rows if row.startswith(f"{town.finn.name},"))
    entrance = download(aiko, aiko.say("Entrance list"))
    assert {row.split(",")[1] for row in entrance[1:]} == {first.name, town.emi.name, town.finn.name}
    aiko.open(f"{meetup.desk}check-in/")
    aiko.type("#q", town.emi.name)
    # A tap on a row that the answer of the search replaces just then is lost.
    aiko.page.locator(".door li").nth(1).wait_for(state="detached")
    button = aiko.found(aiko.say("Check in %(name)s", name=town.emi.name))
    aiko.touch(button)
    aiko.page.locator(".door li[data-state=done]").wait_for()
    aiko.sees("1 / 3")
    aiko.open(f"{meetup.desk}attendees/")
    aiko.click(first.name, of=".roster")
    aiko.click(aiko.say("Cancel…"))
    aiko.sees(
        aiko.say.several(
            "The %(count)s person on the waitlist moves up.",
            "The first of %(count)s people on the waitlist moves up.",
            1,
        )
    )
    aiko.click(aiko.say("Cancel registration"), of="form")
    aiko.sees(aiko.say("%(name)s’s registration is canceled. We’ll email them.", name=first.name))
    first.gets(first.say("Canceled by the organizers: %(event)s", event=meetup.title))
    second.gets(second.say("You’re in! A seat opened up: %(event)s", event=meetup.title), files=1)
    aiko.open(f"/desk/c/{town.slug}/members/")
    aiko.type("#id_email", ben.address)
    aiko.click(aiko.say("Invite", context="button"))
    ben.catch_up_to(ben.say("Join the team of %(community)s", community=COMMUNITY[town.language]))
    ben.open(link_in(ben.mails.all()[-1], "/invitations/"))
    ben.click(ben.say("Join the team"))
    ben.sees(ben.say("Welcome to %(community)s.", community=COMMUNITY[town.language]))


def download(person: Person, label: str) -> list[str]:
    """The lines of a file that opens in Excel: it begins with a BOM, and its lines end with CRLF."""
    if not person.found(label).is_visible():
        person.touch(person.page.locator("summary", has_text=person.say("Export")))
    person.clicks += 1
    with person.page.expect_download() as started:
        person.found(label).click()
    content = started.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return text.splitlines()


def call_off(meetup: Meetup, second: Person) -> None:
    """Ben, now an organizer, cancels the event. Everyone gets a mail, the page stays and can be edited, and no one can join."""
    town = meetup.town
    ben, concerned = town.ben, [town.emi, town.finn, second]
    for person in town.people.values():
        person.catch_up()
    late = town.chie
    late.open(meetup.page)
    late.unfold("slots")
    late.click(late.say("Sign up for teardown"), of=".slot-line[data-admission=duty]")
    ben.open(f"{meetup.desk}edit/")
    ben.click(ben.say("Cancel the event…"))
    ben.click(ben.say("Cancel the event"), of="form")
    ben.click(ben.say("Send now without waiting"), of=".undo")
    for person in concerned:
        mail = person.gets(person.say("Canceled: %(event)s", event=meetup.title))
        assert all("STATUS:CANCELLED" in file for file in person.mails.files(mail))
    late.click(late.say("Sign up for teardown"))
    late.sees(late.say("This event is over or canceled, so it can’t be changed."))
    ben.open(f"{meetup.desk}edit/")
    ben.type("#id_description", "2027!")
    ben.click(ben.say("Save"))
    reader = town.stranger()
    reader.open(meetup.page, until="2027!")
    reader.sees(meetup.title, reader.say("This event was canceled."))
