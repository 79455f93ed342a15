"""The public proof of a draw: the page before and after entries close and after the draw, the files, the check in a browser."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from meetups.events.models import Event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.notifications.models import Notification
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.lottery.nominate import nominate
from meetups.registrations.models import Lottery, Registration
from tests.support import cast

pytestmark = pytest.mark.django_db

AFTER = cast.DRAWS_AT + timedelta(hours=1)


def path(event: Event, file: str = "") -> str:
    return f"/events/{event.public_id}/draws/{event.slots.in_order()[0].public_id}/{file}"


def seen(event: Event, at: datetime, *, by: Client | None = None, query: str = "") -> str:
    """The English text of the page, without its tags."""
    with time_machine.travel(at, tick=False):
        answer = (by or Client(headers={"Accept-Language": "en"})).get(path(event) + query)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def with_entries(count: int = 3, *, capacity: int = 2, **fields: Any) -> tuple[Event, list[Registration]]:
    event = cast.event(slots=[cast.lottery_plan(capacity), cast.duty_plan()], **fields)
    return event, [cast.registered("dan", event), *(cast.registered(guest, event) for guest in cast.people(count - 1))]


def lottery_of(event: Event) -> Lottery:
    found: Lottery = Lottery.objects.select_related("slot__event").get(slot__event=event)
    return found


class TestWhatItShows:
    def test_before_entries_close_how_it_will_be_drawn_and_no_list(self) -> None:
        event, entrants = with_entries()
        page = seen(event, cast.NOW)
        lottery = lottery_of(event)
        assert "Entries are open. The draw is on Tue, Dec 1, 12:00 PM." in page
        assert lottery.commitment in page
        assert lottery.secret not in page
        assert "To be drawn 2" in page
        assert "Of these, not drawn here 4" in page
        assert not any(str(one.entry_id) in page for one in entrants)
        assert Client().get(path(event, "manifest.txt")).status_code == 404

    def test_from_the_deadline_on_the_list_and_its_hash_and_not_the_value(self) -> None:
        event, _entrants = with_entries()
        lottery = freeze_lottery(lottery=lottery_of(event), at=cast.CLOSES_AT)
        page = seen(event, cast.CLOSES_AT)
        assert "Entries have closed. The draw is on Tue, Dec 1, 12:00 PM." in page
        assert lottery.manifest_sha256 in page
        assert lottery.secret not in page
        answer = Client().get(path(event, "manifest.txt"))
        assert answer.content.decode() == lottery.manifest
        assert answer["Content-Type"] == "text/plain; charset=us-ascii"
        assert answer["Content-Disposition"] == 'attachment; filename="manifest.txt"'

    def test_after_the_draw_value_order_and_the_command(self) -> None:
        event, _entrants = with_entries()
        lottery = cast.draw(event)
        page = seen(event, AFTER)
        assert "2 seats were drawn among 3 entries." in page
        assert f"python3 lottery_check.py manifest.txt {lottery.value}" in page
        order = [(one.entry_id, one.drawn_rank) for one in Registration.objects.order_by("drawn_rank")]
        assert [(name, int(rank)) for rank, name in re.findall(r"(\d) ([a-z2-7]{26}) (?:seat|waitlist)", page)] == order

    def test_nothing_in_it_says_who_entered(self) -> None:
        event, _entrants = with_entries()
        cast.draw(event)
        page = seen(event, AFTER)
        assert not any(word in page for word in ("ダン", "Guest", "@"))

    def test_what_follows_where_the_value_is_awaited(self) -> None:
        event, _entrants = with_entries()
        Lottery.objects.update(source=Lottery.Source.ENTERED, source_note="第2045回ロト6の本数字")
        freeze_lottery(lottery=lottery_of(event), at=cast.CLOSES_AT)
        page = seen(event, AFTER)
        assert "The draw happens as soon as its random value is known." in page
        assert "第2045回ロト6の本数字" in page

    def test_the_beacon_is_named_with_its_round_from_the_beginning(self) -> None:
        event, _entrants = with_entries()
        Lottery.objects.update(source=Lottery.Source.DRAND)
        assert "drand, round 34430212" in seen(event, cast.NOW)
        assert lottery_of(event).commitment not in seen(event, cast.NOW)

    def test_declared_chances_are_said(self) -> None:
        event, _entrants = with_entries()
        assert "Chances" not in seen(event, cast.NOW)
        Lottery.objects.update(favours=Lottery.Favours.FIRST_TIME, lighter_for_no_shows=True)
        page = seen(event, cast.NOW)
        assert "Three chances for those who come for the first time" in page
        assert "One chance for those who recently had a seat and didn’t come" in page

    def test_it_counts_the_mails_that_left_in_time(self) -> None:
        event, _entrants = with_entries()
        freeze_lottery(lottery=lottery_of(event), at=cast.CLOSES_AT)
        mails = Notification.objects.filter(kind="manifest_frozen").order_by("pk")
        for mail, state, settled_at in zip(
            mails,
            ("sent", "sent", "failed"),
            (cast.DRAWS_AT - timedelta(minutes=1), cast.DRAWS_AT, cast.CLOSES_AT),
            strict=True,
        ):
            Notification.objects.filter(pk=mail.pk).update(state=state, settled_at=settled_at)
        assert "1 of 3 sent before the draw" in seen(event, AFTER)

    @pytest.mark.story
    def test_a_thousand_lines_are_folded_and_cost_no_more_queries(
        self, django_assert_max_num_queries: Any, client: Client
    ) -> None:
        event, _entrants = with_entries(30)
        cast.draw(event)
        with django_assert_max_num_queries(6):
            page = client.get(path(event)).content.decode()
        assert page.count("data-entry=") == 30
        assert "<summary>Show the full order</summary>" in re.sub(r"\s*\n\s*", "", page)


class TestWhoseItIs:
    def test_who_entered_reads_her_own_place_first(self) -> None:
        event, _entrants = with_entries(5)
        cast.draw(event)
        mine = Registration.objects.get(event=event, attendee=cast.person("dan"))
        with time_machine.travel(AFTER, tick=False):
            dan = cast.signed_in("dan")
        page = seen(event, AFTER, by=dan)
        assert f"Your rank was #{mine.drawn_rank}; 2 seats were drawn." in page
        assert f"{lottery_of(event).value} {mine.entry_id}" in page

    def test_who_is_not_signed_in_finds_her_entry_by_its_number(self) -> None:
        event, entrants = with_entries()
        cast.draw(event)
        mine = Registration.objects.get(pk=entrants[1].pk)
        assert f"Your rank was #{mine.drawn_rank};" in seen(event, AFTER, query=f"?entry= {mine.entry_id} ")
        assert "No entry has this number." in seen(event, AFTER, query="?entry=nobody")
        assert "No entry has this number." in seen(event, AFTER, query="?entry=%F0%9F%8E%B2'\"><script>")

    def test_who_withdrew_after_the_deadline_still_finds_herself(self) -> None:
        event, entrants = with_entries()
        freeze_lottery(lottery=lottery_of(event), at=cast.CLOSES_AT)
        leave_event(event=event, person=entrants[0].person, at=cast.CLOSES_AT, by=entrants[0].person)
        cast.draw(event)
        with time_machine.travel(AFTER, tick=False):
            dan = cast.signed_in("dan")
        assert "Your rank was" in seen(event, AFTER, by=dan)

    def test_my_registration_says_it_in_one_sentence_and_leads_there(self) -> None:
        event, entrants = with_entries(5)
        cast.draw(event)
        rank = Registration.objects.get(pk=entrants[0].pk).drawn_rank
        with time_machine.travel(AFTER, tick=False):
            answer = cast.signed_in("dan").get(f"/events/{event.public_id}/registration/").content.decode()
        assert f"Your rank was #{rank}; 2 seats were drawn." in answer
        assert path(event) in answer

    def test_the_event_page_leads_there(self, client: Client) -> None:
        event, _entrants = with_entries()
        with time_machine.travel(cast.NOW, tick=False):
            assert path(event) in client.get(f"/events/{event.public_id}/").content.decode()


class TestWhatIsNotThere:
    def test_a_slot_without_a_lottery_and_one_of_another_event(self, client: Client) -> None:
        event, _entrants = with_entries()
        other = cast.event(of=cast.community(slug="other", name="別の会", owner="finn"))
        duty = event.slots.in_order()[1]
        for slot in (duty.public_id, other.slots.in_order()[0].public_id, "nowhere", "a" * 300):
            for file in ("", "manifest.txt", "check.py"):
                assert client.get(f"/events/{event.public_id}/draws/{slot}/{file}").status_code == 404

    def test_a_draft_is_for_its_desk(self, client: Client) -> None:
        event = cast.event(publish=False)
        assert client.get(path(event)).status_code == 404
        assert cast.signed_in("aiko").get(path(event)).status_code == 200

    def test_the_script_is_the_one_that_is_tested(self, client: Client) -> None:
        event, _entrants = with_entries()
        script = Path(__file__).resolve().parents[2] / "meetups/registrations/check/lottery_check.py"
        assert client.get(path(event, "check.py")).content == script.read_bytes()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser page without console errors or page errors at the end."""
    context = browser.new_context(locale="en-US")
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def open_proof(page: Page, event: Event, query: str = "") -> None:
    """Opens the page of the draw. Django's own client fetches it and its list first, so no server is needed."""
    client = Client(headers={"Accept-Language": "en"})
    answers = {where: client.get(where) for where in (path(event) + query, path(event, "manifest.txt"))}

    def served(route: Route) -> None:
        where = route.request.url.removeprefix("http://localhost")
        if where.startswith("/static/"):
            route.fulfill(path=str(finders.find(where.removeprefix("/static/"))))
        else:
            answer = answers[where]
            route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=answer.content)

    page.route("**/*", served)
    page.goto(f"http://localhost{path(event)}{query}")


