"""The chapters of talks on their way to a programme. `tests/journeys/test_journey_speaker.py` tells the story."""

import json
import re
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Locator, expect

from meetups.core import dates
from tests.journeys.journey import COMMUNITY, PATIENCE, Person
from tests.journeys.town import TALK, ZONES, Meetup, Town, announce, link_in

BETTER = {"ja": "特徴量ストアを2年運用して", "en": "Two years with a feature store"}
DANS = {"ja": "GPUなしの推論", "en": "Inference without a GPU"}
FINNS = {"ja": "小さな店のバンディット", "en": "Bandits in a small shop"}
OFFERED = {"ja": "推薦を測る", "en": "Measuring recommendations"}
WANTED = {"ja": "**運用**で困った話", "en": "Trouble in **production**"}


def fill_up(town: Town) -> Meetup:
    """An event with one seat, so far ahead that only mails about talks fall due. Ben has the seat, and Chie is in the queue."""
    meetup = announce(town, f"{COMMUNITY[town.language]} #16", days=60, more=one_seat)
    for person in town.people.values():
        person.catch_up()
    ben, chie = town.ben, town.chie
    for person, label in ((ben, "Register"), (chie, "Join the waitlist")):
        person.open(f"{meetup.page}registration/", until=person.say(label))
        person.click(person.say(label), of="form.form")
    ben.gets(ben.say("You’re confirmed: %(event)s", event=meetup.title), files=1)
    chie.sees(chie.say("You’re #%(number)d on the waitlist.", number=1))
    chie.gets(chie.say("You’re on the waitlist: %(event)s", event=meetup.title))
    return meetup


def one_seat(aiko: Person) -> None:
    aiko.touch(aiko.page.locator("label[for=id_admission_1]"))
    aiko.type("#id_capacity", "1")


def call(meetup: Meetup) -> None:
    """Aiko describes the wanted talks and sets a deadline two weeks before the event. The event's page shows both."""
    town = meetup.town
    aiko, reader = town.aiko, anybody(town)
    aiko.open(f"{meetup.desk}talks/")
    aiko.click(aiko.say("Call for speakers"))
    aiko.type("#id_text", WANTED[town.language])
    until = datetime.fromisoformat(aiko.page.input_value("#id_until")).replace(tzinfo=ZoneInfo(ZONES[town.language]))
    assert until.date() == meetup.starts_at.date() - timedelta(days=14)
    aiko.click(aiko.say("Open the call"))
    aiko.sees(aiko.say("The call for speakers is open."), town.moment(until))
    reader.open(meetup.page, until=reader.say("Call for speakers"))
    reader.sees(WANTED[town.language].replace("**", ""), reader.say("until %(when)s", when=town.moment(until)))


def propose(meetup: Meetup) -> None:
    """Emi proposes a talk from the event's page, then edits it. Dan proposes one, too. The organizers get one mail for each."""
    town = meetup.town
    aiko, dan, emi, language = town.aiko, town.dan, town.emi, town.language
    for person, talk in ((emi, TALK[language]), (dan, DANS[language])):
        person.open(meetup.page)
        person.click(person.say("Propose a talk"))
        person.sees(WANTED[language].replace("**", ""))
        person.type("#id_title", talk)
        person.type("#id_abstract", "**ML** 2026")
        person.click(person.say("Send proposal"))
        person.sees(talk, person.say("under review", context="talk"))
        person.gets(person.say("We have your proposal: %(talk)s", talk=talk))
        aiko.gets(aiko.say("A talk was proposed: %(talk)s", talk=talk), says=person.name)
    emi.click(emi.say("Edit proposal", context="proposal"))
    emi.type("#id_title", BETTER[language])
    emi.touch(emi.page.locator("label", has_text=emi.say("%(minutes)d minutes", minutes=30)))
    emi.click(emi.say("Save"))
    emi.sees(emi.say("Saved. The organizers can see it."), BETTER[language])
    assert TALK[language] not in emi.text()


