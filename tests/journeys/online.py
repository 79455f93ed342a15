"""The chapters of an online meetup, from announcement to slides. `tests/journeys/test_journey_online.py` tells the story."""

import re
from datetime import datetime, time, timedelta

from playwright.sync_api import ViewportSize, expect

from meetups.core import dates
from meetups.demo.sample.slides import one_page
from tests.journeys.journey import COMMUNITY, PATIENCE, Person
from tests.journeys.town import TALK, ZONES, Meetup, Town, announce, link_in, speak

ROOM, TRY = "https://meet.example.com/14", "https://meet.example.com/try"
SOON = PATIENCE * 1000
PHONE = ViewportSize(width=390, height=844)
BIO = {"ja": "推薦の基盤を作っています。", "en": "I build what recommends."}
THEMES = {"ja": "特徴量、推薦", "en": "features, ranking"}
THEME = {"ja": "推薦", "en": "ranking"}


def streamed(aiko: Person) -> None:
    """First come, one seat, with one link for attendees and one for the rehearsal on the evening before."""
    aiko.touch(aiko.page.locator("label[for=id_format_1]"))
    aiko.type("#id_join_url", ROOM)
    aiko.touch(aiko.page.locator("label[for=id_admission_1]"))
    aiko.type("#id_capacity", "1")
    aiko.type("#id_rehearsal_url", TRY)


def fill(town: Town) -> Meetup:
    """Dan has the only seat, Finn is in the queue, and Emi's talk is on the programme."""
    dan, finn, emi = town.dan, town.finn, town.emi
    meetup = announce(town, f"{COMMUNITY[town.language]} #15", days=25, more=streamed)
    for person in town.people.values():
        person.catch_up()
    for person in (dan, finn):
        label = person.say("Register") if person is dan else person.say("Join the waitlist")
        person.open(f"{meetup.page}registration/", until=label)
        person.click(label, of="form.form")
    dan.sees(ROOM)
    dan.gets(dan.say("You’re confirmed: %(event)s", event=meetup.title), says=ROOM, files=1)
    finn.sees(finn.say("You’re #%(number)d on the waitlist.", number=1))
    assert ROOM not in finn.gets("")["text"]
    speak(meetup, files=3)  # The event, the talk, the rehearsal.
    emi.open(meetup.page)
    emi.sees(emi.say("Rehearsal"), emi.say("Open the join link"))
    return meetup


def prepare(meetup: Meetup) -> None:
    """Emi writes a bio. Emi is reminded of the parts that are missing, and the desk sees all of them on one board."""
    town = meetup.town
    aiko, emi = town.aiko, town.emi
    emi.click(emi.say("Prepare your talk"))
    emi.sees(emi.say.several("%(count)s item is still open.", "%(count)s items are still open.", 3))
    emi.type("#id_bio", BIO[town.language])
    emi.click(emi.say("Save"), of="form.form")
    emi.sees(emi.say.several("%(count)s item is still open.", "%(count)s items are still open.", 2))
    town.manage.tick(meetup.before(7, time(18)))
    title, slides, consent = emi.say("Title and bio"), emi.say("Slides"), emi.say("Publication")
    needs = emi.say("Finish preparing your talk: %(event)s", event=meetup.title)
    mail = emi.gets(needs, says=slides)
    assert consent in mail["text"]
    assert title not in mail["text"]
    emi.open(link_in(mail, "/preparation/"))
    emi.click(emi.say("Add the slides"), of="section[aria-labelledby=slides]")
    emi.click(emi.say("Yes, they may", context="slides"))
    today = dates.full_day(datetime.now(tz=meetup.starts_at.tzinfo), ZONES[town.language], town.language)
    emi.sees(emi.say("Answered on %(day)s.", day=today))
    aiko.open(f"{meetup.desk}talks/readiness/")
    assert [read(cell) for cell in aiko.page.locator("tbody td").all_text_contents()] == [
        aiko.say("ready", context="readiness"),
        aiko.say("to do", context="readiness"),
        f"{aiko.say('may be published', context='slides')} {short_day(meetup, aiko)}",
        # The rehearsal has not begun, nor have the hours in which connections are checked.
        aiko.say("to do", context="readiness"),
        aiko.say("to do", context="readiness"),
    ]
    town.manage.tick(meetup.before(3, time(12)))
    for person in (town.dan, emi):
        person.gets(meetup.title)
    town.manage.tick(meetup.before(2, time(18)))
    mail = emi.gets(needs, says=slides)
    assert consent not in mail["text"]
    assert [aiko.unread(), town.dan.unread(), town.finn.unread()] == [[], [], []]