class TestTheCheckInThePage:
    def test_it_computes_the_draw_again_and_finds_it_the_same(self, page: Page) -> None:
        event, entrants = with_entries(40)
        nominate(registration=entrants[3], to=1, at=cast.NOW, by=cast.person("aiko"))
        cast.draw(event)
        mine = Registration.objects.get(pk=entrants[7].pk)
        open_proof(page, event, f"?entry={mine.entry_id}")
        page.get_by_role("button", name="Verify the result").click()
        outcome = page.locator("[data-outcome]")
        expect(outcome).to_contain_text(f"all 40 ranks match. Yours is #{mine.drawn_rank}.")
        expect(outcome).to_have_attribute("data-tone", "certain")

    @pytest.mark.parametrize("changed", ["a seat", "the order", "the value", "the hash"])
    def test_it_says_so_where_the_page_shows_something_else(self, page: Page, changed: str) -> None:
        # Another value gives five entries the same order once in 120 runs; eight, once in 40,320.
        event, _entrants = with_entries(8)
        cast.draw(event)
        open_proof(page, event)
        page.evaluate(
            """(changed) => {
              const lines = [...document.querySelectorAll("[data-entry]")];
              const box = document.querySelector("[data-lottery-check]");
              if (changed === "a seat") lines[1].dataset.seat = "";
              if (changed === "the order") lines[0].before(lines[1]);
              if (changed === "the value") box.dataset.value = "0".repeat(64);
              if (changed === "the hash") box.dataset.sha256 = "0".repeat(64);
            }""",
            changed,
        )
        page.get_by_role("button", name="Verify the result").click()
        outcome = page.locator("[data-outcome]")
        expect(outcome).to_contain_text("Your device’s result doesn’t match this page.")
        expect(outcome).to_have_attribute("data-tone", "act")
