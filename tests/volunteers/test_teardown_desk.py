"""Organizers write the teardown list and show photos of the room, and where both are found (RULES 77, 78)."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile

from meetups.core.zones import at_wall
from meetups.events.models import Event
from meetups.notifications.actions.deliver import deliver
from meetups.reminders.actions.plan_reminders import plan_reminders
from meetups.volunteers.models import Chore, RoomPhoto
from tests.support import cast
from tests.support.scenes.teardown_scene import (
    DO_NOT,
    DURING,
    LATE,
    OPEN_UNTIL,
    at,
    jpeg,
    line,
    photo,
    room,
    teardown_of_emi,
    tick,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _evening() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> Event:
    return teardown_of_emi()


class TestAtTheDesk:
    def desk(self, event: Event, path: str = "", **sent: Any) -> Any:
        return cast.signed_in("aiko").post(f"/desk/events/{event.public_id}/teardown/{path}", sent, follow=True)

    def texts(self, event: Event) -> list[str]:
        return list(Chore.objects.filter(event=event).in_order().values_list("text", flat=True))

    def test_the_usual_list_is_written_once_in_the_language_of_the_event(self, event: Event) -> None:
        Event.objects.update(language="en")
        assert "11 items added" in self.desk(event, "usual/").content.decode()
        assert "0 items added" in self.desk(event, "usual/").content.decode()
        assert "Look for lost property" in self.texts(event)
        assert Chore.objects.filter(sort=DO_NOT).count() == 3

    def test_lines_are_added_changed_moved_and_taken_off(self, event: Event) -> None:
        self.desk(event, text="机を  拭く", detail="布巾は棚に", sort="do")
        self.desk(event, text="照明を消す", sort="do")
        self.desk(event, text="椅子を引きずらない", sort="do_not")
        assert "already on the list" in self.desk(event, text="照明を消す", sort="do").content.decode()
        assert self.texts(event) == ["机を 拭く", "照明を消す", "椅子を引きずらない"]
        lights = Chore.objects.get(text="照明を消す")
        self.desk(event, f"{lights.pk}/place/", move="up")
        assert self.texts(event) == ["照明を消す", "机を 拭く", "椅子を引きずらない"]
        tick("emi", lights)
        self.desk(event, f"{lights.pk}/", text="照明に触らない", detail="", sort="do_not")
        lights.refresh_from_db()
        assert (lights.sort, lights.done_at, lights.done_by) == ("do_not", None, None)
        assert "removed from the list" in self.desk(event, f"{lights.pk}/removal/").content.decode()
        assert self.texts(event) == ["机を 拭く", "椅子を引きずらない"]

    def test_bad_input_comes_back_filled_in(self, event: Event) -> None:
        answer = self.desk(event, text="", detail="奥の棚へ", sort="do")
        assert answer.status_code == 422
        assert "奥の棚へ" in answer.content.decode()
        assert self.desk(event, text="x" * 121, sort="do").status_code == 422
        assert self.desk(event, text="x", sort="maybe").status_code == 422
        for number in range(60):
            line(event, f"{number}")
        answer = self.desk(event, text="もう一つ", sort="do")
        assert answer.status_code == 409
        assert "at most 60 items" in answer.content.decode()

    def test_three_days_after_the_end_it_is_only_read(self, event: Event) -> None:
        chore, shown = line(event), photo(event)
        with at(OPEN_UNTIL):
            html = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/teardown/").content.decode()
            assert "read-only" in html
            assert "Add item" not in html
            for path in ("usual/", f"{chore.pk}/removal/", f"photos/{shown.pk}/removal/"):
                self.desk(event, path)
            self.desk(event, f"photos/{shown.pk}/", caption="別の")
            self.desk(event, "photos/", photos=SimpleUploadedFile("a.jpg", jpeg(room(40, 30))))
        assert self.texts(event) == [chore.text]
        assert RoomPhoto.objects.get().caption == shown.caption

    def test_the_list_of_the_last_time_here_comes_with_its_photos(self, event: Event) -> None:
        aiko = cast.person("aiko")
        here: dict[str, Any] = {
            "starts_at": cast.STARTS_AT - timedelta(days=60),
            "ends_at": cast.ENDS_AT - timedelta(days=60),
            "at": cast.NOW - timedelta(days=60),
        }
        last = cast.event(title="前回", **here)
        elsewhere = cast.event(title="よその会場", venue_name="渋谷", **here)
        theirs = cast.event(of=cast.community(slug="other", name="別の会", owner="finn"), title="よその会", **here)
        with at(here["ends_at"]):
            done = line(last, "机を拭く")
            line(last, "触らない", sort=DO_NOT)
            shown = photo(last)
            tick("aiko", done)
            for other in (elsewhere, theirs):
                line(other, "よその行", by=aiko)
        html = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/teardown/").content.decode()
        assert "「前回」" in html or "“前回”" in html
        assert "よその会" not in html
        assert "2 items added. 1 photo added." in self.desk(event, "copy/", source=last.public_id).content.decode()
        assert "0 items added." in self.desk(event, "copy/", source=last.public_id).content.decode()
        assert self.texts(event) == ["机を拭く", "触らない"]
        assert not Chore.objects.filter(event=event).exclude(done_at=None).exists()
        copied = RoomPhoto.objects.get(event=event)
        assert (copied.image.name, copied.caption) == (shown.image.name, shown.caption)
        for wrong in (elsewhere, theirs):
            assert self.desk(event, "copy/", source=wrong.public_id).status_code == 404

    def test_photos_come_from_the_phone_several_at_a_time_and_a_bad_one_is_named(self, event: Event) -> None:
        files = [
            SimpleUploadedFile("IMG_1.jpg", jpeg(room(80, 60))),
            SimpleUploadedFile("<b>.jpg", b"<svg onload=alert(1)>"),
            SimpleUploadedFile("IMG_3.jpg", jpeg(room(60, 80))),
        ]
        html = self.desk(event, "photos/", photos=files, caption="後ろから").content.decode()
        assert "2 photos added." in html
        assert "&lt;b&gt;.jpg: This file can’t be read as a picture" in html
        assert [(one.width, one.height, one.caption) for one in RoomPhoto.objects.order_by("pk")] == [
            (80, 60, "後ろから"),
            (60, 80, "後ろから"),
        ]
        assert "Choose a picture first" in self.desk(event, "photos/").content.decode()
        first = RoomPhoto.objects.earliest("pk")
        self.desk(event, f"photos/{first.pk}/", caption="前から")
        first.refresh_from_db()
        assert first.caption == "前から"
        assert "Photo removed" in self.desk(event, f"photos/{first.pk}/removal/").content.decode()
        assert RoomPhoto.objects.count() == 1

    def test_the_page_costs_the_same_with_one_line_and_with_three(
        self, event: Event, django_assert_max_num_queries: Any
    ) -> None:
        client = cast.signed_in("aiko")
        counts = set()
        for number in range(3):
            line(event, f"{number}")
            photo(event)
            with django_assert_max_num_queries(20) as queries:
                client.get(f"/desk/events/{event.public_id}/teardown/")
            counts.add(len(queries))
        assert len(counts) == 1


class TestWhereItIsFound:
    def test_on_my_page_on_the_day_even_after_the_event_has_ended(self, event: Event) -> None:
        href = f'href="/events/{event.public_id}/teardown/"'
        client = cast.signed_in("emi")

        def shown(moment: datetime) -> bool:
            with at(moment):
                return href in client.get("/me/").content.decode()

        assert not shown(DURING)
        line(event)
        ends = cast.ENDS_AT + timedelta(hours=1)
        days = [cast.ENDS_AT - timedelta(hours=13), cast.STARTS_AT, DURING, LATE, ends + timedelta(hours=3)]
        assert [shown(moment) for moment in days] == [False, True, True, True, False]

    def test_in_the_mail_of_the_day_if_there_is_a_list(self) -> None:
        listed, without = cast.event(), cast.event(title="次の日", starts_at=cast.STARTS_AT + timedelta(days=1), ends_at=cast.ENDS_AT + timedelta(days=1))  # fmt: skip
        line(listed)
        for one in (listed, without):
            cast.volunteering("emi", one)
        cast.registered("dan", listed)
        deliver(at=cast.NOW + timedelta(hours=2))
        for one in (listed, without):
            morning = at_wall(one.starts_at.astimezone(one.zone).date(), time(9), one.time_zone)
            mail.outbox.clear()
            plan_reminders(at=morning)
            deliver(at=morning + timedelta(minutes=1))
            there = {letter.to[0]: f"/events/{one.public_id}/teardown/" in letter.body for letter in mail.outbox}
            assert there.pop("emi@example.org") == (one == listed)
            assert not any(there.values())

    def test_at_the_desk_from_shortly_before_the_end(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()])
        cast.volunteering("emi", event)
        chore = line(event)
        desk = cast.signed_in("aiko")
        url = f"/desk/events/{event.public_id}/"

        def says(moment: datetime) -> bool:
            with at(moment):
                return "Teardown: 1 item left" in desk.get(url).content.decode()

        assert [says(moment) for moment in (cast.ENDS_AT - timedelta(minutes=31), cast.ENDS_AT, LATE)] == [
            False,
            True,
            True,
        ]
        assert f'href="{url}teardown/"' in desk.get(f"{url}shifts/").content.decode()
        tick("emi", chore)
        assert not says(DURING)
