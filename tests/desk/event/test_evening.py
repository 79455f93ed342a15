"""The desk during teardown, with its timeline and its figures."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.lifecycle.models import Message
from meetups.registrations.models import Registration, Slot
from meetups.speakers.models import Call
from meetups.volunteers.models import Chore, Shift
from tests.support import cast
from tests.support.scenes.teardown_scene import line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DURING = cast.ENDS_AT + timedelta(minutes=20)


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def desk(path: str = "", who: str = "aiko") -> str:
    return " ".join(cast.signed_in(who).get(f"/desk/{path}").content.decode().replace("<wbr>", "").split())


def row(html: str, what: str) -> str:
    """The line of the timeline that contains `what`."""
    return next(one for one in html.split("<li") if what in one and "timeline-when" in one).partition("</li>")[0]


class TestWhileTeardownRuns:
    def test_the_desk_begins_with_it_until_it_is_over(self) -> None:
        event = cast.event()
        cast.member("chie", Role.RECEPTION)
        with at(DURING):
            assert f"/desk/events/{event.public_id}/" in desk()
            assert f"/desk/events/{event.public_id}/check-in/" in desk(who="chie")
        with at(cast.shift_of(event).ends_at):
            assert f"/desk/events/{event.public_id}/" not in desk()

    def test_when_all_is_ticked_nobody_is_welcomed_at_the_door(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()], shifts=[cast.teardown_plan()])
        line(event)
        with at(DURING):
            assert "Teardown: 1 item left" in desk(f"events/{event.public_id}/")
            Chore.objects.update(done_at=DURING)
            seen = desk(f"events/{event.public_id}/")
        assert "Welcome people at the door" not in seen
        assert "All done. Thank you!" in seen
        assert "Still in progress: 撤収." in seen

    @pytest.mark.parametrize("enough", [True, False])
    def test_the_shift_is_neither_done_nor_late(self, enough: bool) -> None:
        event = cast.event(shifts=[cast.teardown_plan(minimum=1, maximum=2)])
        if enough:
            cast.volunteering("emi", event)
        with at(DURING):
            running = row(desk(f"events/{event.public_id}/"), "撤収")
        assert "in progress" in running
        assert "data-state" not in running
        with at(cast.shift_of(event).ends_at):
            assert 'data-state="done"' in row(desk(f"events/{event.public_id}/"), "撤収")


class TestLineOfTime:
    def test_it_has_messages_the_end_of_the_call_and_when_shifts_are_looked_at(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(), cast.duty_plan()], shifts=[cast.teardown_plan()])
        soon = cast.NOW + timedelta(days=2)
        Call.objects.create(community=event.community, event=event, opened_at=cast.NOW, closes_at=soon)
        texts = {"ja": {"subject": "持ち物", "body": "名刺"}}
        message = {"event": event, "texts": texts, "audience": {}, "written_at": cast.NOW, "send_at": soon}
        kept = Message.objects.create(**message, state=Message.State.SCHEDULED)
        Message.objects.create(**message | {"texts": {"en": {"subject": "Taken back", "body": "–"}}}, state="withdrawn")
        seen = desk(f"events/{event.public_id}/")
        assert f"/desk/events/{event.public_id}/messages/{kept.pk}/" in row(seen, "Message: 持ち物")
        assert "Taken back" not in seen
        assert row(seen, "Call for speakers closes")
        assert seen.count("Check for missing volunteers") == 1
        Shift.objects.update(help_at=soon)
        assert "Dec 5" not in row(desk(f"events/{event.public_id}/"), "Check for missing volunteers")


class TestFigures:
    def test_seats_above_capacity_stand_beside_the_count_as_on_the_page(self) -> None:
        event = cast.event(slots=[cast.first_come_plan(2)])
        for guest in cast.people(2):
            cast.registered(guest, event)
        extra = Registration(event=event, slot=event.slots.get(), person_key="x", guest_name="客", state="confirmed")
        extra.above_capacity, extra.registered_at, extra.confirmed_at = True, cast.NOW, cast.NOW
        Registration.objects.bulk_create([extra])
        assert Slot.objects.get(event=event).taken == 2
        seen = desk(f"events/{event.public_id}/")
        assert "2 / 2" in " ".join(seen.split())
        assert "1 over capacity" in seen

    @pytest.mark.parametrize("came", [0, 1])
    def test_after_it_page_and_desk_count_the_same_people(self, came: int) -> None:
        event: Event = cast.event(slots=[cast.first_come_plan()])
        first, _other = [cast.registered(guest, event) for guest in cast.people(2)]
        if came:
            Registration.objects.filter(pk=first.pk).update(checked_in_at=event.starts_at)
        with at(event.ends_at + timedelta(days=1)):
            public = Client(headers={"Accept-Language": "en"}).get(f"/events/{event.public_id}/").content.decode()
            own = desk(f"events/{event.public_id}/")
        assert ("<b>1</b> person came" in public, "<b>2</b> people were registered" in public) == (bool(came), not came)
        assert (">1 person<" in public, ">2 people<" in public) == (bool(came), not came)
        assert ("1 person came." in own) == bool(came)
