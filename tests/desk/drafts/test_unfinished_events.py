"""What is typed on the page for a new event is kept while it is typed: one draft for one page, and no page over another's words."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from meetups.communities.actions.follow import follow
from meetups.events.models import Event, UnfinishedEvent
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/desk/c/ml/events/new/"
SAVES = "/desk/c/ml/events/new/autosave/"
HIDDEN = ("once", "tab", "seen", "was")


@pytest.fixture
def desk() -> Any:
    cast.community()
    with time_machine.travel(cast.NOW, tick=False):
        yield cast.signed_in("aiko")


def hidden(page: str) -> dict[str, str]:
    found = {name: re.search(rf'name="{name}"(?: value="([^"]*)")?', page) for name in HIDDEN}
    return {name: html.unescape(one[1] or "") for name, one in found.items() if one}


def opened(desk: Client, address: str = URL) -> dict[str, str]:
    """What a tab sends that has just opened the page and where nothing was typed."""
    page = desk.get(address).content.decode()
    return {
        "time_zone": "Asia/Tokyo", "format": "on_site", "admission": "lottery", "teardown": "on", "speaker_seats": "3",
        "teardown_minutes": "60", "teardown_minimum": "2", "teardown_maximum": "4", "reminders_on": "on", "rehearsal": "on",
        "visibility": "public", "attendee_list": "attendees", "language": "ja", **hidden(page),
    }  # fmt: skip


def saved(desk: Client, tab: dict[str, str], **typed: str) -> str:
    """What the page says once it saved by itself. The tab goes on with the new version."""
    tab |= typed
    answer = desk.post(SAVES, tab).content.decode()
    tab |= hidden(answer)
    return strip_tags(answer)


def again(tab: dict[str, str]) -> str:
    [kept] = UnfinishedEvent.objects.all()
    return f"{URL}?draft={kept.public_id}"


def test_from_the_first_title_on_one_draft_is_kept_and_found_again(desk: Client) -> None:
    tab = opened(desk)
    assert saved(desk, tab, hashtag="ml") == ""
    assert not UnfinishedEvent.objects.exists(), "without a title nothing is kept"
    assert "Draft saved 12:00 PM" in saved(desk, tab, title="ML勉強会 #16")
    saved(desk, tab, title="ML勉強会 #16 推薦", day="2026-12-20", slot1_name="学生", slot1_seats="8", teardown="")
    assert UnfinishedEvent.objects.count() == 1
    assert not Event.objects.exists()
    for page in ("/desk/c/ml/", "/desk/", URL):
        listed = desk.get(page).content.decode()
        assert "推薦" in listed
        assert again(tab) in listed
    back = desk.get(again(tab)).content.decode()
    assert 'value="ML勉強会 #16 推薦"' in back
    assert 'value="2026-12-20"' in back
    assert 'value="学生"' in back
    assert "field-error" not in back, "nothing that is missing is called wrong before it is sent"


def test_what_is_published_takes_the_place_of_what_was_typed(desk: Client) -> None:
    tab = opened(desk)
    saved(desk, tab, title="ML勉強会 #16")
    public_id = UnfinishedEvent.objects.get().public_id
    address = again(tab)
    answer = desk.post(address, tab | {"day": "2026-12-20", "starts": "14:00", "intent": "publish"})
    event = Event.objects.get()
    assert answer["Location"] == reverse("desk_event", args=[event.public_id])
    assert event.public_id == public_id
    assert not UnfinishedEvent.objects.exists()
    assert desk.get(address)["Location"] == reverse("desk_event", args=[event.public_id])
    # A save that comes late brings nothing back.
    assert "in another window" in saved(desk, tab, title="後から")
    assert not UnfinishedEvent.objects.exists()


def test_two_tabs_with_the_same_draft_never_overwrite_each_other(desk: Client) -> None:
    first = opened(desk)
    saved(desk, first, title="ML勉強会 #16", day="2026-12-20", starts="14:00")
    one, other = opened(desk, again(first)), opened(desk, again(first))
    for tab in (one, other):
        tab |= {"title": "ML勉強会 #16", "day": "2026-12-20", "starts": "14:00"}
    assert "Draft saved" in saved(desk, one, title="片方の題")
    assert "another window" in saved(desk, other, title="もう片方の題")
    assert UnfinishedEvent.objects.get().title == "片方の題"
    asked = desk.post(again(first), other | {"intent": "publish"})
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "片方の題" in page
    assert "もう片方の題" in page
    assert not Event.objects.exists()
    # Having seen both, the second decides.
    desk.post(again(first), other | hidden(page) | {"intent": "publish"})
    assert Event.objects.get().title == "もう片方の題"


def test_control_without_names_of_tabs_the_second_would_overwrite_the_first(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UnfinishedEvent, "refuse_another_tab", lambda self, *, seen, tab: None)
    first = opened(desk)
    saved(desk, first, title="最初")
    other = opened(desk, again(first))
    saved(desk, first, title="片方の題")
    saved(desk, other, title="もう片方の題")
    assert UnfinishedEvent.objects.get().title == "もう片方の題"


def test_what_two_tabs_changed_in_different_fields_is_published_together(desk: Client) -> None:
    first = opened(desk)
    saved(desk, first, title="ML勉強会 #16", day="2026-12-20", starts="14:00")
    other = opened(desk, again(first)) | {"title": "ML勉強会 #16", "day": "2026-12-20", "starts": "14:00"}
    saved(desk, first, hashtag="mlstudy")
    desk.post(again(first), other | {"venue_name": "六本木", "intent": "publish"})
    event = Event.objects.get()
    assert (event.hashtag, event.venue_name) == ("mlstudy", "六本木")


def test_a_save_whose_answer_was_lost_is_no_other_window(desk: Client) -> None:
    tab = opened(desk)
    saved(desk, tab, title="題")
    desk.post(SAVES, tab | {"title": "題二"})
    assert "Draft saved" in saved(desk, tab, title="題三")
    desk.post(SAVES, tab | {"title": "題四"})
    desk.post(URL, tab | {"title": "題五", "day": "2026-12-20", "starts": "14:00", "intent": "publish"})
    assert Event.objects.get().title == "題五"


def test_two_new_events_in_two_tabs_are_two_drafts(desk: Client) -> None:
    for title in ("一つ目", "二つ目"):
        saved(desk, opened(desk), title=title)
    assert set(UnfinishedEvent.objects.values_list("title", flat=True)) == {"一つ目", "二つ目"}


def test_a_tab_that_was_overtaken_by_the_event_says_so(desk: Client) -> None:
    first = opened(desk)
    saved(desk, first, title="題", day="2026-12-20", starts="14:00")
    other = opened(desk, again(first)) | {"title": "別の題", "day": "2026-12-20", "starts": "14:00"}
    desk.post(URL, first | {"intent": "draft"})
    answer = desk.post(URL, other | {"intent": "publish"})
    assert answer.status_code == 409
    event = Event.objects.get()
    assert reverse("desk_event", args=[event.public_id]) in answer.content.decode()
    assert (event.title, event.state) == ("題", "draft")


def test_what_no_one_can_use_is_refused_and_nothing_breaks(desk: Client) -> None:
    tab = opened(desk)
    assert "Draft saved" in saved(desk, tab, title="題\0", venue_capacity="viele", day="heute")
    assert desk.get(again(tab)).status_code == 200
    assert "too long" in saved(desk, tab, description="あ" * 200_001)
    assert "too old" in saved(desk, tab, once="forged", description="")


@pytest.mark.story
def test_there_are_not_endlessly_many(desk: Client) -> None:
    for _number in range(20):
        saved(desk, opened(desk), title="題")
    tab = opened(desk)
    assert "20 unfinished" in saved(desk, tab, title="題")
    kept = UnfinishedEvent.objects.first()
    assert kept
    page = reverse("desk_unfinished_deletion", args=["ml", kept.public_id])
    assert "What was typed for “題” is gone then" in strip_tags(desk.get(page).content.decode())
    desk.post(page)
    assert "Draft saved" in saved(desk, tab)
    assert "This draft is gone" in desk.get(f"{URL}?draft={kept.public_id}").content.decode()


@pytest.mark.story
def test_the_pages_ask_as_often_for_three_as_for_one(
    desk: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    asked = []
    for _number in range(2):
        saved(desk, opened(desk), title="題")
        for page in ("/desk/c/ml/", "/desk/", URL):
            with django_assert_max_num_queries(16) as queries:
                desk.get(page)
            asked.append(len(queries))
        saved(desk, opened(desk), title="題")
    assert asked[:3] == asked[3:]


def test_people_of_other_communities_reach_none_of_it(desk: Client) -> None:
    saved(desk, opened(desk), title="秘密")
    kept = UnfinishedEvent.objects.get()
    cast.community(slug="other", owner="finn", name="別の会")
    finn = cast.signed_in("finn")
    assert finn.get(f"{URL}?draft={kept.public_id}").status_code == 404
    assert finn.get(reverse("desk_unfinished_deletion", args=["other", kept.public_id])).status_code == 404
    assert "秘密" not in finn.get(f"/desk/c/other/events/new/?draft={kept.public_id}").content.decode()


def test_a_page_from_weeks_ago_still_saves(desk: Client) -> None:
    tab = opened(desk)
    with time_machine.travel(cast.NOW + timedelta(days=10), tick=False):
        assert "Draft saved" in saved(cast.signed_in("aiko"), tab, title="題")


def test_an_empty_page_offers_to_copy_the_last_event_and_says_who_gets_mail(desk: Client) -> None:
    assert "Or copy" not in desk.get(URL).content.decode()
    event = cast.event(title="LT Night #4")
    page = desk.get(URL).content.decode()
    assert "Or copy “LT Night #4”" in page
    assert reverse("desk_event_copy", args=[event.public_id]) in page
    tab = opened(desk) | {"title": "題", "day": "2026-12-20", "starts": "14:00", "intent": "preview"}
    assert "We’ll email" not in desk.post(URL, tab).content.decode()
    follow(person=cast.person("dan"), community=event.community, at=cast.NOW)
    assert "We’ll email 1 follower, can be undone for 10 minutes<" in desk.post(URL, tab).content.decode()
    assert "We’ll email" not in desk.post(URL, tab | {"visibility": "members"}).content.decode()