def rehearse(meetup: Meetup) -> None:
    """Speakers and organizers get a mail that morning and half an hour before. Aiko ticks the people who are there."""
    town = meetup.town
    aiko, emi = town.aiko, town.emi
    for clock, subject in (
        (time(9), "Rehearsal today: %(event)s"),
        (time(19, 30), "Rehearsal in half an hour: %(event)s"),
    ):
        town.manage.tick(meetup.before(1, clock))
        for person in (aiko, emi):
            person.gets(person.say(subject, event=meetup.title), says=TRY)
    town.dan.gets(town.dan.say("Tomorrow: %(event)s", event=meetup.title), says=ROOM, files=1)
    town.site.travel(meetup.before(1, time(20, 5)))
    aiko.open(f"{meetup.desk}rehearsal/")
    aiko.sees(aiko.name, emi.name, TALK[town.language])
    for person in (emi, aiko):
        aiko.click(aiko.say("%(name)s was there", name=person.name))
    line = aiko.page.locator(".door li", has_text=emi.name)
    expect(line).to_have_attribute("data-state", "done", timeout=SOON)
    expect(line).to_contain_text(
        dates.clock(meetup.before(1, time(20, 5)), ZONES[town.language], town.language)[:4], timeout=SOON
    )


def connect(meetup: Meetup) -> None:
    """Half an hour before, Emi reports the connection on a phone, and Aiko's phone shows it without a touch."""
    town = meetup.town
    aiko, emi = town.aiko, town.emi
    town.manage.tick(meetup.starts_at - timedelta(minutes=30))
    mail = emi.gets(emi.say("Join now for the connection check: %(event)s", event=meetup.title), says=ROOM, files=1)
    assert emi.say("You have a seat at “%(event)s” today. See you there.", event=meetup.title) in mail["text"]
    town.dan.gets(town.dan.say("Today: %(event)s", event=meetup.title), says=ROOM)
    town.site.travel(meetup.starts_at - timedelta(minutes=25))
    aiko.open(meetup.desk)
    aiko.sees(aiko.say("Check that the speakers are connected"))
    phone = aiko.page.context.new_page()
    phone.set_viewport_size(PHONE)
    phone.clock.install()
    phone.goto(f"{meetup.desk}connections/")
    line = phone.locator(".door li", has_text=emi.name)
    expect(line).to_contain_text(aiko.say("not heard from yet", context="connection"), timeout=SOON)
    emi.page.set_viewport_size(PHONE)
    emi.open(link_in(mail, "/connection/"))
    emi.click(emi.say("I’m connected"))
    emi.sees(emi.say("The organizers know you’re connected"))
    with phone.expect_response(lambda response: "/connections/" in response.url):
        phone.clock.run_for(5_000)
    expect(line.locator(".said")).to_be_visible(timeout=SOON)
    line.get_by_role("button").click()
    expect(phone.locator(".door-count")).to_contain_text("1 / 1", timeout=SOON)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.close()
    emi.open(emi.page.url)
    emi.sees(emi.say("Picture and sound are working"))


