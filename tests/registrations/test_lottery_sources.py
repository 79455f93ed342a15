"""How a lottery gets its value from each source, and whom organizers put first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from meetups.core.http_client import NoAnswer
from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.actions.cancel_event import cancel_event
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.lifecycle.invariants import breaches
from meetups.registrations.actions.lottery.draw_lottery import NotYetToBeDrawn, draw_lottery
from meetups.registrations.actions.lottery.enter_value import NotYetToBeEntered, ValueIsKnown, enter_value
from meetups.registrations.actions.lottery.fetch_randomness import fetch_randomness
from meetups.registrations.actions.lottery.freeze_lottery import freeze_lottery
from meetups.registrations.actions.lottery.nominate import NotAmongTheEntries, nominate
from meetups.registrations.lottery import randomness
from meetups.registrations.lottery.randomness import NotAValue, SourceSilent
from meetups.registrations.lottery.ranking import draw, read_manifest
from meetups.registrations.models import Lottery, Registration
from meetups.registrations.refusals import EventClosed
from meetups.registrations.tasks import draw_lotteries, fetch_values, freeze_lotteries
from tests.registrations.test_randomness import RECORDED, ROUND
from tests.support import cast

pytestmark = pytest.mark.django_db

LATER = cast.DRAWS_AT + timedelta(hours=3)
STATES = Lottery.State


def lottery(source: Lottery.Source, *, entrants: int = 5, capacity: int = 2, note: str = "") -> Lottery:
    """A lottery with `source`, whose entries have closed."""
    event = cast.event(slots=[cast.lottery_plan(capacity)])
    Lottery.objects.update(source=source, source_note=note)
    for guest in cast.people(entrants):
        cast.registered(guest, event)
    found = Lottery.objects.select_related("slot__event").get(slot__event=event)
    return freeze_lottery(lottery=found, at=cast.CLOSES_AT)


def organizer() -> Any:
    return cast.person("aiko")


class TestDrand:
    @pytest.fixture
    def answers(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
        """The answers of the mirrors; the first one is silent."""
        said: dict[str, Any] = {"api.drand.sh": NoAnswer("silent"), "drand.cloudflare.com": RECORDED}

        def get_json(url: str) -> object:
            answer = said[url.split("/")[2]]
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(randomness, "get_json", get_json)
        # The beacon was recorded in 2023. Its round 1000 replaces the round at the time of the draw.
        monkeypatch.setattr(randomness, "round_at", lambda instant: ROUND)
        return said

    def test_while_the_source_is_silent_nothing_is_drawn_and_nothing_takes_its_place(
        self, answers: dict[str, object]
    ) -> None:
        waits = lottery(Lottery.Source.DRAND)
        for at in (cast.DRAWS_AT, LATER):
            with pytest.raises(SourceSilent):
                fetch_randomness(lottery=waits, at=at)
            assert fetch_values(at=at) == "0 random values fetched"
            assert draw_lotteries(at=at) == "0 lotteries drawn"
            with pytest.raises(NotYetToBeDrawn):
                draw_lottery(lottery=waits, at=at, by=organizer())
        waits.refresh_from_db()
        assert (waits.state, waits.value, waits.value_at) == (STATES.FROZEN, "", None)
        answers["api.drand.sh"] = RECORDED
        fetch_values(at=LATER)
        draw_lotteries(at=LATER)
        waits.refresh_from_db()
        assert (waits.state, waits.value, waits.value_at) == (STATES.DRAWN, RECORDED["randomness"], LATER)
        assert breaches() == []

    def test_it_is_not_asked_early_and_not_twice(
        self, answers: dict[str, object], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        drawn = lottery(Lottery.Source.DRAND)
        answers["api.drand.sh"] = RECORDED
        fetch_randomness(lottery=drawn, at=cast.DRAWS_AT)
        monkeypatch.setattr(randomness, "get_json", lambda url: pytest.fail("It was asked again."))
        assert fetch_randomness(lottery=drawn, at=LATER).value_at == cast.DRAWS_AT
        for state, at in ((STATES.ANNOUNCED, cast.DRAWS_AT), (STATES.FROZEN, cast.CLOSES_AT)):
            Lottery.objects.update(state=state, value="")
            assert fetch_randomness(lottery=drawn, at=at).value == ""

    def test_a_cancelled_event_asks_nobody(self, answers: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
        waits = lottery(Lottery.Source.DRAND)
        cancel_event(event=waits.slot.event, at=cast.CLOSES_AT, by=organizer())
        monkeypatch.setattr(randomness, "get_json", lambda url: pytest.fail("It was asked."))
        assert fetch_randomness(lottery=waits, at=LATER).state == STATES.FROZEN

    @pytest.mark.django_db(transaction=True)
    def test_no_transaction_is_open_while_it_is_asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        waits = lottery(Lottery.Source.DRAND)
        in_transaction: list[bool] = []

        def get_json(url: str) -> object:
            in_transaction.append(connection.in_atomic_block)
            return RECORDED

        monkeypatch.setattr(randomness, "get_json", get_json)
        monkeypatch.setattr(randomness, "round_at", lambda instant: ROUND)
        assert fetch_randomness(lottery=waits, at=cast.DRAWS_AT).value == RECORDED["randomness"]
        assert in_transaction == [False, False]


class TestAnEnteredValue:
    NOTE = "第2045回ロト6の本数字、小さい順に空白で区切る"

    def entered(self, **more: Any) -> Lottery:
        return lottery(Lottery.Source.ENTERED, note=self.NOTE, **more)

    def test_an_organizer_enters_it_once_and_the_clock_draws_with_it(self) -> None:
        waits = self.entered()
        assert fetch_values(at=LATER) == "1 random values fetched"
        assert draw_lotteries(at=LATER) == "0 lotteries drawn"
        enter_value(lottery=waits, text=" ０３ 11　19 23 31 42", at=LATER, by=organizer())
        draw_lotteries(at=LATER)
        waits.refresh_from_db()
        assert (waits.state, waits.value, waits.value_at) == (STATES.DRAWN, "03 11 19 23 31 42", LATER)
        first = draw(read_manifest(waits.manifest), "03 11 19 23 31 42")[0]
        assert Registration.objects.get(entry_id=first.entry.entry_id).drawn_rank == 1
        assert HistoryEntry.objects.get(verb="enter_value").actor == organizer()
        assert breaches() == []

    def test_a_second_organizer_cannot_replace_it_and_a_second_click_changes_nothing(self) -> None:
        waits = self.entered()
        enter_value(lottery=waits, text="03 11", at=LATER, by=organizer())
        enter_value(lottery=waits, text="03  11", at=LATER, by=cast.person("ben"))
        with pytest.raises(ValueIsKnown, match="03 11"):
            enter_value(lottery=waits, text="03 12", at=LATER, by=cast.person("ben"))
        draw_lotteries(at=LATER)
        with pytest.raises(ValueIsKnown):
            enter_value(lottery=waits, text="03 12", at=LATER, by=organizer())
        assert HistoryEntry.objects.filter(verb="enter_value").count() == 1

    @pytest.mark.parametrize("at", [cast.NOW, cast.CLOSES_AT, cast.DRAWS_AT - timedelta(seconds=1)])
    def test_it_cannot_be_entered_before_the_draw(self, at: datetime) -> None:
        with pytest.raises(NotYetToBeEntered):
            enter_value(lottery=self.entered(), text="03 11", at=at, by=organizer())

    @pytest.mark.parametrize("source", [Lottery.Source.SECRET, Lottery.Source.DRAND])
    def test_where_another_source_was_announced_nothing_can_be_entered(self, source: Lottery.Source) -> None:
        waits = lottery(source)
        with pytest.raises(NotYetToBeEntered):
            enter_value(lottery=waits, text="03 11", at=LATER, by=organizer())
        waits.refresh_from_db()
        assert waits.value == ""

    def test_what_is_no_value_is_refused(self) -> None:
        waits = self.entered()
        with pytest.raises(NotAValue):
            enter_value(lottery=waits, text="  ", at=LATER, by=organizer())

    def test_nothing_is_entered_for_a_cancelled_event(self) -> None:
        waits = self.entered()
        cancel_event(event=waits.slot.event, at=cast.CLOSES_AT, by=organizer())
        with pytest.raises(EventClosed):
            enter_value(lottery=waits, text="03 11", at=LATER, by=organizer())


class TestNominations:
    def entrants(self, count: int = 4) -> tuple[Event, list[Registration]]:
        event = cast.event(slots=[cast.lottery_plan(2)])
        return event, [cast.registered(guest, event) for guest in cast.people(count)]

    def first(self, registration: Registration, to: int | None) -> list[int]:
        return [one.pk for one in nominate(registration=registration, to=to, at=cast.NOW, by=organizer())]

    def test_they_stand_first_in_the_list_in_the_organizers_order(self) -> None:
        event, (ann, bea, cay, dee) = self.entrants()
        self.first(cay, 1)
        self.first(ann, 2)
        assert self.first(dee, 1) == [dee.pk, cay.pk, ann.pk]
        assert self.first(cay, 3) == [dee.pk, ann.pk, cay.pk]
        assert self.first(dee, None) == [ann.pk, cay.pk]
        assert self.first(ann, 99) == [cay.pk, ann.pk]
        drawn = cast.draw(event)
        lines = drawn.manifest.splitlines()
        assert lines[4:7] == ["nominated 2", f"{cay.entry_id} 1 1", f"{ann.entry_id} 1 1"]
        in_order = Registration.objects.filter(event=event).order_by("drawn_rank")
        assert [one.pk for one in in_order][:2] == [cay.pk, ann.pk]
        assert {one.pk for one in in_order[2:]} == {bea.pk, dee.pk}
        assert breaches() == []

    def test_more_than_there_are_seats_are_the_top_of_the_queue(self) -> None:
        event, people = self.entrants()
        for number, one in enumerate(people[:3], start=1):
            self.first(one, number)
        cast.draw(event)
        third = Registration.objects.get(pk=people[2].pk)
        assert (third.state, third.place) == (Registration.State.WAITLISTED, 3)

    def test_who_leaves_is_first_no_more(self) -> None:
        event, (ann, bea, *_others) = self.entrants()
        self.first(ann, 1)
        self.first(bea, 2)
        leave_event(event=event, person=ann.person, at=cast.NOW, by=ann.person)
        again = cast.registered(ann.person, event)
        assert again.nominated is None
        assert self.first(again, 2) == [bea.pk, again.pk]

    def test_the_same_again_writes_nothing(self) -> None:
        _event, (ann, *_others) = self.entrants()
        self.first(ann, 1)
        self.first(ann, 1)
        assert HistoryEntry.objects.filter(verb="nominate").count() == 1

    def test_from_the_deadline_on_the_list_is_fixed(self) -> None:
        _event, (ann, *_others) = self.entrants()
        for clock_is_late in (True, False):
            with pytest.raises(NotAmongTheEntries):
                nominate(registration=ann, to=1, at=cast.CLOSES_AT, by=organizer())
            if clock_is_late:
                freeze_lotteries(at=cast.CLOSES_AT)
        assert "nominated 0\n" in Lottery.objects.get().manifest

    def test_only_entries_can_be_put_first(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        with pytest.raises(NotAmongTheEntries):
            nominate(registration=cast.registered("dan", event), to=1, at=cast.NOW, by=organizer())
