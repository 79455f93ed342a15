"""Participants from a connpass CSV."""

import csv
import hashlib
import io
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from meetups.events.models import Event
from meetups.history.models import HistoryEntry
from meetups.lifecycle.invariants import breaches
from meetups.notifications.models import Notification
from meetups.registrations.actions.imports.remove_guest import remove_guest
from meetups.registrations.imports.participants_csv import (
    LONGEST_ANSWER,
    MOST_ROWS,
    FileCannotBeRead,
    FileHasOtherLetters,
    FileHasTooMuch,
    FileIsEmpty,
    FileIsNoCsv,
    FileIsTooLarge,
    Meaning,
    Status,
    guess,
    read_people,
    read_table,
)
from meetups.registrations.models import Registration, Slot
from tests.support import cast

NEWER = ["参加枠名", "ユーザー名", "表示名", "参加ステータス", "抽選番号"]
OLDER = [
    "参加枠", "ユーザー名", "表示名", "利用開始日", "コメント", "参加ステータス", "出欠ステータス", "PayPal取引ID", "請求書ID", "更新日時", "抽選番号",
]  # fmt: skip


def file_of(rows: list[list[str]], head: list[str] = NEWER, *, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def names(n: int) -> str:
    """Names that differ as much as those of people, so that they pack as badly."""
    return "".join(chr(0x4E00 + octet * 37) for octet in hashlib.sha256(str(n).encode()).digest()[:5])


def newer(*people: tuple[str, str, str], slot: str = "先着枠") -> bytes:
    """A file with the user name, the name and the status of each person."""
    return file_of([[slot, user, name, status, str(n)] for n, (user, name, status) in enumerate(people, start=1000)])


class TestReading:
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp932", "utf-16", "utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("head", [NEWER, OLDER])
    def test_both_forms_in_every_encoding(self, head: list[str], encoding: str) -> None:
        cells = {"参加枠名": "一般", "参加枠": "一般", "ユーザー名": "dan_1", "表示名": "髙橋 ダン①", "参加ステータス": "参加", "出欠ステータス": "出席"}  # fmt: skip
        table = read_table(file_of([[cells.get(name, "x") for name in head]], head, encoding=encoding))
        [person] = read_people(table, guess(table)).people
        assert (person.user, person.name, person.slot) == ("dan_1", "髙橋 ダン①", "一般")
        assert (person.status, person.attended, person.row) == (Status.SEAT, head is OLDER, 2)

    @pytest.mark.parametrize("header", ["参加枠", "参加枠名", " 参加枠名 "])
    def test_the_slot_is_found_under_each_of_its_names(self, header: str) -> None:
        table = read_table(file_of([["一般", "dan", "参加"]], [header, "ユーザー名", "参加ステータス"]))
        assert guess(table)[Meaning.SLOT] == 0

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_line_ends_and_quotes(self, end: str) -> None:
        text = end.join(["ユーザー名,表示名,参加ステータス", 'dan,"ダン, ""本人""",参加', "", "emi,絵美,補欠", ""])
        reading = read_people(table := read_table(text.encode()), guess(table))
        assert [(one.user, one.name, one.status) for one in reading.people] == [
            ("dan", 'ダン, "本人"', Status.SEAT),
            ("emi", "絵美", Status.WAITS),
        ]

    def test_every_problem_is_named_by_its_row(self) -> None:
        table = read_table(
            newer(
                ("dan", "ダン", "参加"),
                ("emi", "絵美", "参加キャンセル"),
                ("", "誰か", "参加"),
                ("finn", "フィン", "検討中"),
                ("gin", "", "補欠"),
                ("dan", "ダン", "補欠"),
                ("hana", "長" * 61, "参加"),
                ("iori", "伊織", ""),
            )
        )
        reading = read_people(table, guess(table))
        assert [one.user for one in reading.people] == ["dan", "gin", "hana"]
        assert reading.cancelled == 1
        assert [(problem.row, problem.error) for problem in reading.problems] == [
            (4, True), (5, True), (6, False), (7, True), (8, False), (9, True),
        ]  # fmt: skip

    def test_of_two_rows_of_one_person_the_better_counts(self) -> None:
        table = read_table(newer(("dan", "ダン", "参加キャンセル"), ("Dan", "ダン", "補欠"), ("dan", "ダン", "参加")))
        [person] = read_people(table, guess(table)).people
        assert (person.row, person.status) == (4, Status.SEAT)

    @pytest.mark.parametrize(
        ("content", "refusal"),
        [
            (b"", FileIsEmpty),
            (b"\xef\xbb\xbf", FileIsEmpty),
            (file_of([]), FileIsEmpty),
            (b"x" * 3_000_001, FileIsTooLarge),
            (b"PK\x03\x04" + b"\x00" * 100, FileIsNoCsv),
            (b"a,b\n1,\x002\n", FileIsNoCsv),
            (b'a,b\n"1,2\n', FileIsNoCsv),
            (b"one column\nonly\n", FileIsNoCsv),
            ("ユーザー名,参加ステータス\ndan,参加\n".encode("utf-16")[:-1], FileIsNoCsv),
            ("ユーザー名,参加ステータス\ndan,参\x00加\n".encode("utf-16-le"), FileIsNoCsv),
            ("ユーザー名,参加ステータス\ndan,参加\n".encode("utf-32-le"), FileIsNoCsv),
            ("ユーザー名,参加ステータス\ndan,参加\n".encode("euc_jp") + b"\xff\xff", FileHasOtherLetters),
            (b"a,b\n" + b"1,2\n" * 5001, FileHasTooMuch),
            (b"a," * 100 + b"\n1,2\n", FileHasTooMuch),
            (zlib.compress(b"a,b\n" * 1000), FileCannotBeRead),
        ],
    )
    def test_what_cannot_be_read_says_why(self, content: bytes, refusal: type[FileCannotBeRead]) -> None:
        with pytest.raises(refusal) as caught:
            read_table(content)
        assert str(caught.value)

    def test_a_user_name_that_grows_when_it_is_folded_still_fits(self) -> None:
        text = f"ユーザー名,表示名,参加ステータス\n{chr(0xFDFA) * 100},ダン,参加\n"
        [person] = read_people(table := read_table(text.encode()), guess(table)).people
        assert len(person.person_key) <= (Registration._meta.get_field("person_key").max_length or 0)

    def test_a_huge_cell_and_ragged_rows(self) -> None:
        table = read_table(b"a,b,c\n" + b"x" * 100_000 + b",2\n1,2,3,4,5\n\n1\n")
        assert [len(row) for row in table.rows] == [3, 3, 3]
        assert max(len(cell) for row in table.rows for cell in row) == LONGEST_ANSWER


@pytest.mark.django_db
class TestBringingIn:
    @pytest.fixture(autouse=True)
    def _now(self) -> Iterator[None]:
        with time_machine.travel(cast.NOW, tick=False):
            yield

    @pytest.fixture
    def desk(self) -> Client:
        cast.community()
        return cast.signed_in("aiko")

    def uploaded(self, desk: Client, event: Event, content: bytes) -> Any:
        file = SimpleUploadedFile("participants.csv", content, "text/csv")
        return desk.post(f"/desk/events/{event.public_id}/participants/", {"file": file})

    def form_in(self, answer: Any, **changed: str) -> dict[str, str]:
        """The form as a browser sends it back, with the values that the page shows."""
        form = answer.context["form"]
        filled = {name: str(form.data.get(name, "")) for name in form.fields if name != "above"}
        return {**filled, "packed": answer.context["packed"], "seen": form.fingerprint, **changed}

    def brought_in(self, desk: Client, event: Event, content: bytes, **changed: str) -> Any:
        looked = self.uploaded(desk, event, content)
        url = f"/desk/events/{event.public_id}/participants/"
        return desk.post(url, self.form_in(looked, intent="commit", **changed), follow=True)

    def state(self) -> list[tuple[object, ...]]:
        everything = Registration.objects.order_by("pk").values_list(
            "pk", "slot", "state", "place", "guest_name", "person_key"
        )
        return [*everything, *Slot.objects.order_by("pk").values_list("pk", "taken", "next_place")]

    def test_looking_changes_nothing_and_saying_so_brings_everyone_in(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        content = newer(
            ("dan", "ダン", "参加"), ("emi", "絵美", "参加"), ("finn", "フィン", "補欠"), ("gin", "銀", "キャンセル")
        )
        looked = self.uploaded(desk, event, content)
        page = looked.content.decode()
        assert "Add 3 attendees" in page
        assert not Registration.objects.exists()
        done = self.brought_in(desk, event, content)
        assert "3 people were added to the list." in done.content.decode()
        people = Registration.objects.order_by("pk").values_list("person_key", "guest_name", "state", "place")
        assert list(people) == [
            ("connpass:dan", "ダン", "confirmed", None),
            ("connpass:emi", "絵美", "confirmed", None),
            ("connpass:finn", "フィン", "waitlisted", 1),
        ]
        assert not Registration.objects.filter(attendee__isnull=False).exists()
        assert event.slots.get().taken == 2
        assert HistoryEntry.objects.filter(verb="import_participants").count() == 3
        assert not Notification.objects.exists()
        assert breaches() == []

    def test_the_same_file_a_second_time_changes_nothing(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        content = newer(("dan", "ダン", "参加"), ("emi", "絵美", "参加"), ("finn", "フィン", "補欠"))
        self.brought_in(desk, event, content)
        before = self.state()
        again = self.uploaded(desk, event, content)
        assert "There’s no one to add." in again.content.decode()
        done = self.brought_in(desk, event, content)
        assert "3 were already on it" in done.content.decode()
        assert self.state() == before

    def test_who_was_taken_off_the_list_here_stays_off(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        content = newer(("dan", "ダン", "参加"))
        self.brought_in(desk, event, content)
        remove_guest(registration=Registration.objects.get(), at=cast.NOW, by=cast.person("aiko"))
        assert "so they aren’t added" in self.uploaded(desk, event, content).content.decode()
        self.brought_in(desk, event, content)
        assert not Registration.objects.active().exists()

    def test_above_the_number_of_seats_only_with_a_tick(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        content = newer(("dan", "ダン", "参加"), ("emi", "絵美", "参加"), ("finn", "フィン", "参加"))
        refused = self.brought_in(desk, event, content)
        assert refused.status_code == 409
        assert "has 1 free seats for 3 people" in refused.content.decode()
        assert not Registration.objects.exists()
        self.brought_in(desk, event, content, above="on")
        assert [one.above_capacity for one in Registration.objects.order_by("pk")] == [False, True, True]
        slot = event.slots.get()
        assert (slot.taken, slot.capacity) == (1, 1)
        assert breaches() == []

    def test_who_waits_there_moves_up_into_a_seat_that_is_free_here(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        self.brought_in(
            desk, event, newer(("dan", "ダン", "参加"), ("emi", "絵美", "補欠"), ("finn", "フィン", "補欠"))
        )
        states = Registration.objects.order_by("pk").values_list("guest_name", "state")
        assert list(states) == [("ダン", "confirmed"), ("絵美", "confirmed"), ("フィン", "waitlisted")]
        assert breaches() == []

    def test_who_waits_there_waits_behind_who_waits_here(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(1)])
        cast.registered("dan", event)
        waiting = cast.registered("emi", event)
        self.brought_in(desk, event, newer(("gin", "銀", "補欠"), ("hana", "花", "補欠")))
        queue = Registration.objects.filter(slot=event.slots.get()).waiting()
        assert [one.name for one in queue] == ["絵美", "銀", "花"]
        assert queue[0] == waiting

    def test_slots_are_matched_by_name_and_chosen_otherwise(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5), cast.invited_plan(3), cast.duty_plan()])
        first, invited = event.slots.in_order()[:2]
        rows = [
            ["先着枠", "dan", "ダン", "参加", "1"],
            ["LT枠", "emi", "絵美", "参加", "2"],
            ["懇親会のみ", "finn", "フィン", "参加", "3"],
        ]
        looked = self.uploaded(desk, event, file_of(rows))
        form = looked.context["form"]
        chosen = {field.label: form.data.get(field.html_name) for field in form.slot_fields()}
        assert chosen == {"先着枠": str(first.pk), "LT枠": "", "懇親会のみ": ""}
        url = f"/desk/events/{event.public_id}/participants/"
        assert desk.post(url, self.form_in(looked, intent="commit")).status_code == 422
        assert not Registration.objects.exists()
        lt, party = (field.html_name for field in form.slot_fields()[1:])
        choice = {lt: str(invited.pk), party: "-"}
        # A changed choice is shown again before anyone is imported.
        shown = desk.post(url, self.form_in(looked, intent="commit", **choice))
        assert "This is what would happen now" in shown.content.decode()
        assert "finn is left out because the slot" in shown.content.decode()
        assert not Registration.objects.exists()
        desk.post(url, self.form_in(shown, intent="commit"))
        assert {(one.name, one.slot) for one in Registration.objects.all()} == {("ダン", first), ("絵美", invited)}
        duty = cast.slot_of(event, Slot.Admission.DUTY)
        assert desk.post(url, self.form_in(looked, **{lt: str(duty.pk)})).status_code == 422

    def test_columns_can_be_told_by_hand(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        looked = self.uploaded(desk, event, file_of([["dan", "ダン", "参加"]], ["ID", "だれ", "どう"]))
        assert looked.status_code == 422
        url = f"/desk/events/{event.public_id}/participants/"
        columns = {"column_user": "0", "column_name": "1", "column_status": "2"}
        shown = desk.post(url, self.form_in(looked, **columns))
        assert "Add 1 attendee" in shown.content.decode()
        twice = desk.post(url, self.form_in(looked, **{**columns, "column_name": "0"}))
        assert "One column can’t mean two things" in twice.content.decode()

    def test_nobody_waits_in_front_of_a_draw(self, desk: Client) -> None:
        event = cast.event(slots=[cast.lottery_plan(3)])
        content = newer(("dan", "ダン", "参加"), ("emi", "絵美", "補欠"), slot="一般参加枠")
        assert "hasn’t been drawn yet" in self.uploaded(desk, event, content).content.decode()
        self.brought_in(desk, event, content)
        assert Registration.objects.get().name == "ダン"
        cast.registered("finn", event)
        cast.draw(event)
        assert breaches() == []

    def test_who_was_there_is_checked_in_while_the_door_is_open(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(3)])
        cells = {
            "参加枠": "先着枠",
            "ユーザー名": "dan",
            "表示名": "ダン",
            "参加ステータス": "参加",
            "出欠ステータス": "出席",
        }
        content = file_of([[cells.get(name, "") for name in OLDER]], OLDER)
        at = cast.STARTS_AT + timedelta(minutes=5)
        with time_machine.travel(at, tick=False):
            self.brought_in(desk, event, content)
        assert Registration.objects.get().checked_in_at == at

    @pytest.mark.parametrize("size", [1000, pytest.param(MOST_ROWS, marks=pytest.mark.story)])
    def test_as_many_as_a_file_may_have_come_in_quickly(
        self, desk: Client, django_assert_max_num_queries: Any, size: int
    ) -> None:
        event = cast.event(slots=[cast.first_come_plan(size - 300)])
        content = newer(*((f"user{n}", names(n), "参加" if n < size - 300 else "補欠") for n in range(size)))
        since = time.process_time()
        looked = self.uploaded(desk, event, content)
        seen = time.process_time()
        with django_assert_max_num_queries(40 + size // 100):
            desk.post(f"/desk/events/{event.public_id}/participants/", self.form_in(looked, intent="commit"))
        done = time.process_time()
        print(f"{size} rows, {len(content):,} bytes: read in {seen - since:.2f} s, brought in in {done - seen:.2f} s")
        assert Registration.objects.count() == size
        assert breaches() == []
        # Processor time, because other tests run beside this one. 5,000 take 1.3 s. Newcomers wait for the lock for three.
        assert done - seen < 5

    @pytest.mark.parametrize(
        "content", [b"", b"PK\x03\x04", b"a,\x00b\nc,d", "あ,い\n".encode("utf-16"), b"x" * 3_000_001]
    )
    def test_a_file_that_cannot_be_read_gets_a_sentence(self, desk: Client, content: bytes) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        answer = self.uploaded(desk, event, content)
        assert answer.status_code == 422
        assert "Please check these points" in answer.content.decode()

    @pytest.mark.parametrize("packed", ["", "x", "W10:1u:forged", "あ" * 100])
    def test_rows_that_were_changed_on_the_way_are_refused(self, desk: Client, packed: str) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        url = f"/desk/events/{event.public_id}/participants/"
        answer = desk.post(url, {"packed": packed, "intent": "commit"})
        assert answer.status_code == 422
        assert "Choose the file again" in answer.content.decode()

    def test_rows_are_good_for_their_event_and_person_and_two_hours(self, desk: Client) -> None:
        event, other = cast.event(slots=[cast.first_come_plan(5)]), cast.event(slots=[cast.first_come_plan(5)])
        looked = self.uploaded(desk, event, newer(("dan", "ダン", "参加")))
        form = self.form_in(looked, intent="commit")
        assert desk.post(f"/desk/events/{other.public_id}/participants/", form).status_code == 422
        with time_machine.travel(cast.NOW + timedelta(hours=3), tick=False):
            assert desk.post(f"/desk/events/{event.public_id}/participants/", form).status_code == 422
        assert not Registration.objects.exists()

    def test_a_name_that_a_spreadsheet_would_run_is_kept_and_defused_in_files(self, desk: Client) -> None:
        event = cast.event(slots=[cast.first_come_plan(5)])
        self.brought_in(desk, event, newer(("mallory", "=1+1", "参加")))
        assert Registration.objects.get().name == "=1+1"
        assert "'=1+1" in desk.get(f"/desk/events/{event.public_id}/attendees.csv").content.decode()
