"""The home page, a community's page, settings, invitations, health, and hostile input."""

import html as html_entities
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from PIL import Image

from meetups.communities.actions.invite_member import invite_member
from meetups.communities.identity import Pattern
from meetups.communities.models import Community, Invitation, Membership
from meetups.communities.permissions import Role
from meetups.core.links import mailed_token
from meetups.events.models import Event
from meetups.pages.events import community, share_image_drawing, share_image_paper
from meetups.registrations.models import Registration
from meetups.speakers.models import Talk
from tests.support import cast
from tests.support.gate import through_the_gate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def as_(name: str, language: str = "en") -> Client:
    return cast.signed_in(name, language=language)


def english(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def a_past_event(number: int = 0, **fields: Any) -> Event:
    long_ago = cast.NOW - timedelta(days=100)
    start = cast.NOW - timedelta(days=10 + number)
    return cast.event(
        title=f"past {number}",
        slots=[cast.first_come_plan()],
        at=long_ago,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        **fields,
    )


def test_home_shows_how_one_gets_in_and_until_when() -> None:
    cast.event(title="drawn")
    cast.online_event(title="first come")
    html = english("/")
    assert html.index("drawn") < html.index("first come")
    said = " ".join(re.sub("<[^>]*>", " ", html).split())
    assert "Lottery until Nov 30, 11:59 PM" in said
    assert "First come 100 seats left" in said


def test_a_card_of_an_evening_that_ends_after_midnight_names_the_next_day_in_short() -> None:
    start = cast.STARTS_AT.replace(hour=14, minute=0)
    cast.event(slots=[cast.first_come_plan()], starts_at=start, ends_at=start + timedelta(hours=2))
    assert "23:00〜12/6 1:00" in Client().get("/", headers={"accept-language": "ja"}).content.decode()
    html = english("/")
    assert "11:00 PM – Dec 6, 1:00 AM" in html
    assert "1:00 AM JST" not in html


def test_home_hides_what_is_not_for_everybody() -> None:
    cast.event(title="secret draft", publish=False)
    cast.event(title="secret link", visibility=Event.Visibility.UNLISTED)
    cast.event(title="secret members", visibility=Event.Visibility.MEMBERS)
    assert "secret" not in english("/")


def test_home_shows_past_events_with_their_slides() -> None:
    past = a_past_event()
    long_ago = cast.NOW - timedelta(days=90)
    talk = cast.talk("emi", past, at=long_ago)
    Talk.objects.filter(pk=talk.pk).update(slides_url="https://slides.example.com/1", slides_published_at=cast.NOW)
    html = english("/")
    assert "past 0" in html
    assert "1 slide deck" in html


def test_my_next_event_stands_on_top() -> None:
    cast.registered("dan", cast.event())
    assert "You’re in the lottery." in english("/", as_("dan"))
    assert "You’re in the lottery." not in english("/", as_("finn"))


def test_an_empty_home_page_offers_the_first_step() -> None:
    assert "/desk/communities/new/" in english("/")


@pytest.mark.in_short(1)
@pytest.mark.parametrize("count", [1, 3, 11])
def test_home_asks_the_same_questions_whatever_the_number(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        cast.event(title=f"event {number}")
        a_past_event(number)
    # The count; the events; their slots; the past events; the communities; the prefectures.
    with django_assert_num_queries(6):
        english("/")


@pytest.mark.in_short(8)
@pytest.mark.parametrize("page", ["0", "-1", "2", "9999999999", "9" * 5000, "NaN", "１", "", "x", "1'", "%F0%9F%A6%8A"])
@pytest.mark.parametrize("path", ["/", "/c/ml/", "/?when=past"])
def test_any_page_number_gives_a_page(path: str, page: str) -> None:
    cast.event()
    a_past_event()
    answer = Client().get(f"{path}{'&' if '?' in path else '?'}page={page}")
    assert answer.status_code == 200


def test_a_long_list_has_pages() -> None:
    for number in range(14):
        a_past_event(number)
    first = english("/?when=past")
    assert "past 13" not in first
    [older] = re.findall(r'rel="next"\s+href="([^"]+)"', first)
    second = english("/" + html_entities.unescape(older))
    assert "past 13" in second
    assert "past 0" not in second
    assert 'rel="next"' not in second
    [newer] = re.findall(r'rel="prev"\s+href="([^"]+)"', second)
    assert "past 0" in english("/" + html_entities.unescape(newer))
    assert "past 13" not in english("/" + html_entities.unescape(newer))


@pytest.mark.story
def test_the_past_has_every_event_on_one_page_only_there_and_back() -> None:
    """Some begin at the same time; a page that is asked for by an event that is not in the list is the first."""
    for number in range(40):
        a_past_event(number // 3 * 3)
    seen, address = [], "?when=past"
    numbers = dict(Event.objects.values_list("public_id", "pk"))
    pages = []
    while address:
        html = english("/" + html_entities.unescape(address))
        pages.append(re.findall(r'href="/events/(\w+)/"', html))
        seen += [numbers[one] for one in pages[-1]]
        address = "".join(re.findall(r'rel="next"\s+href="([^"]+)"', html))
    assert sorted(seen) == sorted(numbers.values())
    assert len(pages) == 4
    for number in (2, 1, 0):
        html = english(f"/?when=past&after={pages[number + 1][0]}")
        assert re.findall(r'href="/events/(\w+)/"', html) == pages[number]
    assert re.findall(r'href="/events/(\w+)/"', english("/?when=past&before=nowhere")) == pages[0]


def test_a_community_shows_itself_and_its_slides() -> None:
    cast.member("ben", Role.ORGANIZER)
    cast.member("chie", Role.RECEPTION)
    cast.event(title="coming")
    past = a_past_event()
    talk = cast.talk("emi", past, at=cast.NOW - timedelta(days=90))
    Talk.objects.filter(pk=talk.pk).update(slides_url="https://slides.example.com/1", slides_published_at=cast.NOW)
    cast.event(title="secret draft", publish=False)
    cast.event(title="secret link", visibility=Event.Visibility.UNLISTED)
    cast.event(title="for members", visibility=Event.Visibility.MEMBERS)
    html = english("/c/ml/")
    assert "<strong>実務</strong>" in html
    assert [name for name in ("愛子", "ベン", "千恵") if f"<b><bdi>{name}</bdi></b>" in html] == ["愛子", "ベン"]
    assert "千恵" not in html
    assert "coming" in html
    assert f'href="{reverse("talk", args=[past.public_id, talk.pk])}"' in html
    assert "1 slide deck is public." in html
    assert "secret" not in html
    assert "for members" not in html
    assert "for members" in english("/c/ml/", as_("ben"))


def test_thousands_of_events_ahead_make_no_page_of_thousands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has the first of them and leads to the rest."""
    monkeypatch.setattr(community, "MOST_AHEAD", 3)
    for day in range(5):
        later = timedelta(days=day)
        cast.event(
            title=f"Evening {day}",
            slots=[cast.first_come_plan()],
            starts_at=cast.STARTS_AT + later,
            ends_at=cast.ENDS_AT + later,
        )
    with time_machine.travel(cast.NOW, tick=False):
        html = Client(headers={"accept-language": "en"}).get("/c/ml/").content.decode()
        assert [day for day in range(5) if f"Evening {day}" in html] == [0, 1, 2]
        assert "All later events, as a calendar" in html
        Event.objects.filter(title__in=["Evening 3", "Evening 4"]).delete()
        assert "All later events" not in Client(headers={"accept-language": "en"}).get("/c/ml/").content.decode()


def test_the_circle_of_an_organizer_has_a_letter_of_their_name() -> None:
    owner = cast.community().memberships.get().person
    type(owner).objects.filter(pk=owner.pk).update(name="（仮）愛子")
    assert re.findall(r'<span class="face"[^>]*>(.*?)</span>', english("/c/ml/")) == ["仮"]


def test_the_numbers_of_a_community_are_those_of_events_that_everyone_finds() -> None:
    for number, fields in enumerate([{}, {"visibility": Event.Visibility.MEMBERS}]):
        past = a_past_event(number, **fields)
        for guest in cast.people(2, called=f"guest{number}-"):
            cast.registered(guest, past, at=cast.NOW - timedelta(days=90))
    assert "1 event so far, 2 people came." in " ".join(english("/c/ml/").split())
    canceled = a_past_event(3)
    cast.registered("dan", canceled, at=cast.NOW - timedelta(days=90))
    Event.objects.filter(pk=canceled.pk).update(state=Event.State.CANCELLED)
    assert "1 event so far, 2 people came." in " ".join(english("/c/ml/").split())


@pytest.mark.in_short(1)
@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_community_asks_the_same_questions_whatever_the_number(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        cast.event(title=f"event {number}")
        cast.talk("emi", a_past_event(number), at=cast.NOW - timedelta(days=90))
    # The community; future events and their slots; past events: count, list, talks, speakers; members; people and slides; the call.
    with django_assert_num_queries(10):
        english("/c/ml/")


def test_the_language_of_a_visitor_is_a_cookie_and_no_session() -> None:
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post("/language/", {"language": "ja", "next": "/c/ml/"})
    assert (answer.status_code, answer["Location"]) == (302, "/c/ml/")
    assert list(answer.cookies) == ["language"]
    assert 'lang="ja"' in visitor.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "", "\\\\evil.example"]
)
def test_the_switch_leads_nowhere_else(back: str) -> None:
    assert Client().post("/language/", {"language": "ja", "next": back})["Location"] == "/"


def test_an_unknown_language_is_refused() -> None:
    assert Client().post("/language/", {"language": "../x"}).status_code == 400
    assert Client().get("/language/").status_code == 405


def test_who_is_signed_in_keeps_the_language_and_needs_a_token() -> None:
    dan = as_("dan", "ja")
    dan.post("/language/", {"language": "en", "next": "/"})
    assert cast.person("dan").language == "en"
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cast.person("dan"))
    assert careful.post("/language/", {"language": "ja"}).status_code == 403
    assert cast.person("dan").language == "en"


def test_the_profile_keeps_name_and_language() -> None:
    dan = as_("dan")
    assert dan.post("/me/profile/", {"name": "Daniel", "language": "ja"}).status_code == 302
    assert (cast.person("dan").name, cast.person("dan").language) == ("Daniel", "ja")
    assert dan.post("/me/profile/", {"name": "", "language": "ja"}).status_code == 422
    assert dan.post("/me/profile/", {"name": "x" * 61, "language": "ja"}).status_code == 422


def invited(email: str = "ben@example.org") -> Invitation:
    return invite_member(
        community=cast.community(), email=email, role=Role.ORGANIZER, at=cast.NOW, by=cast.person("aiko")
    )


def test_an_invitation_says_who_asks_and_not_whom() -> None:
    html = english(f"/invitations/{mailed_token(invited())}/")
    assert "愛子" in html
    assert "ben@example.org" not in html
    assert 'name="email"' in html, "one says yes with name, address and a code"


def test_accepting_an_invitation_gives_the_role() -> None:
    invitation = invited()
    ben = as_("ben")
    ben.get(f"/invitations/{mailed_token(invitation)}/")
    assert not Membership.objects.filter(person__email="ben@example.org").exists()
    answer = ben.post(f"/invitations/{mailed_token(invitation)}/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/c/ml/")
    assert Membership.objects.get(person__email="ben@example.org").role == Role.ORGANIZER
    assert ben.get(f"/invitations/{mailed_token(invitation)}/").status_code == 410


def test_an_invitation_is_accepted_at_the_gate_by_its_address_only() -> None:
    address = f"/invitations/{mailed_token(invited())}/"
    through_the_gate(Client(), address, "mallory@example.org")
    assert not Membership.objects.exclude(role=Role.OWNER).exists()
    assert through_the_gate(Client(), address, "ben@example.org")["Location"] == "/desk/c/ml/"
    assert Membership.objects.get(person__email="ben@example.org").role == Role.ORGANIZER


def test_an_invitation_is_for_its_address() -> None:
    invitation = invited()
    assert as_("dan").post(f"/invitations/{mailed_token(invitation)}/").status_code == 409
    assert Client().post(f"/invitations/{mailed_token(invitation)}/").status_code == 422
    assert Client().get("/invitations/unknown/").status_code == 404
    assert not Membership.objects.exclude(role=Role.OWNER).exists()


def test_markdown_is_previewed_for_those_who_write() -> None:
    stranger = Client(headers={"HX-Request": "true"}).post("/markdown/", {"description": "**x**"})
    assert stranger.status_code == 401
    assert "<strong>x</strong>" not in stranger.content.decode()
    answer = as_("dan").post("/markdown/", {"description": "**x** <script>alert(1)</script>"})
    assert "<strong>x</strong>" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_health(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/healthz").content == b"ok\n"


def test_the_card_is_a_picture_with_an_etag() -> None:
    event = cast.event(title="ML Study Group #14", of=cast.community(name="ML"), language="en")
    answer = Client().get(f"/events/{event.public_id}/card.png")
    assert answer.content.startswith(b"\x89PNG")
    again = Client().get(f"/events/{event.public_id}/card.png", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    Event.objects.update(title="Another one")
    later = Client().get(f"/events/{event.public_id}/card.png", headers={"if-none-match": answer["ETag"]})
    assert later.status_code == 200


def test_without_a_japanese_font_there_is_no_card_and_no_promise_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share_image_drawing, "_font_path", lambda: "")
    event = cast.event()
    assert Client().get(f"/events/{event.public_id}/card.png").status_code == 404
    page = Client().get(f"/events/{event.public_id}/").content.decode()
    assert "og:image" not in page
    assert "card.png" not in page


@pytest.mark.in_short(2)
@pytest.mark.parametrize("title", ["x" * 120, "あ" * 120, "‮RTL​zero", "推薦" * 30, "a " * 60, "🦊" * 60])
def test_any_title_can_be_drawn(title: str) -> None:
    event = cast.event(title=title)
    assert Client().get(f"/events/{event.public_id}/card.png").status_code == 200
    assert Client().get(f"/events/{event.public_id}/").status_code == 200
    assert Client().get(f"/events/{event.public_id}/calendar.ics").status_code == 200


def test_community_and_site_have_a_picture_of_their_own() -> None:
    community = cast.community()
    before = Client().get(f"/c/{community.slug}/card.png").content
    assert Image.open(io.BytesIO(before)).size == (1200, 630)
    Community.objects.filter(pk=community.pk).update(chosen_hue="kuri", motto="失敗談も歓迎します。")
    assert Client().get(f"/c/{community.slug}/card.png").content != before
    assert Image.open(io.BytesIO(Client().get("/card.png").content)).size == (1200, 630)


@pytest.mark.parametrize("pattern", Pattern.values)
def test_the_paper_of_a_picture_has_its_pattern_and_no_more_than_two_inks(pattern: str) -> None:
    plain = share_image_paper.paper(share_image_paper.Face("学", "seiheki", pattern, 1.4))
    colours = plain.getcolors(maxcolors=300 * 630)
    assert colours
    # Both are there in quantity, and what is between them is the edge of a line.
    [(most, first), (_less, second), *_others] = sorted(colours, reverse=True)
    assert 300 * 630 * 0.3 < most < 300 * 630 * 0.95
    assert (20, 104, 102) in (first, second)


PATHS = [
    "/events/{}/",
    "/events/{}/registration/",
    "/events/{}/calendar.ics",
    "/events/{}/card.png",
    "/events/{}/talks/new/",
    "/events/{}/shifts/1/signup/",
    "/c/{}/",
    "/c/{}/card.png",
    "/invitations/{}/",
    "/cancellations/{}/",
]
HOSTILE = ["%00", "%FF%FE", "a" * 4000, "%E2%80%AE", "'%20OR%201=1", "..%2F..", "%F0%9F%A6%8A", "%ED%A0%80"]


@pytest.mark.in_short(20)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_addresses_get_a_clear_4xx(path: str, name: str) -> None:
    assert 400 <= as_("dan").get(path.format(name)).status_code < 500


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "9223372036854775808", "9" * 300, "9" * 5000])
def test_huge_numbers_are_not_found(number: str) -> None:
    event = cast.event()
    dan = as_("dan")
    for path in (
        f"/events/{event.public_id}/shifts/{number}/signup/",
        f"/events/{event.public_id}/shifts/{number}/signup/end/",
        f"/talks/{number}/confirmation/",
        f"/talks/{number}/withdrawal/",
    ):
        assert dan.get(path).status_code == 404
        assert dan.post(path).status_code == 404


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "x" * 70_000, "‮​", "😀" * 5000, "'; DROP TABLE"])
def test_hostile_fields_never_break_a_page(text: str) -> None:
    event = cast.event()
    dan = as_("dan")
    forms: list[tuple[str, dict[str, str]]] = [
        (f"/events/{event.public_id}/registration/", {"slot": text, "request_id": text}),
        (
            f"/events/{event.public_id}/talks/new/",
            {"title": text, "abstract": text, "minutes": text, "other_minutes": text},
        ),
        ("/me/profile/", {"name": text, "language": text}),
        ("/language/", {"language": text, "next": text}),
        ("/markdown/", {"description": text}),
    ]
    for path, fields in forms:
        assert dan.post(path, fields).status_code < 500
    cast.registered("dan", event)
    assert dan.post(f"/events/{event.public_id}/registration/slot/", {"slot": text}).status_code < 500
    assert Registration.objects.count() == 1


def test_head_is_answered() -> None:
    event = cast.event()
    for path in ("/", f"/events/{event.public_id}/", "/c/ml/", "/healthz"):
        assert Client().head(path).status_code == 200