def publish(meetup: Meetup) -> datetime:
    """The day after, Emi is asked for slides and uploads a PDF. Aiko publishes it. All with a part get one mail, Finn too."""
    town = meetup.town
    aiko, emi = town.aiko, town.emi
    noon = meetup.before(-1, time(12))
    town.manage.tick(noon)
    mail = emi.gets(emi.say("Please share your slides: %(talk)s", talk=TALK[town.language]))
    town.site.travel(noon + timedelta(minutes=5))
    emi.open(link_in(mail, "/slides/"))
    emi.page.set_input_files("#id_file", {"name": "slides.pdf", "mimeType": "text/html", "buffer": b"<h1>slides</h1>"})
    emi.click(emi.say("Save slides"))
    emi.sees(emi.say("This file isn’t a PDF. Save your slides as a PDF and choose that."))
    file = one_page("A year")
    emi.page.set_input_files("#id_file", {"name": "特徴量.pdf", "mimeType": "application/pdf", "buffer": file})
    emi.click(emi.say("Save slides"))
    emi.sees("特徴量.pdf")
    emi.type("#id_themes", THEMES[town.language])
    emi.click(emi.say("Save tags"))
    reader = town.stranger()
    mine = f"a[href^='{meetup.page}talks/']"
    reader.open(archive(town))
    reader.click(reader.page.locator(f".talk-list {mine}"))
    assert reader.page.locator("#slides").count() == 0
    aiko.open(meetup.desk)
    aiko.click(aiko.say("Go to slides"))
    told = aiko.say.several("We’ll email %(count)s person, once", "We’ll email %(count)s people, once", 3)
    aiko.sees(told)
    aiko.click(aiko.page.locator(".action"))
    aiko.sees(aiko.say.several("We’ll email %(count)d person.", "We’ll email %(count)d people.", 3))
    for minutes in (10, 20):
        town.manage.tick(noon + timedelta(minutes=minutes))
    return noon


def read_slides(meetup: Meetup) -> None:
    """The mail leads to the talk, whose link has a preview. The archive finds it. Slides that are taken down vanish at once."""
    town = meetup.town
    aiko, finn, talk = town.aiko, town.finn, TALK[town.language]
    mine = f"a[href^='{meetup.page}talks/']"
    there = {
        person.handle: person.gets(person.say("Slides available: %(event)s", event=meetup.title), says=talk)
        for person in (town.dan, town.emi, finn)
    }
    finn.open(link_in(there["finn"], "/events/"), until=finn.say("Slides"))
    finn.click(finn.say("Slides"), of=".programme")
    pdf = str(finn.found(finn.say("Open the PDF")).get_attribute("href"))
    assert finn.page.context.request.get(pdf).body().startswith(b"%PDF-")
    shared = {
        name: finn.page.locator(f"meta[property='og:{name}']").get_attribute("content") or ""
        for name in ("title", "description", "url", "image")
    }
    assert shared["title"] == talk
    assert town.emi.name in shared["description"]
    assert meetup.title in shared["description"]
    assert shared["url"] == finn.page.url.partition("#")[0]
    assert finn.page.context.request.get(shared["image"]).headers["content-type"] == "image/png"
    for word in (town.emi.name, THEME[town.language]):
        finn.click(finn.page.locator("main").get_by_role("link", name=word).first)
        finn.click(finn.page.locator(f".talk-list {mine}"))
    for_slides = f"{archive(town)}?q={talk[:4]}&slides=1"
    finn.open(for_slides)
    assert finn.page.locator(mine).count() == 1
    aiko.click(aiko.say("Take down"))
    assert finn.page.context.request.get(pdf).status == 404
    finn.open(for_slides)
    assert finn.page.locator(mine).count() == 0
    finn.open(f"{meetup.page}talks/{pdf.split('/')[-2]}/")
    assert finn.page.locator("#slides").count() == 0


def archive(town: Town) -> str:
    """The address of the talks of the town's community."""
    return f"/c/{town.slug}/talks/"


def short_day(meetup: Meetup, person: Person) -> str:
    """Today's date, as the desk writes it."""
    zone = ZONES[person.language]
    return dates.short_day(datetime.now(tz=meetup.starts_at.tzinfo), zone, person.language)


def read(text: str) -> str:
    """The text of a cell, in one line."""
    return re.sub(r"\s+", " ", text).strip()
