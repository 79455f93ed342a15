"""Teardown on the phone: a list that several people tick together, with photos of the room before (RULES 77, 78)."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.volunteers.models import Chore, Shift
from tests.support import cast
from tests.support.scenes.teardown_scene import (
    DO_NOT,
    DURING,
    LATE,
    OPEN_UNTIL,
    at,
    line,
    photo,
    teardown_of_emi,
    tick,
)

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _evening() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    return teardown_of_emi()


def page(who: str, event: Event) -> str:
    return str(cast.signed_in(who).get(f"/events/{event.public_id}/teardown/").content.decode())


def poll(client: Client, event: Event, seen: str = "") -> Any:
    return client.get(f"/events/{event.public_id}/teardown/lines/", {"seen": seen}, headers=HTMX)


def seen_in(html: str) -> str:
    """The version that the page sends with its next request."""
    return html.partition("lines/?seen=")[2].partition('"')[0]


class TestTheListOnThePhone:
    def test_what_is_open_stands_first_and_who_did_the_rest_and_when(self, event: Event) -> None:
        wipe, bins = line(event, "机を拭く"), line(event, "ゴミを分別する", detail="缶は別")
        line(event, "機材に触らない", sort=DO_NOT)
        photo(event)
        tick("emi", wipe)
        html = page("emi", event)
        assert html.index("缶は別") < html.index("機材に触らない") < html.index("机を拭く")
        assert "<strong>1</strong> of 2 left" in html
        assert "<bdi>絵美</bdi> ·" in html
        assert "5:20 PM" in html
        assert "4:30–5:30 PM" in html
        assert "Lead: <bdi>ベン</bdi>" in html
        assert 'loading="lazy"' in html
        assert 'width="160"' in html
        assert "Teardown was due to end" not in html
        tick("ben", wipe, done="0")
        tick("ben", bins)
        html = page("emi", event)
        assert html.index("機材に触らない") < html.index("ゴミを分別する")
        assert "<bdi>ベン</bdi> ·" in html
        assert "<bdi>絵美</bdi> ·" not in html

    def test_past_the_end_of_the_shift_what_is_open_is_late(self, event: Event) -> None:
        line(event)
        with at(LATE):
            html = page("emi", event)
            assert 'data-tone="late"' in html
            assert "Teardown was due to end at" in html
        Shift.objects.update(cancelled_at=cast.NOW)
        with at(LATE):
            assert 'data-tone="late"' not in page("aiko", event)

    def test_when_all_is_done_it_says_thanks_and_the_dont_lines_stay(self, event: Event) -> None:
        chore = line(event)
        line(event, "機材に触らない", sort=DO_NOT)
        assert "Thank you all" not in page("emi", event)
        answer = tick("emi", chore, headers=HTMX)
        html = answer.content.decode()
        assert "<html" not in html
        assert "Thank you all" in html
        assert "機材に触らない" in html
        assert "still open" not in html

    def test_long_words_and_markup_are_only_words(self, event: Event) -> None:
        line(event, "<script>alert(1)</script>" + "長" * 80, detail="w" * 400)
        html = page("emi", event)
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html

    def test_without_a_list_it_says_whom_to_ask(self, event: Event) -> None:
        assert "Ask them what needs to be done" in page("emi", event)
        assert f'href="/desk/events/{event.public_id}/teardown/"' in page("aiko", event)


class TestTickingTogether:
    def test_two_who_tick_at_once_leave_one_tick_with_the_name_of_the_first(self, event: Event) -> None:
        chore = line(event)
        tick("emi", chore)
        with at(DURING + timedelta(minutes=1)):
            tick("ben", chore)
        chore.refresh_from_db()
        assert (chore.done_by, chore.done_at) == (cast.person("emi"), DURING)
        assert HistoryEntry.objects.filter(verb="tick_chore").count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_at_the_very_same_moment_too(self, event: Event) -> None:
        chores = [line(event, f"{number}番の机") for number in range(6)]
        clients = [cast.signed_in("emi"), cast.signed_in("ben")]
        start = threading.Barrier(2)
        statuses: list[int] = []

        def all_of_them(client: Client) -> None:
            try:
                for chore in chores:
                    start.wait()
                    url = f"/events/{event.public_id}/teardown/{chore.pk}/tick/"
                    statuses.append(client.post(url, {"done": "1"}).status_code)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=all_of_them, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [302] * 12
        ticks = HistoryEntry.objects.filter(verb="tick_chore")
        assert ticks.count() == 6
        # The name shown belongs to the person who made the step in the history.
        assert {(f"chore:{one.pk}", one.done_by_id) for one in Chore.objects.all()} == set(
            ticks.values_list("subject", "actor")
        )

    def test_works_by_sending_forms_alone(self, event: Event) -> None:
        chore = line(event)
        html = page("emi", event)
        assert f'action="/events/{event.public_id}/teardown/{chore.pk}/tick/"' in html
        assert tick("emi", chore).headers["Location"] == f"/events/{event.public_id}/teardown/"

    def test_a_line_that_is_gone_says_so_and_shows_the_list_as_it_is(self, event: Event) -> None:
        gone, there = line(event, "古い行"), line(event, "残る行")
        Chore.objects.filter(pk=gone.pk).delete()
        html = tick("emi", gone, headers=HTMX).content.decode()
        assert "has been removed" in html
        assert there.text in html

    def test_from_the_start_until_three_days_after_the_end(self, event: Event) -> None:
        chore = line(event)
        for moment, said in [
            (cast.STARTS_AT - timedelta(seconds=1), "once the event has started"),
            (OPEN_UNTIL, "read-only"),
        ]:
            with at(moment):
                assert said in page("emi", event)
                assert 'class="tick"' not in page("emi", event)
                assert said in tick("emi", chore, headers=HTMX).content.decode()
        assert not Chore.objects.exclude(done_at=None).exists()
        for moment in (cast.STARTS_AT, OPEN_UNTIL - timedelta(seconds=1)):
            with at(moment):
                tick("emi", chore)
                assert Chore.objects.exclude(done_at=None).exists()
                tick("emi", chore, done="0")

    def test_of_a_cancelled_event_nothing_is_ticked_or_written(self, event: Event) -> None:
        chore = line(event)
        cancel_event(event=event, at=cast.STARTS_AT, by=cast.person("aiko"))
        assert "was canceled" in page("aiko", event)
        tick("aiko", chore)
        answer = cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/teardown/", {"text": "x", "sort": "do"})
        assert answer.status_code == 409
        assert list(Chore.objects.values_list("pk", "done_at")) == [(chore.pk, None)]

    def test_what_is_not_to_be_done_is_never_ticked(self, event: Event) -> None:
        chore = line(event, sort=DO_NOT)
        assert "nothing to tick" in tick("emi", chore, headers=HTMX).content.decode()


class TestLive:
    def test_unchanged_it_costs_three_queries_and_no_bytes(self, event: Event, django_assert_num_queries: Any) -> None:
        client = cast.signed_in("emi")
        for number in range(3):
            line(event, f"{number}番の机")
            seen = seen_in(page("emi", event))
            with django_assert_num_queries(3):
                assert poll(client, event, seen).status_code == 204
            with django_assert_num_queries(3):
                assert poll(client, event, "another").status_code == 200

    @pytest.mark.parametrize("change", ["tick", "undo", "words", "line", "gone", "late"])
    def test_what_the_others_do_is_seen(self, event: Event, change: str) -> None:
        first, second = line(event, "一つ目"), line(event, "二つ目")
        if change == "undo":
            tick("ben", second)
        client = cast.signed_in("emi")
        seen = seen_in(page("emi", event))
        assert poll(client, event, seen).status_code == 204
        match change:
            case "tick":
                tick("ben", first)
            case "undo":
                tick("ben", second, done="0")
            case "words":
                Chore.objects.filter(pk=first.pk).update(detail="奥の棚へ")
            case "line":
                line(event, "三つ目")
            case "gone":
                second.delete()
        with at(LATE if change == "late" else DURING):
            answer = poll(client, event, seen)
        assert answer.status_code == 200
        assert seen_in(answer.content.decode()) != seen

    def test_it_stops_when_all_is_done_and_an_hour_after_teardown(self, event: Event) -> None:
        chore = line(event)
        line(event, "機材に触らない", sort=DO_NOT)
        ends = cast.ENDS_AT + timedelta(hours=1)
        for moment, live in [
            (cast.STARTS_AT - timedelta(minutes=1), False),
            (cast.STARTS_AT, True),
            (ends + timedelta(minutes=59), True),
            (ends + timedelta(minutes=60), False),
        ]:
            with at(moment):
                assert ("data-poll" in page("emi", event)) == live, moment
        tick("emi", chore)
        assert "data-poll" not in page("emi", event)

    def test_whoever_is_signed_out_is_sent_to_sign_in_with_the_whole_page(self, event: Event) -> None:
        chore = line(event)
        url = f"/events/{event.public_id}/teardown/"
        for answer in (
            poll(Client(), event),
            Client().post(f"{url}{chore.pk}/tick/", {"done": "1"}, headers=HTMX),
        ):
            assert answer.headers["HX-Redirect"] == f"/accounts/login/?next={url}"


class TestWhoMaySee:
    def test_the_team_and_those_with_a_shift(self, event: Event) -> None:
        cast.registered("dan", event, at=cast.NOW)
        cast.member("chie", Role.RECEPTION)
        chore, shown = line(event), photo(event)
        urls = [f"/events/{event.public_id}/teardown/", f"/events/{event.public_id}/teardown/photos/{shown.pk}/"]
        for who, status in [("aiko", 200), ("ben", 200), ("chie", 200), ("emi", 200), ("dan", 404), ("finn", 404)]:
            assert [cast.signed_in(who).get(url).status_code for url in urls] == [status, status], who
        assert tick("dan", chore).status_code == 404
        with at(cast.NOW):
            cast.signed_in("emi").post(f"/events/{event.public_id}/shifts/{cast.shift_of(event).pk}/signup/end/")
        assert [cast.signed_in("emi").get(url).status_code for url in urls] == [404, 404]

    def test_a_photo_is_private_and_nothing_but_a_picture(self, event: Event) -> None:
        shown = photo(event)
        answer = cast.signed_in("emi").get(f"/events/{event.public_id}/teardown/photos/{shown.pk}/")
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "private" in answer.headers["Cache-Control"]
        assert "public" not in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer).startswith(b"\xff\xd8")

    def test_ids_of_other_events_are_not_found(self, event: Event) -> None:
        other = cast.event(title="別の会")
        chore, shown = line(other), photo(other)
        emi = cast.signed_in("emi")
        assert emi.get(f"/events/{event.public_id}/teardown/photos/{shown.pk}/").status_code == 404
        emi.post(f"/events/{event.public_id}/teardown/{chore.pk}/tick/", {"done": "1"})
        assert not Chore.objects.exclude(done_at=None).exists()
        for path in (f"{chore.pk}/", f"photos/{shown.pk}/"):
            assert cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/teardown/{path}").status_code == 404

    def test_a_picture_that_the_disk_lost_is_not_found(self, event: Event) -> None:
        shown = photo(event)
        shown.image.storage.delete(str(shown.image.name))
        assert cast.signed_in("emi").get(f"/events/{event.public_id}/teardown/photos/{shown.pk}/").status_code == 404
