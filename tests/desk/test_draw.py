"""The lottery at the desk: putting entries first, entering a public value, and a draw that waits for its source."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.core.http_client import NoAnswer
from meetups.events.models import Event
from meetups.registrations.lottery import randomness
from meetups.registrations.models import HeldPlace, Lottery, Registration
from meetups.registrations.tasks import draw_lotteries, freeze_lotteries
from tests.support import cast

pytestmark = pytest.mark.django_db

AFTER = cast.DRAWS_AT + timedelta(hours=1)
NOTE = "第2045回ロト6の本数字、小さい順"


@pytest.fixture
def ben() -> Client:
    cast.member("ben", Role.ORGANIZER)
    with time_machine.travel(cast.NOW, tick=False):
        return cast.signed_in("ben")


@pytest.fixture
def now() -> Iterator[Any]:
    """The clock; `now.move_to(…)` moves it."""
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


def make_event(source: Lottery.Source = Lottery.Source.SECRET, note: str = "") -> Event:
    event = cast.event(slots=[cast.lottery_plan(2)])
    Lottery.objects.update(source=source, source_note=note)
    for name in ("dan", "emi", "finn"):
        cast.registered(name, event)
    return event


def desk(event: Event, page: str = "") -> str:
    slot = event.slots.in_order()[0].public_id
    return f"/desk/events/{event.public_id}/draw/" + (f"{slot}/{page}/" if page else "")


def entry(name: str) -> Registration:
    return Registration.objects.get(attendee=cast.person(name))


class TestPuttingFirst:
    def test_chosen_moved_and_let_go(self, ben: Client, now: Any) -> None:
        event = make_event()
        url = desk(event, "nominations")
        for name, to in (("dan", 1), ("emi", 2), ("emi", 1)):
            answer = ben.post(url, {"registration": entry(name).pk, "to": to})
            assert answer.status_code == 302
        assert (entry("emi").nominated, entry("dan").nominated) == (1, 2)
        page = ben.get(url).content.decode()
        assert "Move 絵美 down" in page
        assert "Move 絵美 up" not in page
        assert "2 people" in ben.get(desk(event)).content.decode()
        ben.post(url, {"registration": entry("emi").pk, "to": ""})
        assert (entry("emi").nominated, entry("dan").nominated) == (None, 1)

    def test_names_are_found(self, ben: Client, now: Any) -> None:
        url = desk(make_event(), "nominations")
        found = ben.get(url, {"q": "ふぃん"}).content.decode()
        assert "Nominate フィン" in found
        assert "Nominate ダン" not in found
        assert "No one has this name." in ben.get(url, {"q": "zzz"}).content.decode()

    def test_after_the_deadline_nothing_changes_and_the_page_says_why(self, ben: Client, now: Any) -> None:
        event = make_event()
        pk = entry("dan").pk
        now.move_to(cast.CLOSES_AT)
        ben = cast.signed_in("ben")
        answer = ben.post(desk(event, "nominations"), {"registration": pk, "to": 1}, follow=True)
        assert "Only entries in a lottery that is still open for entries can be nominated." in answer.content.decode()
        assert "Entries are closed and the list is final" in answer.content.decode()
        assert entry("dan").nominated is None

    @pytest.mark.in_short(2)
    @pytest.mark.parametrize(
        "sent",
        [
            {},
            {"registration": "x"},
            {"registration": "1", "to": "-1"},
            {"registration": "１", "to": "1"},
            {"registration": "9" * 30, "to": "1"},
            {"registration": "1", "to": "9" * 30},
        ],
    )
    def test_what_makes_no_sense_is_refused(self, ben: Client, now: Any, sent: dict[str, str]) -> None:
        assert ben.post(desk(make_event(), "nominations"), sent).status_code == 400

    def test_entries_of_another_event_are_not_there(self, ben: Client, now: Any) -> None:
        event = make_event()
        other = cast.registered("gin", cast.event(of=cast.community(slug="other", name="別の会", owner="finn")))
        answer = ben.post(desk(event, "nominations"), {"registration": other.pk, "to": 1})
        assert answer.status_code == 404

    def test_a_trial_puts_them_first_as_well(self, ben: Client, now: Any) -> None:
        event = make_event()
        ben.post(desk(event, "nominations"), {"registration": entry("dan").pk, "to": 1})
        for _try in range(5):
            page = ben.get(desk(event), {"try": "1"}).content.decode()
            assert page.index("ダン") < min(page.index("絵美"), page.index("フィン"))
            assert page.count("(trial)") == 3


class TestEnteringAValue:
    def test_seen_once_more_then_entered_then_drawn(self, ben: Client, now: Any) -> None:
        event = make_event(Lottery.Source.ENTERED, NOTE)
        freeze_lotteries(at=cast.CLOSES_AT)
        now.move_to(AFTER)
        ben = cast.signed_in("ben")
        assert "Enter the value" in ben.get(desk(event)).content.decode()
        url = desk(event, "value")
        assert NOTE in ben.get(url).content.decode()
        looked = ben.post(url, {"value": " ０３ 11　19"}).content.decode()
        assert "Draw with this value?" in looked
        assert ">03 11 19</pre>" in looked
        assert Lottery.objects.get().value == ""
        done = ben.post(url, {"value": "03 11 19", "sure": "1"}, follow=True)
        assert "The draw runs automatically within a minute" in done.content.decode()
        assert Lottery.objects.get().value == "03 11 19"
        draw_lotteries(at=AFTER)
        assert Lottery.objects.get().is_drawn

    def test_the_second_organizer_learns_that_a_value_stands(self, ben: Client, now: Any) -> None:
        event = make_event(Lottery.Source.ENTERED, NOTE)
        freeze_lotteries(at=cast.CLOSES_AT)
        now.move_to(AFTER)
        ben, aiko = cast.signed_in("ben"), cast.signed_in("aiko")
        ben.post(desk(event, "value"), {"value": "03 11 19", "sure": "1"})
        answer = aiko.post(desk(event, "value"), {"value": "03 11 20", "sure": "1"})
        assert answer.status_code == 409
        assert "A value was already entered and can’t be changed: 03 11 19." in answer.content.decode()
        assert Lottery.objects.get().value == "03 11 19"

    @pytest.mark.in_short(2)
    @pytest.mark.parametrize(("value", "status"), [("", 422), ("a" * 201, 422), ("\u200b", 400), ("a\tb", 400)])
    def test_what_is_no_value_is_refused_and_kept_in_the_field(
        self, ben: Client, now: Any, value: str, status: int
    ) -> None:
        event = make_event(Lottery.Source.ENTERED, NOTE)
        freeze_lotteries(at=cast.CLOSES_AT)
        now.move_to(AFTER)
        assert cast.signed_in("ben").post(desk(event, "value"), {"value": value, "sure": "1"}).status_code == status
        assert Lottery.objects.get().value == ""

    def test_before_the_draw_and_with_another_source_there_is_no_form(self, ben: Client, now: Any) -> None:
        event = make_event(Lottery.Source.ENTERED, NOTE)
        page = ben.get(desk(event, "value")).content.decode()
        assert "once it’s time for the draw" in page
        assert 'name="value"' not in page
        Lottery.objects.update(source=Lottery.Source.SECRET)
        assert "another source" in ben.get(desk(event, "value")).content.decode()
        answer = ben.post(desk(event, "value"), {"value": "03 11 19", "sure": "1"})
        assert answer.status_code == 409
        assert Lottery.objects.get().value == ""


def test_a_draw_whose_source_is_silent_waits_and_says_so(
    ben: Client, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(Lottery.Source.DRAND)
    freeze_lotteries(at=cast.CLOSES_AT)

    def silent(url: str) -> object:
        raise NoAnswer("It is silent.")

    monkeypatch.setattr(randomness, "get_json", silent)
    now.move_to(AFTER)
    ben = cast.signed_in("ben")
    page = ben.get(desk(event)).content.decode()
    assert "Waiting for the random value" in page
    assert "Run the draw" not in page
    answer = ben.post(desk(event), {"slot": event.slots.in_order()[0].public_id}, follow=True).content.decode()
    assert "We keep asking and run the draw as soon as it answers. No other value is used" in answer
    assert Lottery.objects.get().state == Lottery.State.FROZEN


def test_many_entries_of_one_mail_domain_are_shown_and_stay_in() -> None:
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        for number in range(12):
            person = cast.person(f"crowd{number}")
            person.email = f"crowd{number}@many.example"
            person.save()
            cast.registered(person, event)
        cast.registered("dan", event)
        page = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/draw/").content.decode()
        shown = " ".join(page.split())
        assert "<bdi>many.example</bdi> (12)" in shown
        assert "example.org" not in shown.partition("Many entries have addresses at:")[2].partition("</p>")[0]
        assert "13 entries" in shown


def test_no_table_of_entries_keeps_the_address_of_a_visitor() -> None:
    fields = {field.get_internal_type() for model in (Registration, HeldPlace) for field in model._meta.get_fields()}
    assert "GenericIPAddressField" not in fields