def invite(meetup: Meetup) -> None:
    """Finn is invited by mail. The answer gives Finn a talk on the programme and a seat, in one step."""
    town = meetup.town
    aiko, finn, language = town.aiko, town.finn, town.language
    aiko.open(f"{meetup.desk}talks/")
    aiko.click(aiko.say("Invite a speaker"))
    aiko.type("#id_name", finn.name)
    aiko.type("#id_address", finn.address)
    aiko.click(aiko.say("Invite"))
    aiko.sees(aiko.say("Invitation sent to %(address)s.", address=finn.address))
    mail = finn.gets(finn.say("Invitation to speak at %(event)s", event=meetup.title), says=aiko.name)
    address = link_in(mail, "/speaker-invitations/")
    finn.open(address)
    finn.type("#id_title", FINNS[language])
    finn.click(finn.say("Yes, I’ll speak"))
    finn.sees(finn.say("Your talk is on the program, and your seat is confirmed. Thank you."), FINNS[language])
    finn.gets(finn.say("You’re on the program: %(event)s", event=meetup.title), says=FINNS[language], files=2)
    aiko.gets(aiko.say("The speaker confirmed: %(talk)s", talk=FINNS[language]), says=finn.name)
    # The link is used up: it leads Finn to the talk, and everyone else nowhere.
    finn.open(address)
    finn.sees(finn.say("It has already been accepted."), finn.say("View your talk"))
    town.dan.open(address)
    town.dan.sees(town.dan.say("It has already been accepted."))
    assert not town.dan.found(town.dan.say("Yes, I’ll speak")).is_visible()


def decide(meetup: Meetup) -> datetime:
    """Every decision is made before the speakers are told; then all are told together. Returns the moment."""
    town = meetup.town
    aiko, dan, emi, language = town.aiko, town.dan, town.emi, town.language
    aiko.open(f"{meetup.desk}talks/")
    aiko.click(aiko.say("Accept “%(title)s”", title=BETTER[language]))
    aiko.click(aiko.say("Decline “%(title)s”", title=DANS[language]))
    for person in (dan, emi):
        person.open(meetup.page)
        person.sees(person.say("under review", context="talk"))
        assert person.unread() == []
    aiko.click(aiko.say.several("Notify %(people)s person…", "Notify %(people)s people…", 2, people=2))
    aiko.sees(BETTER[language], DANS[language])
    aiko.click(aiko.say.several("Notify %(people)s person", "Notify %(people)s people", 2, people=2), of="form.form")
    aiko.sees(aiko.say.several("We’ll email %(count)s person.", "We’ll email %(count)s people.", 2))
    emi.gets(town.accepted(emi, BETTER[language], meetup), files=0)
    dan.gets(dan.say("About your proposal: %(talk)s", talk=DANS[language]), says=meetup.title)
    return timezone.now()


def ask_together(meetup: Meetup) -> None:
    """Emi asks Chie, who is in the queue, to be a co-speaker. Chie accepts from the mail."""
    town = meetup.town
    chie, emi, language = town.chie, town.emi, town.language
    emi.open(meetup.page)
    emi.click(emi.say("Prepare your talk"))
    emi.touch(emi.page.get_by_text(emi.say("Invite a co-speaker")))
    emi.type("#id_address", chie.address)
    emi.click(emi.say("Ask by email"))
    emi.sees(chie.address, emi.say("invited", context="co-speaker"))
    mail = chie.gets(chie.say("Co-speaker invitation: %(talk)s", talk=BETTER[language]), says=emi.name)
    # The link does not work for another person.
    town.dan.open(link_in(mail, "/co-speakers/"))
    assert not town.dan.found(town.dan.say("Accept", context="button")).is_visible()
    chie.open(link_in(mail, "/co-speakers/"))
    chie.click(chie.say("Accept", context="button"))
    chie.sees(chie.say("You’re now a co-speaker. Here’s what the talk still needs from you."))
    emi.gets(emi.say("%(person)s is now a co-speaker: %(talk)s", person=chie.name, talk=BETTER[language]))


