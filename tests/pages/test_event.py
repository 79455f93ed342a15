"""The event's page: its text for each kind of reader, and its number of queries."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.facts import event_facts
from meetups.events.models import Event
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.registrations.models import Slot
from meetups.speakers.models import Talk
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def page(client: Client, event: Event, *, status: int = 200, language: str = "ja") -> str:
    answer = client.get(f"/events/{event.public_id}/", headers={"accept-language": language})
    assert answer.status_code == status
    return answer.content.decode()


def as_(name: str, language: str = "ja") -> Client:
    return cast.signed_in(name, language=language)


def a_full_event(people: int) -> Event:
    """An event with `people` applicants, talks, shifts and slots."""
    event = cast.event(
        slots=[
            cast.lottery_plan(),
            cast.duty_plan(),
            cast.invited_plan(people),
            *[cast.first_come_plan(people, name=f"枠{number}") for number in range(people)],
        ],
        shifts=[cast.teardown_plan(maximum=people + 2) for _number in range(people)],
    )
    for guest in cast.people(people, called="applicant"):
        cast.registered(guest, event)
    for number, slot in enumerate(event.slots.filter(admission=Slot.Admission.FIRST_COME)):
        for guest in cast.people(2, called=f"first{number}-"):
            cast.registered(guest, event, slot=slot)
    for guest in cast.people(people, called="speaker"):
        cast.talk(guest, event)
    for guest in cast.people(people, called="helper"):
        cast.volunteering(guest, event)
    return event


@pytest.mark.in_short(1)
@pytest.mark.parametrize("people", [1, 3, 30])
def test_as_many_queries_for_anyone_and_for_an_attendee_whatever_the_number_of_participants(
    people: int, django_assert_num_queries: Any
) -> None:
    event = a_full_event(people)
    with django_assert_num_queries(6):
        page(Client(), event)
    cast.registered("dan", event)
    dan = as_("dan")
    # Session and person; event and the person's part; the names of the others.
    with django_assert_num_queries(6 + 1 + 1):
        page(dan, event)


def test_no_cookie_and_no_token_for_somebody_without_a_session() -> None:
    event = cast.event()
    answer = Client().get(f"/events/{event.public_id}/")
    assert not answer.cookies
    assert b"csrfmiddlewaretoken" not in answer.content


def test_a_lottery_says_how_many_want_in_and_when_it_is_drawn() -> None:
    event = cast.event(slots=[cast.lottery_plan(2)])
    for guest in cast.people(3):
        cast.registered(guest, event)
    html = page(Client(), event, language="en")
    assert "Enter by Mon, Nov 30, 11:59 PM. Draw: Tue, Dec 1, 12:00 PM. Everyone gets the result by email." in re.sub(
        "</?time.*?>", "", html
    )
    assert "Lottery, enter by Nov 30" in html
    assert re.search(r"<b>3</b>\s*<small>/ 2 seats", html)
    assert "1.5 entries per seat" in html
    assert "<b>3</b> in the lottery" in html
    assert "Enter the lottery" in html
    assert "Result: Dec 1, 12:00 PM" in html


def test_after_entries_close_newcomers_are_told_that_they_queue_behind_the_draw() -> None:
    event = cast.event()
    with time_machine.travel(cast.CLOSES_AT + timedelta(hours=1), tick=False):
        html = page(Client(), event, language="en")
    assert "Join the waitlist" in html
    assert "You’ll be after everyone in the draw" in html


def test_where_a_slot_is_full_the_button_names_the_one_with_seats() -> None:
    event = cast.event(slots=[cast.first_come_plan(1, name="一般枠"), cast.first_come_plan(5, name="学生枠")])
    assert "Register for" not in page(Client(), event, language="en")
    cast.registered("dan", event)
    paths = (f"/events/{event.public_id}/", f"/c/{event.community.slug}/")
    for path in paths:
        html = Client().get(path, headers={"accept-language": "en"}).content.decode()
        assert re.search(r'class="action[^>]*>\s*Register for 学生枠', html), path
    for guest in cast.people(5):
        cast.registered(guest, event, slot=event.slots.get(name="学生枠"))
    html = page(Client(), event, language="en")
    assert "Register for" not in html
    assert "Join the waitlist" in html


def button(path: str) -> str:
    """The one button of the page, with the address that it leads to."""
    html = Client().get(path, headers={"accept-language": "en"}).content.decode()
    found = re.search(r'<a[^>]*class="action[^>]*>.*?</a>', html, re.DOTALL)
    assert found, path
    address = re.search('href="([^"]*)"', found[0])
    assert address
    return " ".join([*re.sub("<[^>]*>", " ", found[0]).split(), address[1]])


def test_after_the_draw_the_button_offers_the_shift_that_gives_a_seat() -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    shift = cast.shift_of(event)
    paths = (f"/events/{event.public_id}/", f"/c/{event.community.slug}/")
    cast.registered("dan", event)
    cast.registered("finn", event)
    cast.draw(event)
    lottery = cast.slot_of(event, Slot.Admission.LOTTERY)
    waitlist = f"/events/{event.public_id}/registration/?slot={lottery.public_id}"
    with time_machine.travel(cast.DRAWS_AT, tick=False):
        for path in paths:
            signup = f"/events/{event.public_id}/shifts/{shift.pk}/signup/"
            assert button(path) == f"Sign up for teardown You get a seat right away {signup}", path
        html = page(Client(), event, language="en")
        assert re.search(f'href="{re.escape(waitlist)}"[^>]*>Join the waitlist', html)
        Shift.objects.update(phase=Shift.Phase.EVENT, role=Shift.Role.OTHER, title="司会")
        for path in paths:
            assert button(path).startswith("Sign up for “司会”"), path


@pytest.mark.parametrize(
    "change",
    [
        {"starts_at": cast.DRAWS_AT},
        {"cancels_at": cast.DRAWS_AT + timedelta(minutes=5)},
        {"taken": 4},
        {"needs_approval": True},
    ],
    ids=["begun", "being-canceled", "taken", "by-approval"],
)
def test_a_shift_that_gives_no_seat_now_leaves_the_waitlist_on_the_button(change: dict[str, Any]) -> None:
    event = cast.event(slots=[cast.lottery_plan(1), cast.duty_plan()])
    cast.registered("dan", event)
    cast.registered("finn", event)
    cast.draw(event)
    Shift.objects.update(**change)
    with time_machine.travel(cast.DRAWS_AT, tick=False):
        for path in (f"/events/{event.public_id}/", f"/c/{event.community.slug}/"):
            assert button(path).startswith("Join the waitlist"), path
        for path in ("/", f"/c/{event.community.slug}/"):
            html = Client().get(path, headers={"accept-language": "en"}).content.decode()
            assert "Full, waitlist" in html, path
            assert "撤収ボランティア枠" not in html, path


def test_a_drawn_lottery_is_a_queue() -> None:
    event = cast.event(slots=[cast.lottery_plan(1)])
    for guest in cast.people(3):
        cast.registered(guest, event)
    cast.draw(event)
    with time_machine.travel(cast.DRAWS_AT + timedelta(hours=1), tick=False):
        html = page(Client(), event, language="en")
    assert "<b>2 waiting</b>" in html
    assert "<b>1</b> person is coming, <b>2</b> on the waitlist" in html
    assert "2 people on the waitlist" in html


def test_first_come_says_how_many_seats_are_left() -> None:
    event = cast.event(slots=[cast.first_come_plan(12)])
    assert "12 seats left" in page(Client(), event, language="en")


def outside_the_folds(html: str) -> str:
    """The page as long as nothing on it is opened."""
    return re.sub(r"(</summary>).*?</details>", r"\1", html, flags=re.DOTALL)


def test_the_teardown_slot_explains_its_deal() -> None:
    event = cast.event()
    html = page(Client(), event, language="en")
    assert "Take “撤収”, 4:30–5:30 PM, and you’re in, no lottery." in outside_the_folds(html)
    assert "Sign up for teardown" in outside_the_folds(html)
    assert "4 left" in html
    assert "at least 2, at most 4" in html
    assert f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/" in html


def test_of_many_shifts_teardown_stands_out_and_the_others_have_a_line_each() -> None:
    event = cast.event()
    hour = timedelta(hours=1)
    for number in range(6):
        begins = event.starts_at + timedelta(minutes=number)
        plan = ShiftPlan(
            Shift.Phase.EVENT, Shift.Role.OTHER, f"cloak {number}", begins, begins + hour, 1, 2, place="18F"
        )
        plan_shift(event=event, plan=plan, guarantees_seat=True, at=cast.NOW, by=cast.person("aiko"))
    html = page(Client(), event, language="en")
    assert html.count("Sign up for teardown") == 1
    assert "Sign up for this shift" not in html
    assert re.search(r"cloak 3</a>\s*<span[^>]*>2:03–3:03 PM\s+· 18F</span>", html)
    assert "cloak 4" not in html
    assert html.count("All shifts of this event") == 1
    assert "Volunteers needed" not in html


def test_where_organizers_choose_who_does_a_shift_one_asks_for_it() -> None:
    event = cast.event()
    Shift.objects.update(needs_approval=True)
    html = page(Client(), event, language="en")
    assert "“撤収”, 4:30–5:30 PM: an organizer approves each volunteer." in html
    assert "Request this shift" in html
    assert "Sign up for teardown" not in html
    assert "and you’re in" not in html


def test_programme_with_times() -> None:
    event = cast.event()
    cast.talk("ben", event, title="First", minutes=40)
    cast.talk("emi", event, title="Second")
    html = page(Client(), event, language="en").partition('id="programme"')[2]
    assert html.index("2:00 PM") < html.index("First") < html.index("2:40 PM") < html.index("Second")


def test_my_own_state_stands_on_the_page() -> None:
    event = cast.event()
    cast.registered("dan", event)
    dan = as_("dan")
    html = page(dan, event)
    assert "12月1日(火) 12:00" in html
    assert 'data-tone="lottery"' in html
    assert "Enter the lottery" not in html


@pytest.mark.parametrize(("name", "seen"), [("dan", False), ("emi", True)])
def test_names_are_for_those_with_a_part(name: str, seen: bool) -> None:
    event = cast.event()
    cast.volunteering("emi", event)
    cast.volunteering("finn", event)
    assert ("フィン" in page(as_(name), event)) is seen


def test_names_are_not_for_everybody() -> None:
    event = cast.event()
    cast.volunteering("finn", event)
    assert "フィン" not in page(Client(), event)


@pytest.mark.parametrize("seated", [True, False])
def test_the_link_to_the_stream_is_for_those_with_a_seat(seated: bool) -> None:
    event = cast.online_event(slots=[cast.first_come_plan(1)])
    cast.registered("dan" if seated else "emi", event)
    cast.registered("emi" if seated else "dan", event)
    assert ("https://video.example.com/ml15" in page(as_("dan"), event)) is seated
    assert "https://video.example.com/ml15" not in page(Client(), event)


def test_drafts_are_for_organizers() -> None:
    event = cast.event(publish=False)
    cast.member("chie", Role.RECEPTION)
    page(Client(), event, status=404)
    page(as_("dan"), event, status=404)
    for name in ("aiko", "chie"):
        html = page(as_(name), event)
        assert "noindex" in html
        assert "og:image" not in html
        assert "image" not in structured(html)


def test_members_only_events_are_for_members() -> None:
    event = cast.event(visibility=Event.Visibility.MEMBERS)
    cast.member("ben", Role.ORGANIZER)
    page(Client(), event, status=404)
    page(as_("finn"), event, status=404)
    page(as_("ben"), event)


def test_a_cancelled_event_stays_and_says_so() -> None:
    event = cast.event()
    cancel_event(event=event, at=cast.NOW, by=cast.person("aiko"))
    html = page(Client(), event, language="en")
    assert "This event was canceled." in html
    assert "https://schema.org/EventCancelled" in html
    assert "Enter the lottery" not in html


def test_a_past_event_shows_its_slides() -> None:
    event = cast.event()
    talk = cast.talk("emi", event)
    Talk.objects.filter(pk=talk.pk).update(slides_url="https://slides.example.com/1", slides_published_at=cast.NOW)
    with time_machine.travel(cast.ENDS_AT + timedelta(days=1), tick=False):
        html = page(Client(), event, language="en")
    assert f"/talks/{talk.pk}/#slides" in html
    assert "This event is over." in html


def structured(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_search_engines_read_the_event() -> None:
    event = cast.event()
    cast.talk("emi", event)
    data = structured(page(Client(), event))
    assert data["name"] == event.title
    assert data["startDate"] == "2026-12-05T14:00:00+09:00"
    assert data["location"]["name"] == "六本木 18F"
    assert data["location"]["address"]["streetAddress"] == "東京都港区六本木6-10-1"
    assert data["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert data["performer"] == [{"@type": "Person", "name": "絵美"}]
    assert data["offers"][0]["price"] == 0
    assert data["image"] == [f"http://testserver/events/{event.public_id}/card.png"]


def test_a_title_cannot_break_out_of_the_data_block() -> None:
    event = cast.event(title="</script><script>alert(1)</script>")
    html = page(Client(), event)
    assert "<script>alert" not in html
    assert structured(html)["name"] == event.title


def test_link_previews() -> None:
    event = cast.event()
    html = page(Client(), event)
    assert f'<meta property="og:title" content="{event.title}"' in html
    assert f'content="http://testserver/events/{event.public_id}/card.png"' in html
    assert "2026年12月5日(土) 14:00〜16:30 JST" in html


def test_calendar_file_has_an_etag() -> None:
    event = cast.event()
    answer = Client().get(f"/events/{event.public_id}/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert b"DTSTART;TZID=Asia/Tokyo:20261205T140000" in answer.content
    again = Client().get(f"/events/{event.public_id}/calendar.ics", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_a_confirmed_talk_is_the_page_s_one_action_until_it_is_confirmed() -> None:
    event = cast.event()
    talk = cast.talk("emi", event, state=Talk.State.ACCEPTED)
    assert f'class="action wide" href="/talks/{talk.pk}/confirmation/"' in page(as_("emi"), event)


def test_a_place_that_nobody_knows_yet_is_said_to_be_coming() -> None:
    event = cast.event(venue_name="", venue_address="")
    assert page(Client(), event, language="en").count("The venue will be announced.") == 2
    assert "The venue will be announced." in Client(headers={"accept-language": "en"}).get("/").content.decode()
    assert ("Where", "The venue will be announced.") in event_facts(event)


def test_a_step_that_is_done_shows_no_date_to_come() -> None:
    event = cast.event()
    cast.registered("dan", event)
    html = as_("dan", "en").get(f"/events/{event.public_id}/registration/").content.decode()
    [step] = re.findall(r'<li\s+data-state="done".*?</li>', html, re.DOTALL)
    assert "(done)" in step
    assert "until" not in step
    assert "until" in html


def test_a_slot_is_one_line_and_its_rules_open() -> None:
    html = page(
        Client(), cast.event(slots=[cast.lottery_plan(), cast.first_come_plan(8), cast.invited_plan(2)]), language="en"
    )
    shown = outside_the_folds(html)
    assert all(line in shown for line in ("Lottery, enter by Nov 30", "First come", "8 left", "By invitation"))
    rules = ("Everyone gets the result by email.", "First come, first served, until", "Random value:")
    assert all(rule in html and rule not in shown for rule in rules)


def test_the_organizers_two_lines_stand_under_the_title_and_nothing_stands_for_them() -> None:
    with_hook = cast.event(hook="Building one is the easy part.\nThree years, <failures> included.")
    html = page(Client(), with_hook, language="en")
    assert "Building one is the easy part.<br>Three years, &lt;failures&gt; included.</p>" in html
    assert html.index("</h1>") < html.index("Building one") < html.index('id="slots"')
    assert 'class="obi"' not in page(Client(), cast.event(of=cast.community(slug="other")))


def test_speakers_stand_before_the_slots_and_the_text_before_the_program() -> None:
    event = cast.event()
    cast.talk("emi", event, title="A talk")
    html = page(Client(), event, language="en").partition("<main")[2]
    order = ['class="voices"', "A talk", 'id="slots"', 'id="about"', 'id="programme"', 'id="where"', 'id="organizers"']
    assert [html.index(part) for part in order] == sorted(html.index(part) for part in order)
    assert '<span class="face" aria-hidden="true">絵</span>' in html


def test_the_number_of_people_is_for_everyone() -> None:
    event = cast.event(slots=[cast.lottery_plan(2), cast.first_come_plan(3)])
    for guest in cast.people(2):
        cast.registered(guest, event, slot=event.slots.in_order()[1])
    cast.registered("dan", event)
    shown = outside_the_folds(page(Client(), event))
    assert "<b>2人</b>が参加、<b>1人</b>が抽選待ち" in shown
