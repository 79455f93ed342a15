"""Past talks can be found by word, theme and speaker (S6, RULES 96)."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.speakers.models import CoSpeaker, Talk
from meetups.speakers.themes import themes_in
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
LATER = cast.NOW + timedelta(days=60)


def held(who: str, title: str, *, event: Event | None = None, days: int = 0, **fields: Any) -> Talk:
    """A talk of an event that is `days` after the usual one."""
    starts_at = cast.STARTS_AT + timedelta(days=days)
    event = event or cast.event(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), title=f"会 {title}")
    talk = cast.talk(who, event, title=title)
    Talk.objects.filter(pk=talk.pk).update(**fields)
    return talk


def found(client: Client | None = None, /, **asked: str) -> list[str]:
    """The titles, in their order."""
    with time_machine.travel(LATER, tick=False):
        answer = (client or Client()).get("/c/ml/talks/", asked)
    assert answer.status_code == 200
    return [talk.title for talk in answer.context["page"].object_list]


def test_talks_of_past_events_the_latest_first() -> None:
    held("emi", "古い話")
    held("finn", "新しい話", days=3)
    held("emi", "これからの話", days=200)
    held("emi", "まだの話", event=Event.objects.get(title="会 古い話"), state="accepted")
    assert found() == ["新しい話", "古い話"]


def test_what_the_reader_may_not_see_is_not_found() -> None:
    held("emi", "公開の話")
    for number, visibility in enumerate((Event.Visibility.UNLISTED, Event.Visibility.MEMBERS), start=1):
        talk = held("emi", f"内緒の話{number}", days=number)
        Event.objects.filter(talks=talk).update(visibility=visibility)
    cancelled = held("emi", "中止の話", days=4)
    Event.objects.filter(talks=cancelled).update(state=Event.State.CANCELLED, cancelled_at=cast.NOW)
    cast.event(of=cast.community(slug="other", name="別の会", owner="finn"))
    assert found() == ["公開の話"]
    cast.member("ben", Role.ORGANIZER)
    assert found(cast.signed_in("ben")) == ["内緒の話2", "公開の話"]


@pytest.mark.in_short(3)
@pytest.mark.parametrize(
    ("q", "titles"),
    [
        ("推薦", ["推薦の評価", "検索の話"]),
        ("評価", ["推薦の評価"]),
        ("推薦 評価", ["推薦の評価"]),
        ("rag", ["検索の話"]),
        ("絵美", ["推薦の評価"]),
        ("Gin", ["検索の話"]),
        ("100%", []),
        ("_", []),
        ("無い", []),
    ],
)
def test_each_word_is_looked_for_everywhere(q: str, titles: list[str]) -> None:
    held("emi", "推薦の評価", days=1)
    talk = held("finn", "検索の話", abstract="推薦との違い", themes=["RAG"])
    gin = cast.person("gin")
    CoSpeaker.objects.create(
        talk=talk, person=gin, address=gin.email, language="ja", state="joined", asked_at=cast.NOW, joined_at=cast.NOW
    )
    assert found(q=q) == titles


def test_by_theme_by_speaker_and_with_slides_only() -> None:
    held("emi", "一", days=3, themes=["推薦", "評価"], slides_url="https://a.example", slides_published_at=cast.NOW)
    held("emi", "二", days=2, themes=["推薦"], slides_url="https://a.example")
    held("finn", "三", days=1, themes=["推薦システム"])
    assert found(theme="推薦") == ["一", "二"]
    assert found(speaker="絵美") == ["一", "二"]
    assert found(speaker="絵美", slides="1") == ["一"]
    assert found(theme="推薦システム", speaker="絵美") == []
    with time_machine.travel(LATER, tick=False):
        html = Client().get("/c/ml/talks/", headers={"accept-language": "en"}).content.decode()
    assert html.index(">推薦 <") < html.index(">推薦システム <")
    assert "https://a.example" not in html


@pytest.mark.parametrize("asked", [{"page": "0"}, {"page": "x"}, {"page": "99"}, {"q": "あ" * 500}, {"theme": "'\"{}"}])
def test_odd_addresses_do_no_harm(asked: dict[str, str]) -> None:
    held("emi", "一")
    found(**asked)


def test_an_empty_archive_says_what_it_is_for() -> None:
    cast.community()
    html = Client().get("/c/ml/talks/", headers={"accept-language": "en"}).content.decode()
    assert "No talks yet" in html
    assert Client().get("/c/nobody/talks/").status_code == 404


@pytest.mark.parametrize("talks", [1, 5])
def test_it_asks_the_same_few_questions_for_any_number_of_talks(talks: int, django_assert_num_queries: Any) -> None:
    for number in range(talks):
        held("emi", f"話{number}", days=number, themes=["推薦", f"t{number}"])
    with time_machine.travel(LATER, tick=False), django_assert_num_queries(5):
        Client().get("/c/ml/talks/")


@pytest.mark.parametrize(
    ("typed", "themes"),
    [
        ("推薦、評価,ＲＡＧ", ["推薦", "評価", "RAG"]),
        ("RAG, rag, #RAG", ["RAG"]),
        (" , 、\n", []),
        ("vector   search;検索", ["vector search", "検索"]),
    ],
)
def test_themes_are_read_from_a_line(typed: str, themes: list[str]) -> None:
    assert themes_in(typed) == themes


def test_themes_of_talks_that_the_reader_may_not_see_are_not_offered() -> None:
    held("emi", "公開", themes=["公開の語"])
    for number, visibility in enumerate((Event.Visibility.UNLISTED, Event.Visibility.MEMBERS), start=1):
        Event.objects.filter(talks=held("finn", f"内緒{number}", themes=[f"内緒の語{number}"])).update(
            visibility=visibility
        )
    shown = cast.signed_in("emi").get(reverse("talk_slides", args=[held("emi", "これから").pk])).content.decode()
    assert ("公開の語" in shown, "内緒の語" in shown) == (True, False)


def test_speakers_and_organizers_set_themes_in_the_spelling_of_the_community() -> None:
    cast.member("ben", Role.ORGANIZER)
    event = cast.event()
    first, second = cast.talk("finn", event, title="一"), cast.talk("emi", event, title="二")
    Talk.objects.filter(pk=first.pk).update(themes=["RAG"])
    mine = reverse("talk_themes", args=[second.pk])
    theirs = reverse("desk_talk_themes", args=[event.public_id, second.pk])
    with time_machine.travel(cast.NOW, tick=False):
        assert cast.signed_in("emi").post(mine, {"themes": "ｒａｇ、評価"}).status_code == 302
        assert Talk.objects.get(pk=second.pk).themes == ["RAG", "評価"]
        for name, address in (("emi", mine), ("ben", theirs)):
            for wrong, why in (
                ("a,b,c,d,e,f", "At most 5"),
                ("x" * 41, "too long"),
                ("\u200b\u3164", "people can read"),
            ):
                answer = cast.signed_in(name).post(address, {"themes": wrong})
                assert (answer.status_code, why in answer.content.decode()) == (422, True), wrong
                assert wrong in answer.content.decode()
        assert cast.signed_in("ben").post(theirs, {"themes": ""}).status_code == 302
        assert cast.signed_in("finn").post(mine, {"themes": "x"}).status_code == 404
    assert Talk.objects.get(pk=second.pk).themes == []