def chase(meetup: Meetup, asked_at: datetime) -> None:
    """Emi is asked again after three days and after seven. Then Emi confirms, and no more reminders come."""
    town = meetup.town
    aiko, chie, emi, talk = town.aiko, town.chie, town.emi, BETTER[town.language]
    again = emi.say("Reminder – please confirm your talk: %(talk)s", talk=talk)
    town.manage.tick(asked_at + timedelta(days=2, hours=23))
    assert emi.unread() == []
    for days in (3, 7):
        town.manage.tick(asked_at + timedelta(days=days, minutes=1))
        mail = emi.gets(again, says=meetup.title)
        town.manage.tick(asked_at + timedelta(days=days, hours=1))
    assert emi.unread() == []
    aiko.open(f"{meetup.desk}talks/")
    aiko.sees(aiko.say("hasn’t confirmed yet"))
    emi.open(link_in(mail, "/talks/"))
    emi.click(emi.say("Confirm your talk"))
    emi.sees(emi.say("Your talk is on the program, and your seat is confirmed. Thank you."), talk)
    # The event is full, and Chie was in the queue, but both get a seat.
    emi.gets(emi.say("You’re on the program: %(event)s", event=meetup.title), says=talk, files=2)
    chie.gets(chie.say("You’re on the program: %(event)s", event=meetup.title), says=talk, files=2)
    chie.open(f"{meetup.page}registration/")
    assert chie.page.locator(".state, .ticket").get_attribute("data-tone") == "certain"
    aiko.gets(aiko.say("The speaker confirmed: %(talk)s", talk=talk), says=emi.name)
    town.manage.tick(asked_at + timedelta(days=12))
    assert emi.unread() == [], emi.unread()


def offer(meetup: Meetup) -> None:
    """After the refusal at the event, Dan proposes another talk to the community. Aiko adds it to the event, and Dan confirms."""
    town = meetup.town
    aiko, dan, talk = town.aiko, town.dan, OFFERED[town.language]
    aiko.open(f"/desk/c/{town.slug}/proposals/")
    aiko.click(aiko.say("Open the call"))
    aiko.click(aiko.say("Open the call"), of="form.form")
    aiko.sees(aiko.say("The call for speakers is open."))
    dan.open(f"/c/{town.slug}/", until=dan.say("Propose a talk"))
    dan.click(dan.say("Propose a talk"))
    dan.type("#id_title", talk)
    dan.touch(dan.page.locator("label", has_text=dan.say("%(minutes)d minutes", minutes=10)))
    dan.click(dan.say("Send proposal"))
    dan.sees(talk, dan.say("The organizers are looking for a suitable event."))
    dan.gets(dan.say("We have your proposal: %(talk)s", talk=talk))
    aiko.gets(aiko.say("A talk was proposed: %(talk)s", talk=talk), says=dan.name)
    aiko.open(f"/desk/c/{town.slug}/proposals/")
    aiko.page.select_option("select[name=event]", meetup.public_id)
    aiko.click(aiko.say("Add to this event", context="talk"))
    mail = dan.gets(town.accepted(dan, talk, meetup), says=meetup.title)
    dan.open(link_in(mail, "/talks/"))
    dan.click(dan.say("Confirm your talk"))
    dan.gets(dan.say("You’re on the program: %(event)s", event=meetup.title), says=talk, files=2)
    aiko.gets(aiko.say("The speaker confirmed: %(talk)s", talk=talk), says=dan.name)


