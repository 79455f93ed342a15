"""The pages of an event stand in one list: each page is in it, each address lights its entry, and each role sees its own."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.actions.ask_organizers import ask_organizers
from meetups.lifecycle.models import Inquiry
from meetups.speakers.models import Rehearsal, Talk
from organizers.desk.event_pages import GROUPS
from tests.house.access.dashboard import DESK
from tests.house.access.world import addresses, make_world
from tests.support import cast
from tests.support.scenes import teardown_scene
from tests.support.scenes.message_scene import scheduled_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

LISTED = {page.name for _label, pages in GROUPS for page in pages}
# Steps that open from a page of the list without naming a thing: making one, importing, deciding, undoing.
STEPS = {
    *("desk_event_cancellation", "desk_slot_new", "desk_attendees_csv", "desk_message_new"),
    *("desk_places", "desk_place_by_hand", "desk_participants_import", "desk_no_shows", "desk_walk_in", "desk_call"),
    *(
        "desk_decisions",
        "desk_speaker_invitations",
        "desk_event_copy",
        "desk_absence",
        "desk_event_draft",
        "desk_talk_new",
    ),
}


def side(html: str) -> str:
    """The list as it stands at the side of a wide screen, and as a row on a phone."""
    found = re.search(r'<div class="event-groups">(.*?)(<details|<ul class="day-buttons")', html, re.DOTALL)
    assert found, "the page has no list of the event's pages"
    return found[1]


def entries(html: str) -> dict[str, str]:
    """Address → the number beside it with its tone, such as `5/12 waiting`."""
    found: dict[str, str] = {}
    for url, more in re.findall(r'<a\s+href="([^"]+)"(.*?)</a>', side(html), re.DOTALL):
        number = re.search(r'class="number"\s*(?:data-tone="(\w+)")?\s*>([^<]*)<', more)
        found[url] = f"{number[2]} {number[1] or ''}".strip() if number else ""
    return found


def lit(html: str) -> list[str]:
    return re.findall(r'<a\s+href="([^"]+)"\s+aria-current="page"', side(html))


def open_page(client: Client, event: Event, path: str = "") -> str:
    answer = client.get(f"/desk/events/{event.public_id}/{path}")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.story
def test_every_page_of_an_event_lights_one_entry() -> None:
    world = make_world()
    client = cast.signed_in("aiko")
    seen = {}
    for name, needs in addresses().items():
        if name not in DESK or "public_id" not in needs or name == "desk_attendees_csv":
            continue
        answer = client.get(reverse(name, kwargs=world.parameters[name]), follow=True)
        if answer.status_code == 200 and b"on-event" in answer.content:
            seen[name] = lit(answer.content.decode())
    assert {name: urls for name, urls in seen.items() if len(urls) != 1} == {}
    for name in LISTED & set(seen):
        assert seen[name] == [reverse(name, kwargs=world.parameters[name])], name
    assert set(seen) >= LISTED - {"desk_connections"}
    steps = {name: url.rsplit("/", 2)[1] for name, [url] in seen.items() if name not in LISTED}
    assert (steps["desk_decisions"], steps["desk_no_shows"]) == ("talks", "attendees")
    assert (steps["desk_slot"], steps["desk_chore"], steps["desk_draw_value"]) == ("slots", "teardown", "draw")


def test_a_page_with_a_subject_of_its_own_stands_in_the_list() -> None:
    """A new page fails here until it is in the list, or named as a step of a page that is."""
    own = {
        name
        for name, needs in addresses().items()
        if name in DESK and needs == {"public_id"} and DESK[name][0][8] == "o"
    }
    assert own == LISTED | STEPS


def test_the_list_is_the_same_on_every_page_and_leads_to_all_of_them() -> None:
    event = cast.event(format=Event.Format.HYBRID, join_url="https://example.com/live")
    client = cast.signed_in("aiko")
    everywhere = entries(open_page(client, event))
    assert set(everywhere) == {reverse(name, args=[event.public_id]) for name in LISTED}
    for url in everywhere:
        assert entries(client.get(url).content.decode()) == everywhere, url


def test_check_in_staff_see_what_they_may_open() -> None:
    event = cast.event()
    cast.member("chie", Role.RECEPTION)
    client = cast.signed_in("chie")
    shown = entries(open_page(client, event, "check-in/"))
    assert [url.split("/", 4)[4] for url in shown] == ["check-in/", "programme/run/", "team/"]
    assert {client.get(url).status_code for url in shown} == {200}


def test_pages_that_this_event_does_not_need_are_left_out() -> None:
    client = cast.signed_in("aiko")
    plain = {url.split("/", 4)[4] for url in entries(open_page(client, cast.event(slots=[cast.first_come_plan(5)])))}
    assert plain.isdisjoint({"draw/", "rehearsal/", "connections/"})
    on_site = cast.event(slots=[cast.lottery_plan()])
    Rehearsal.objects.create(event=on_site, starts_at=cast.STARTS_AT - timedelta(days=1), ends_at=cast.STARTS_AT)
    shown = entries(open_page(client, on_site))
    assert shown[reverse("desk_rehearsal", args=[on_site.public_id])] == "Dec 4"
    assert shown[reverse("desk_draw", args=[on_site.public_id])] == "Dec 1"


def busy() -> Event:
    event = cast.event(slots=[cast.lottery_plan(), cast.duty_plan(), cast.invited_plan()])
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.volunteering("emi", event)
    cast.talk("emi", event, state=Talk.State.PROPOSED)
    cast.talk("finn", event)
    scheduled_message(event)
    teardown_scene.line(event)
    for topic in Inquiry.Topic:
        ask_organizers(
            community=event.community, event=event, topic=topic, text="?", at=cast.NOW, by=cast.person("dan")
        )
    return event


def numbers(client: Client, event: Event) -> dict[str, str]:
    return {url.split("/", 4)[4]: number for url, number in entries(open_page(client, event)).items() if number}


def test_numbers_say_how_things_stand_and_their_colour_what_is_waited_for() -> None:
    event = busy()
    cast.member("ben", Role.ORGANIZER)
    client = cast.signed_in("aiko")
    assert numbers(client, event) == {
        "attendees/": "5",
        "draw/": "Dec 1",
        "messages/": "1 scheduled",
        "inbox/": "2 waiting",
        "slots/": "3",
        "talks/": "1 to review waiting",
        "slides/": "0/1",
        "shifts/": "1/4 waiting",
        "teardown/": "1",
        "team/": "2",
    }
    # A report is for the owner alone, its number too.
    assert numbers(cast.signed_in("ben"), event)["inbox/"] == "1 waiting"
    with time_machine.travel(cast.DRAWS_AT + timedelta(minutes=1), tick=False):
        assert numbers(client, event)["draw/"] == "Dec 1 late"
    event.shifts.update(help_sought_at=cast.NOW)
    assert numbers(client, event)["shifts/"] == "1/4 late"
    event.shifts.update(minimum=1)
    assert numbers(client, event)["shifts/"] == "1/4"


def test_all_numbers_are_one_query() -> None:
    client = cast.signed_in("aiko")
    event = busy()

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            open_page(client, event, path)
        return len(queries)

    paths = ["messages/", "inbox/", "slots/", "talks/readiness/", "programme/", "teardown/", "edit/"]
    before = {path: asked(path) for path in paths}
    for guest in cast.people(20, called="more"):
        cast.registered(guest, event)
        cast.talk(guest, event, state=Talk.State.PROPOSED)
    assert {path: asked(path) for path in paths} == before
    assert max(before.values()) <= 12


def test_a_phone_has_three_buttons_on_the_day_with_how_it_stands() -> None:
    event = cast.event(slots=[cast.first_come_plan(9), cast.duty_plan()])
    cast.member("chie", Role.RECEPTION)
    registration = cast.registered("dan", event)
    cast.volunteering("emi", event)
    for number in range(2):
        teardown_scene.line(event, text=f"椅子 {number}")
    client = cast.signed_in("aiko")

    def buttons(who: Client = client, path: str = "") -> list[str]:
        found = re.findall(
            r"<li>\s*<a[^>]*>([^<]+)<small>([^<]+)", open_page(who, event, path).partition("day-buttons")[2]
        )
        return [f"{label}: {number}" for label, number in found]

    assert buttons() == []
    with time_machine.travel(cast.STARTS_AT - timedelta(hours=2), tick=False):
        assert buttons() == ["Check-in: 0 of 2", "Now: starts 2:00 PM", "Teardown: 1/4 from 4:30 PM"]
        # Whoever only checks people in has two pages, and no buttons.
        assert buttons(cast.signed_in("chie"), "check-in/") == []
        client.post(f"/desk/events/{event.public_id}/registrations/{registration.pk}/arrival/")
    with time_machine.travel(cast.ENDS_AT - timedelta(minutes=40), tick=False):
        assert buttons(path="check-in/")[:2] == ["Check-in: 1 of 2", "Now: 40 min left"]
    with time_machine.travel(cast.ENDS_AT + timedelta(minutes=10), tick=False):
        assert buttons()[1:] == ["Now: over", "Teardown: 2 left"]
    # The rooms are out: the list stands there again.
    with time_machine.travel(cast.ENDS_AT + timedelta(hours=4), tick=False):
        assert buttons() == []


def test_the_arrow_goes_one_step_up() -> None:
    event = cast.event()
    client = cast.signed_in("aiko")

    def up(path: str) -> str:
        found = re.search(r'class="event-back" href="([^"]+)"', open_page(client, event, path))
        assert found
        return found[1]

    here = f"/desk/events/{event.public_id}/"
    assert [up(path) for path in ("", "talks/", "talks/decisions/", "slots/new/")] == [
        "/desk/",
        here,
        f"{here}talks/",
        f"{here}slots/",
    ]


@pytest.mark.parametrize(
    ("changed", "days", "says"),
    [
        ({}, 0, "Registration open"),
        ({"publish": False}, 0, "Draft"),
        ({}, 3, "Registration closed"),
    ],
)
def test_the_head_says_whether_people_can_register(changed: dict[str, Any], days: float, says: str) -> None:
    event = cast.event(slots=[cast.first_come_plan(5)], **changed)
    if days:
        event.slots.update(closes_at=cast.NOW + timedelta(days=2))
    with time_machine.travel(cast.NOW + timedelta(days=days), tick=False):
        head = open_page(cast.signed_in("aiko"), event).partition('class="head-facts"')[2].partition("</p>")[0]
    assert says in head
    assert "Sat, Dec 5, 2:00–4:30 PM" in head
