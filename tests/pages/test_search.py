"""Events are found by word, day, place and tag (E5, RULES 166, 167)."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetups.communities.actions.describe_community import describe_community
from meetups.core.prefectures import PREFECTURES, place_code, prefecture_in
from meetups.events.models import Event
from meetups.lifecycle.actions.change_event import change_event
from meetups.lifecycle.models import SearchDue, SearchEntry
from meetups.lifecycle.search.words import fold_for_search, query, words_in
from meetups.lifecycle.tasks import index_events
from meetups.speakers.actions.talks.set_themes import set_themes
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with time_machine.travel(cast.NOW, tick=False):
        yield


def event(title: str, *, days: int = 0, **fields: Any) -> Event:
    """A first-come event that begins `days` after the usual one."""
    starts_at = cast.STARTS_AT + timedelta(days=days)
    fields = {"description": "", "hashtag": "", "venue_name": "", "venue_address": "", **fields}
    return cast.event(
        title=title,
        slots=[cast.first_come_plan()],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        at=fields.pop("at", cast.NOW),
        **fields,
    )


def page(**asked: str) -> Any:
    index_events()
    answer = Client().get("/search/", asked, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer


def found(**asked: str) -> list[str]:
    """The titles, in their order."""
    return [card.event.title for card in page(**asked).context["cards"]]


@pytest.mark.in_short(6)
@pytest.mark.parametrize(
    ("q", "text"),
    [
        ("推薦", "推薦システムの運用"),
        ("学習", "機械学習の会"),
        ("夜", "冬の夜の読書会"),
        ("輪", "冬の輪"),
        ("ＰＹＴＨＯＮ", "はじめてのPython"),
        ("pyth", "はじめてのPython"),
        ("広島python", "広島Python"),
        ("ﾊﾟｲｿﾝ", "パイソンの会"),
        ("ぱいそん", "パイソンの会"),
        ("サーバ", "サーバーの話"),
        ("サーバー", "サーバの話"),
        ("c++", "C++の最適化"),
        ("R", "R言語入門"),
        ("café", "CAFÉ Night"),
        ("運用 推薦", "推薦システムの運用"),
        ("第14回", "第14回 推薦"),
    ],
)
def test_words_of_two_characters_any_width_capitals_or_kana_find_an_event(q: str, text: str) -> None:
    event(text)
    event("ぜんぜん別のこと")
    assert found(q=q) == [text]


@pytest.mark.parametrize("q", ["京府", "pythonista", "推薦 料理", "c", "!!", "’", "' | 'x", "\\", "&", ":*", "()"])
def test_what_is_not_there_is_not_found(q: str) -> None:
    event("東京 推薦システム c++ python")
    assert found(q=q) == []


def test_text_venue_community_talks_and_tags_are_searched_but_names_of_people_are_not() -> None:
    here = event("会", description="**書店**の棚の話", venue_name="六本木オフィス", hashtag="mlstudy")
    talk = cast.talk("emi", here, title="誰も見なかったダッシュボード")
    set_themes(talk=talk, words="データ可視化", at=cast.NOW, by=cast.person("emi"))
    for word in ("書店", "六本", "mlstudy", "ML勉強会", "ダッシュ", "可視"):
        assert found(q=word) == ["会"], word
    assert found(q="絵美") == []


def test_a_talk_that_is_not_confirmed_finds_nothing() -> None:
    cast.talk("emi", event("会"), title="まだ秘密の話", state=Talk.State.ACCEPTED)
    assert found(q="秘密") == []


def test_a_stranger_finds_only_what_is_public() -> None:
    event("公開の会")
    event("下書きの会", publish=False)
    event("限定の会", visibility=Event.Visibility.UNLISTED)
    event("内輪の会", visibility=Event.Visibility.MEMBERS)
    assert found(q="会") == found() == ["公開の会"]


def test_a_changed_title_is_found_and_the_old_one_is_not() -> None:
    here = event("古い題")
    assert found(q="古い") == ["古い題"]
    change_event(event=here, fields={"title": "新しい題"}, at=cast.NOW, by=cast.person("aiko"))
    assert found(q="新し") == ["新しい題"]
    assert found(q="古い") == []


def test_a_community_with_another_name_is_found_by_it() -> None:
    event("会")
    community = cast.community()
    describe_community(
        community=community,
        name="書体ナイト",
        description="",
        language="ja",
        time_zone="Asia/Tokyo",
        at=cast.NOW,
        by=cast.person("aiko"),
    )
    assert found(q="書体") == ["会"]


def test_what_is_indexed_is_not_due_again_and_other_changes_make_nothing_due() -> None:
    here = event("会")
    index_events()
    assert not SearchDue.objects.exists()
    cast.registered("dan", here)
    cast.talk("emi", here, state=Talk.State.PROPOSED)
    change_event(event=here, fields={"join_url": "https://example.com/"}, at=cast.NOW, by=cast.person("aiko"))
    assert not SearchDue.objects.exists()
    assert index_events() == "The search knows everything"


def test_what_is_over_leaves_the_index_of_what_is_ahead_and_comes_back_with_a_later_date() -> None:
    here = event("会")
    assert found(q="会") == ["会"]
    later = cast.ENDS_AT + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        assert found(q="会") == []
        assert SearchEntry.objects.get(event=here).is_over
        dates = {"starts_at": later + timedelta(days=1), "ends_at": later + timedelta(days=1, hours=2)}
        Event.objects.filter(pk=here.pk).update(**dates)
        assert found(q="会") == ["会"]


def test_a_tag_finds_the_events_with_its_talks_however_it_is_spelled() -> None:
    tagged, other = event("推薦の会"), event("別の会", days=1, description="Python")
    set_themes(talk=cast.talk("emi", tagged), words="Python", at=cast.NOW, by=cast.person("emi"))
    cast.talk("finn", other)
    for spelled in ("Python", "python", "ＰＹＴＨＯＮ"):
        assert found(tag=spelled) == ["推薦の会"]
    assert "/search/?tag=Python" in page().content.decode()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("東京都港区六本木6-10-1", "13"),
        ("京都府京都市中京区", "26"),
        ("渋谷区道玄坂1-2", "13"),
        ("横浜市西区みなとみらい", "14"),
        ("広島市中区", "34"),
        ("大阪市北区梅田", "27"),
        ("1-2-3 Roppongi, Minato, Tokyo", "13"),
        ("Kyoto Street 5, Osaka", "27"),
        ("Torstraße 6, 10119 Berlin", ""),
        ("", ""),
    ],
)
def test_an_address_names_its_prefecture(address: str, code: str) -> None:
    assert prefecture_in(address) == code


def test_prefectures_are_complete_and_each_is_found_by_both_names() -> None:
    assert list(PREFECTURES) == [f"{number:02}" for number in range(1, 48)]
    for code, (japanese, english) in PREFECTURES.items():
        assert prefecture_in(f"{japanese}どこか市") == prefecture_in(f"Somewhere, {english}") == code


def test_events_by_prefecture_and_online() -> None:
    event("東京の会", venue_address="東京都港区")
    event("京都の会", days=1, venue_address="京都府京都市")
    event("画面の会", days=2, format=Event.Format.ONLINE, join_url="https://example.com/")
    event("両方の会", days=3, format=Event.Format.HYBRID, venue_address="渋谷区渋谷", join_url="https://example.com/")
    assert found(prefecture="13") == ["東京の会", "両方の会"]
    assert found(online="1") == ["画面の会", "両方の会"]
    assert found(prefecture="13", online="1", q="両方") == ["両方の会"]
    assert re.search(r'value="13"\s+selected', page(prefecture="13").content.decode())


@pytest.mark.parametrize(
    ("address", "zone", "code"),
    [
        ("東京都港区", "Asia/Tokyo", "13"),
        ("どこか", "Asia/Tokyo", ""),
        ("Torstraße 6, 10119 Berlin", "Europe/Berlin", "abroad"),
        ("Tokyo Street 5", "Europe/Berlin", "abroad"),
        # A clock that was never set right does not move Tokyo.
        ("東京都港区", "Europe/Berlin", "13"),
        ("Minato, Tokyo", "UTC", "13"),
        ("", "Etc/UTC", ""),
    ],
)
def test_what_is_on_the_clock_of_another_country_is_abroad(address: str, zone: str, code: str) -> None:
    assert place_code(address, zone) == code


def test_an_organizers_choice_counts_more_than_the_address() -> None:
    chosen = event("選んだ会", venue_address="丘の上の家")
    event("海外の会", days=1, venue_address="Torstraße 6, 10119 Berlin", time_zone="Europe/Berlin")
    event("画面の会", days=2, format=Event.Format.ONLINE, join_url="https://example.com/", time_zone="Europe/Berlin")
    assert found(prefecture="32") == []
    assert found(prefecture="abroad") == ["海外の会"]
    Event.objects.filter(pk=chosen.pk).update(prefecture="32")
    assert found(prefecture="32") == ["選んだ会"]
    Event.objects.filter(pk=chosen.pk).update(prefecture="", time_zone="Asia/Seoul")
    assert found(prefecture="abroad") == ["選んだ会", "海外の会"]


def test_the_database_knows_no_other_prefecture() -> None:
    one = event("会")
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=one.pk).update(prefecture="48")


def test_the_filters_are_the_places_where_most_events_are_in_the_readers_language() -> None:
    for days, address in enumerate(("大阪市北区", "大阪府堺市", "東京都港区", "Berlin")):
        zone = "Europe/Berlin" if address == "Berlin" else "Asia/Tokyo"
        event(f"会{days}", days=days, venue_address=address, time_zone=zone)
    for path in ("/", "/search/"):
        for language, names in (("en", ["Osaka", "Tokyo", "Abroad"]), ("ja", ["大阪府", "東京都", "海外"])):
            html = Client().get(path, headers={"accept-language": language}).content.decode()
            chips = html[html.index('<ul class="chips">') :].partition("</ul>")[0]
            shown = re.findall(r'prefecture=\w+"\s*>(.+?)</a>', chips)
            assert shown == names, (path, language)
    # What is asked for is a filter, too, and goes with a press.
    html = page(prefecture="47").content.decode()
    assert re.search(r'aria-current="true"\s+href="/search/\??"\s*>Okinawa</a>', html)


def test_the_form_shows_what_the_address_says_for_correction() -> None:
    one = event("会", venue_address="東京都港区", venue_name="どこか")
    aiko = cast.signed_in("aiko", language="en")
    address = f"/desk/events/{one.public_id}/edit/"
    assert "The address says: Tokyo." in aiko.get(address).content.decode()
    Event.objects.update(venue_address="丘の上の家")
    assert "The address doesn’t say which." in aiko.get(address).content.decode()
    form = aiko.get(address).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    typed |= {"day": str(typed["day"]), "starts": f"{typed['starts']:%H:%M}", "ends": f"{typed['ends']:%H:%M}"}
    typed = {name: value for name, value in typed.items() if value not in (None, False)}
    assert aiko.post(address, {**typed, "prefecture": "32", "intent": "send"}).status_code == 302
    one.refresh_from_db()
    assert one.prefecture == "32"
    html = aiko.get(address).content.decode()
    assert re.search(r'<option value="32"\s+selected', html)
    assert "The address doesn’t say which." not in html
    data = json.loads(
        re.search(
            r'<script type="application/ld\+json">(.*?)</script>',
            Client().get(f"/events/{one.public_id}/", headers={"accept-language": "en"}).content.decode(),
        )[1]  # type: ignore[index]
    )
    assert data["location"]["address"] == {
        "@type": "PostalAddress", "streetAddress": "丘の上の家", "addressRegion": "Shimane", "addressCountry": "JP",
    }  # fmt: skip


def test_a_new_event_says_what_its_address_says_while_it_is_typed() -> None:
    community = cast.community()
    aiko = cast.signed_in("aiko", language="en")
    typed = {
        "title": "会",
        "intent": "preview",
        "format": "on_site",
        "time_zone": "Asia/Tokyo",
        "venue_address": "横浜市西区",
    }
    answer = aiko.post(f"/desk/c/{community.slug}/events/new/", typed, headers={"hx-request": "true"})
    assert "The address says: Kanagawa." in answer.content.decode()


def test_this_week_next_week_and_the_weekend_are_those_of_the_site() -> None:
    """It is Friday noon in Tokyo. Sunday ends there at 15:00 UTC."""
    for title, start in {
        "金": datetime(2026, 11, 20, 9, tzinfo=UTC),
        "日の夜": datetime(2026, 11, 22, 14, 59, tzinfo=UTC),
        "月": datetime(2026, 11, 22, 15, tzinfo=UTC),
        "次の日": datetime(2026, 11, 29, 14, tzinfo=UTC),
        "その次": datetime(2026, 11, 29, 15, tzinfo=UTC),
    }.items():
        event(title, days=0, at=cast.NOW - timedelta(days=9))
        Event.objects.filter(title=title).update(starts_at=start, ends_at=start + timedelta(hours=2))
    assert found(when="week") == ["金", "日の夜"]
    assert found(when="weekend") == ["日の夜"]
    assert found(when="next-week") == ["月", "次の日"]
    assert found(**{"from": "2026-11-22", "to": "2026-11-23"}) == ["日の夜", "月"]
    assert found(**{"from": "2026-11-30"}) == ["その次"]


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-02-31"}, {"from": "x", "to": "9999-12-31"}, {"from": "0001-01-01"}, {"prefecture": "99"},
        {"when": "never"}, {"after": "nothing"}, {"before": "nothing"}, {"online": "yes"}, {"q": "　"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_left_out(asked: dict[str, str]) -> None:
    event("会")
    assert found(**asked) == ["会"]


def test_past_events_come_latest_first_and_are_offered_where_nothing_is_ahead() -> None:
    for number in (30, 20):
        event(f"過去の会 {number}", days=-number, at=cast.NOW - timedelta(days=90))
    event("これから")
    assert found(when="past") == ["過去の会 20", "過去の会 30"]
    answer = page(q="過去")
    assert answer.context["cards"] == []
    assert [card.event.title for card in answer.context["past"]] == ["過去の会 20", "過去の会 30"]
    assert "No upcoming events match" in answer.content.decode()


def test_pages_go_on_and_back_and_keep_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("meetups.pages.events.search.A_PAGE", 2)
    titles = [f"会 {number}" for number in range(5)]
    for number, title in enumerate(titles):
        event(title, days=number)
    first = page(q="会")
    second = page(q="会", after=first.context["page"].onward)
    third = page(q="会", after=second.context["page"].onward)
    assert [[one.title for one in answer.context["page"].events] for answer in (first, second, third)] == [
        titles[:2], titles[2:4], titles[4:],
    ]  # fmt: skip
    assert third.context["page"].onward == ""
    back = page(q="会", before=third.context["page"].back)
    assert [one.title for one in back.context["page"].events] == titles[2:4]
    start = page(q="会", before=back.context["page"].back)
    assert [one.title for one in start.context["page"].events] == titles[:2]
    assert start.context["page"].back == ""
    assert "q=%E4%BC%9A&amp;after=" in first.content.decode()


def test_an_empty_search_says_what_to_do() -> None:
    html = page(q="ない言葉", prefecture="13").content.decode()
    assert "Try one word, or fewer filters." in html
    assert "“ない言葉” without filters" in html
    assert "No events planned right now" in page().content.decode()


def test_the_search_asks_the_same_whatever_it_finds() -> None:
    def queries() -> int:
        index_events()
        with CaptureQueriesContext(connection) as seen:
            Client().get("/search/", {"q": "会", "online": "1"})
        return len(seen)

    event("会 1", format=Event.Format.ONLINE)
    one = queries()
    for number in (2, 3):
        event(f"会 {number}", days=number, format=Event.Format.ONLINE)
    assert queries() == one == 4


def test_the_index_is_asked_for_words() -> None:
    """The control: another question about the same column can't use it."""
    event("会")
    index_events()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT event_id FROM lifecycle_searchentry WHERE words @@ '推薦'::tsquery")
        assert "event_by_word" in str(cursor.fetchall())
        cursor.execute("EXPLAIN SELECT event_id FROM lifecycle_searchentry WHERE words::text LIKE '%推薦%'")
        assert "event_by_word" not in str(cursor.fetchall())
        cursor.execute("SET enable_seqscan = on")


def test_a_text_is_cut_into_pairs_and_a_question_into_what_they_hold() -> None:
    assert words_in("機械学習 Python") == {"機械", "械学", "学習", *"機械学習", "python"}
    assert query("学習") == "'学習'"
    assert query("夜 py c#") == "'夜' & 'py':* & 'c#':*"
    assert query("!", "@13") == "'@13'"
    assert fold_for_search("ｻｰﾊﾞｰ運用") == "さーば運用"