def arrange(meetup: Meetup) -> None:
    """Aiko arranges the programme by buttons and by dragging. Conflicts are named. Speakers whose talk moves get one mail."""
    town = meetup.town
    aiko, dan, finn, language = town.aiko, town.dan, town.finn, town.language
    emis, finns, dans = BETTER[language], FINNS[language], OFFERED[language]
    aiko.open(f"{meetup.desk}programme/")
    assert titles(aiko) == [finns, emis, dans]
    add(aiko, "opening")
    add(aiko, "break")
    opening, pause = (aiko.say(word, context="programme") for word in ("Opening", "Break"))
    assert titles(aiko) == [opening, finns, emis, pause, dans]
    aiko.touch(aiko.say("Move “%(title)s” up", title=emis))
    see_order(aiko, [opening, emis, finns, pause, dans])
    drag(aiko, dans, onto=emis)
    see_order(aiko, [opening, dans, emis, finns, pause])
    aiko.sees(said(meetup, dans, 2, of=5, after=10), on="#programme-said")
    change_line(aiko, finns, minutes="100", note="Finn-san")
    aiko.sees("Finn-san", aiko.say("Runs %(minutes)s min past the end of the event.", minutes=30))
    change_line(aiko, finns, minutes="40")
    assert not aiko.page.locator(".timetable-conflict").count()
    aiko.touch(aiko.say("Move “%(title)s” up", title=pause))
    see_order(aiko, [opening, dans, emis, pause, finns])
    town.manage.tick(timezone.now() + timedelta(minutes=29))
    assert dan.unread() == finn.unread() == []
    town.manage.tick(timezone.now() + timedelta(minutes=31))
    for person, minutes in ((dan, 10), (finn, 60)):
        moved = "Your talk now starts at %(time)s: %(event)s"
        person.gets(person.say(moved, time=clock(meetup, minutes), event=meetup.title))
    # Emi and Chie still begin after twenty minutes, and Aiko made the change, so none of them gets a mail.
    assert aiko.unread() == town.chie.unread() == town.emi.unread() == []
    see_programme(meetup, [(opening, 0), (dans, 10), (emis, 20), (pause, 50), (finns, 60)])


def withdraw(meetup: Meetup) -> None:
    """Emi withdraws. The organizers are told, Emi and Chie lose their seats, and the programme closes the gap."""
    town = meetup.town
    aiko, chie, emi, finn, language = town.aiko, town.chie, town.emi, town.finn, town.language
    talk = BETTER[language]
    # Of the four speakers' seats, one does not count against the capacity.
    aiko.open(meetup.desk)
    aiko.sees("3 / 3", aiko.say("%(count)s over capacity", count=1))
    emi.open(meetup.page)
    emi.click(emi.say("Withdraw"))
    emi.sees(emi.say("The organizers will be notified, and the talk leaves the program."))
    emi.click(emi.say("Withdraw your talk"))
    emi.sees(emi.say("“%(title)s” is withdrawn. The organizers have been notified.", title=talk))
    aiko.gets(aiko.say("A talk was withdrawn: %(talk)s", talk=talk), says=emi.name)
    over = emi.say("Your talk was withdrawn: %(event)s", event=meetup.title)
    for person, number in ((emi, 1), (chie, 2)):
        person.gets(over)
        person.open(
            f"{meetup.page}registration/", until=person.say("You’re #%(number)d on the waitlist.", number=number)
        )
    aiko.open(meetup.desk)
    aiko.sees("1 / 3", aiko.say("%(count)s over capacity", count=1))
    town.manage.tick(timezone.now() + timedelta(minutes=31))
    finn.gets(finn.say("Your talk now starts at %(time)s: %(event)s", time=clock(meetup, 30), event=meetup.title))
    opening, pause = (aiko.say(word, context="programme") for word in ("Opening", "Break"))
    see_programme(meetup, [(opening, 0), (OFFERED[language], 10), (pause, 20), (FINNS[language], 30)])
    # Ben has been an organizer since another story, and gets the same mails as Aiko.
    for handle, person in town.people.items():
        assert handle == "ben" or person.unread() == [], handle


def anybody(town: Town) -> Person:
    """A person who is not signed in, the same one each time: a new browser costs more than everything done in it."""
    return (
        next((person for name, person in town.people.items() if name.startswith("stranger")), None) or town.stranger()
    )


