"""An event is edited and canceled: what changes is shown before, with the people who are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from meetups.events.models import Event
from meetups.notifications.models import Notification
from tests.desk.event.pages import page
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def told(kind: str) -> int:
    return Notification.objects.filter(kind=kind).count()


class TestEditing:
    def fields(self, desk: Client, event: Event, **changed: str) -> dict[str, Any]:
        form = desk.get(f"/desk/events/{event.public_id}/edit/").context["form"]
        typed = {name: form[name].value() for name in form.fields}
        typed |= {"day": str(typed["day"]), "starts": f"{typed['starts']:%H:%M}", "ends": f"{typed['ends']:%H:%M}"}
        return {**{name: value for name, value in typed.items() if value not in (None, False)}, **changed}

    def test_a_form_that_is_sent_as_it_came_changes_nothing(self, desk: Client) -> None:
        event = cast.event(description="## 内容\n\n- 一つ目\n- 二つ目")
        url = f"/desk/events/{event.public_id}/edit/"
        before = Event.objects.filter(pk=event.pk).values().get()
        fields = self.fields(desk, event)
        # Browsers end lines with CR LF.
        fields["description"] = fields["description"].replace("\n", "\r\n")
        assert desk.post(url, fields).status_code == 302
        assert Event.objects.filter(pk=event.pk).values().get() == before
        assert told("event_changed") == 0

    def test_a_new_date_is_shown_with_who_is_told_before_it_is_made(self, desk: Client) -> None:
        event = cast.event()
        for guest in cast.people(3):
            cast.registered(guest, event)
        url = f"/desk/events/{event.public_id}/edit/"
        fields = self.fields(desk, event, day="2026-12-12")
        asked = desk.post(url, {**fields, "intent": "save"})
        assert "the email to 3 people leaves in ten minutes" in asked.content.decode()
        event.refresh_from_db()
        assert event.starts_at == cast.STARTS_AT
        back = desk.post(url, {**fields, "intent": "back"})
        assert 'value="2026-12-12"' in back.content.decode()
        assert desk.post(url, {**fields, "intent": "send"}).status_code == 302
        event.refresh_from_db()
        assert event.starts_at == cast.STARTS_AT + timedelta(days=7)
        assert told("event_changed") == 3

    def test_the_question_carries_the_whole_form(self, desk: Client) -> None:
        """The confirmation page sends on exactly the typed values."""
        event = cast.event(venue_capacity=60)
        cast.registered("dan", event)
        url = f"/desk/events/{event.public_id}/edit/"
        asked = desk.post(url, {**self.fields(desk, event, day="2026-12-12"), "intent": "save"})
        form = asked.context["form"]
        hidden = {name: form[name].value() for name in form.fields}
        assert (
            desk.post(url, {k: v for k, v in hidden.items() if v not in (None, False)} | {"intent": "send"}).status_code
            == 302
        )
        event.refresh_from_db()
        assert (event.venue_capacity, event.reminders_on, event.hashtag) == (60, True, "mlstudy")

    def test_words_change_without_a_mail(self, desk: Client) -> None:
        event = cast.event()
        url = f"/desk/events/{event.public_id}/edit/"
        assert desk.post(url, self.fields(desk, event, title="新しい題")).status_code == 302, (
            "no one is there to be told"
        )
        cast.registered("dan", event)
        asked = desk.post(url, self.fields(desk, event, title="別の題"))
        assert "Only words change" in asked.content.decode()
        assert "checked" not in asked.content.decode().partition('class="switch"')[2].partition(">")[0]
        assert desk.post(url, {**self.fields(desk, event, title="別の題"), "intent": "send"}).status_code == 302
        assert told("event_changed") == 0

    @pytest.mark.in_short(3)
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            (
                "作るより、動かし続けるほうが難しい。\r\n 失敗も込みの話。\r\n\r\n",
                "作るより、動かし続けるほうが難しい。\n失敗も込みの話。",
            ),
            ("あ" * 80, "あ" * 80),
            ("a" * 160, "a" * 160),
            ("あ" * 81, None),
            ("one\ntwo\nthree", None),
            ("turned \u202eround", None),
        ],
    )
    def test_two_lines_in_the_organizers_own_words(self, desk: Client, typed: str, kept: str | None) -> None:
        event = cast.event()
        answer = desk.post(f"/desk/events/{event.public_id}/edit/", self.fields(desk, event, hook=typed))
        event.refresh_from_db()
        assert (answer.status_code, event.hook) == ((302, kept) if kept else (422, ""))

    def test_the_second_of_two_organizers_sees_what_the_first_one_changed(self, desk: Client) -> None:
        event = cast.event()
        url = f"/desk/events/{event.public_id}/edit/"
        mine = {**self.fields(desk, event), "seen": str(desk.get(url).context["seen"])}
        desk.post(url, {**mine, "title": "先に直した題"})
        late = desk.post(url, {**mine, "hashtag": "mine"})
        assert late.status_code == 409
        seen = late.content.decode()
        assert "<bdi>愛子</bdi> changed this event while you were editing" in seen
        assert "先に直した題" in seen
        assert 'value="mine"' in seen
        event.refresh_from_db()
        assert (event.title, event.hashtag) == ("先に直した題", "mlstudy")
        again = {**mine, "hashtag": "mine", "seen": str(late.context["seen"])}
        assert desk.post(url, again).status_code == 302
        event.refresh_from_db()
        assert (event.title, event.hashtag) == (mine["title"], "mine")

    def test_a_change_between_the_question_and_its_answer_is_seen(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        url = f"/desk/events/{event.public_id}/edit/"
        mine = {**self.fields(desk, event), "seen": str(desk.get(url).context["seen"])}
        asked = desk.post(url, {**mine, "day": "2026-12-12"})
        assert f'name="seen" value="{mine["seen"]}"' in asked.content.decode()
        desk.post(url, {**mine, "title": "先に直した題", "intent": "send"})
        assert desk.post(url, {**mine, "day": "2026-12-12", "intent": "send"}).status_code == 409

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("nonsense", ["", "x", "9" * 5000, "\x00"])
    def test_nonsense_for_what_was_seen_breaks_nothing(self, desk: Client, nonsense: str) -> None:
        event = cast.event()
        url = f"/desk/events/{event.public_id}/edit/"
        fields = self.fields(desk, event)
        desk.post(url, {**fields, "title": "先"})
        assert desk.post(url, {**fields, "seen": nonsense}).status_code == 409

    def test_a_cancelled_event_can_be_edited_and_nobody_is_told(self, desk: Client) -> None:
        event = cast.event()
        cast.registered("dan", event)
        desk.post(f"/desk/events/{event.public_id}/cancellation/")
        assert told("event_cancelled") == 1
        assert "canceled" in page(desk, event, "edit/")
        fields = self.fields(desk, event, day="2026-12-12")
        assert desk.post(f"/desk/events/{event.public_id}/edit/", fields).status_code == 302
        event.refresh_from_db()
        assert event.starts_at == cast.STARTS_AT + timedelta(days=7)
        assert told("event_changed") == 0

    def test_an_event_of_many_days_keeps_its_last_day(self, desk: Client) -> None:
        event = cast.event(ends_at=cast.ENDS_AT + timedelta(days=1))
        fields = self.fields(desk, event, title="二日間の会")
        assert str(fields["last_day"]) == "2026-12-06"
        desk.post(f"/desk/events/{event.public_id}/edit/", {**fields, "last_day": "2026-12-06"})
        event.refresh_from_db()
        assert event.ends_at == cast.ENDS_AT + timedelta(days=1)


class TestCancelling:
    def test_it_asks_with_the_number_and_changes_nothing_by_looking(self, desk: Client) -> None:
        event = cast.event()
        for guest in cast.people(3):
            cast.registered(guest, event)
        assert "We’ll email 3 people" in page(desk, event, "cancellation/")
        event.refresh_from_db()
        assert event.is_published

    def test_a_draft_has_nobody_to_tell(self, desk: Client) -> None:
        event = cast.event(publish=False)
        answer = desk.post(f"/desk/events/{event.public_id}/cancellation/", follow=True)
        assert "was never published" in answer.content.decode()