# Hands and eyes at the programme


def titles(person: Person) -> list[str]:
    return [" ".join(title.split()) for title in person.page.locator(".timetable-title").all_text_contents()]


def see_order(person: Person, wanted: list[str]) -> None:
    """Waits until the list has this order."""
    expect(person.page.locator(".timetable:not([inert]) .timetable-title")).to_have_text(
        wanted, timeout=PATIENCE * 1000
    )


def add(person: Person, usual: str) -> None:
    before = person.page.locator(".timetable-line").count()
    person.touch(person.page.locator(f"#add-{usual}"))
    person.page.locator(".timetable-line").nth(before).wait_for()


def line(person: Person, title: str) -> Locator:
    return person.page.locator(".timetable-line").filter(has_text=title)


def drag(person: Person, title: str, *, onto: str) -> None:
    """Drags a line by its grip to the place of another line. Both are far from the edges, where the page would scroll meanwhile."""
    grip = line(person, title).locator("[data-grip]")
    grip.scroll_into_view_if_needed()
    box, target = grip.bounding_box(), line(person, onto).bounding_box()
    assert box
    assert target
    person.page.evaluate("middle => scrollBy(0, middle - innerHeight / 2)", (box["y"] + target["y"]) / 2)
    box, target = grip.bounding_box(), line(person, onto).bounding_box()
    assert box
    assert target
    person.clicks += 1
    person.page.mouse.move(box["x"] + 8, box["y"] + 8)
    person.page.mouse.down()
    person.page.mouse.move(box["x"] + 8, target["y"] + 4, steps=4)
    person.page.mouse.up()


def change_line(person: Person, title: str, *, minutes: str, note: str = "") -> None:
    person.click(person.say("Length and notes of “%(title)s”", title=title))
    person.type("#id_minutes", minutes)
    if note:
        person.type("#id_note", note)
    person.click(person.say("Save"))


def clock(meetup: Meetup, minutes: int) -> str:
    """The time so many minutes after the event begins, as its pages write it."""
    zone = ZONES[meetup.town.language]
    return dates.clock(meetup.starts_at + timedelta(minutes=minutes), zone, meetup.town.language)


def said(meetup: Meetup, title: str, number: int, *, of: int, after: int) -> str:
    sentence = "“%(title)s” is number %(number)s of %(all)s, at %(time)s."
    return meetup.town.aiko.say(sentence, title=title, number=number, all=of, time=clock(meetup, after))


def see_programme(meetup: Meetup, wanted: list[tuple[str, int]]) -> None:
    """Checks title and minute of each line on the event's page, in the data for search engines, and in the calendar entry."""
    reader = anybody(meetup.town)
    first, (last, minutes) = wanted[0][0], wanted[-1]
    reader.open(meetup.page, until=f"{clock(meetup, minutes)} {last}")
    shown = reader.text(".programme")
    places = [shown.index(f"{clock(meetup, minutes)} {title}") for title, minutes in wanted]
    assert places == sorted(places)
    data = json.loads(reader.page.locator("script[type='application/ld+json']").first.text_content() or "")
    talks = {one["name"]: datetime.fromisoformat(one["startDate"]) for one in data["subEvent"]}
    assert talks == {
        title: meetup.starts_at + timedelta(minutes=minutes) for title, minutes in wanted if title in talks
    }
    assert all(one["endDate"] <= other["startDate"] for one, other in pairwise(data["subEvent"]))
    assert len({one["url"] for one in data["subEvent"]}) == len(talks)
    calendar = reader.page.request.get(f"{meetup.page}calendar.ics").text().replace("\r\n ", "")
    description = re.search(r"^DESCRIPTION:(.*)$", calendar, re.MULTILINE)
    assert description, first
    for title, minutes in wanted:
        assert f"{clock(meetup, minutes)} {title}" in description[1]
