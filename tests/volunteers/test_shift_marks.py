"""After a shift, organizers record who did it, and can correct the record (RULES 24, 64)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from meetups.events.models import Event
from meetups.lifecycle.invariants import breaches
from meetups.notifications.actions.deliver import deliver
from meetups.notifications.models import Notification
from meetups.registrations.lottery.weights import WINDOW
from meetups.registrations.models import Registration
from meetups.volunteers.models import Signup
from tests.support import cast

pytestmark = pytest.mark.django_db
OVER = cast.ENDS_AT + timedelta(hours=1)
MISSED = "You were marked absent from a shift"


@pytest.fixture(autouse=True)
def _invariants() -> Iterator[None]:
    yield
    assert breaches() == []


def taken() -> tuple[Event, Signup]:
    """Emi has taken teardown."""
    with time_machine.travel(cast.NOW, tick=False):
        event = cast.event()
        signup = cast.volunteering("emi", event)
        deliver(at=cast.NOW + timedelta(hours=2))
        return event, signup


def say(signup: Signup, mark: str, *, at: object = OVER, who: str = "aiko") -> str:
    """The desk's answer."""
    with time_machine.travel(at, tick=False):  # type: ignore[arg-type]
        url = f"/desk/events/{signup.shift.event.public_id}/signups/{signup.pk}/mark/"
        return str(cast.signed_in(who).post(url, {"mark": mark}, follow=True).content.decode())


def mine() -> str:
    with time_machine.travel(OVER, tick=False):
        return str(cast.signed_in("emi").get("/me/").content.decode())


def letters() -> list[str]:
    """The subjects of the mails that are sent within the next hour."""
    mail.outbox.clear()
    deliver(at=OVER + timedelta(hours=1))
    return [str(letter.subject) for letter in mail.outbox]


class TestAfterTheShift:
    def test_done_is_seen_by_the_volunteer_and_tells_nobody(self) -> None:
        _event, signup = taken()
        page = say(signup, "done")
        assert "Saved." in page
        assert 'data-tone="certain"' in page
        signup.refresh_from_db()
        assert (signup.mark, signup.marked_at) == (Signup.Mark.DONE, OVER)
        assert "Past shifts" in mine()
        assert "1 shift, 1 hour" in mine()
        assert letters() == []

    def test_past_shifts_stay_on_the_profile_when_its_form_comes_back(self) -> None:
        _event, signup = taken()
        say(signup, "done")
        with time_machine.travel(OVER, tick=False):
            emi = cast.signed_in("emi")
            refused = emi.post(reverse("profile"), {"name": "", "language": "en"})
            for status, page in ((200, emi.get(reverse("profile"))), (422, refused)):
                assert page.status_code == status
                assert "1 shift, 1 hour" in page.content.decode()

    def test_whoever_did_not_come_is_told_and_sees_until_when_it_counts(self) -> None:
        event, signup = taken()
        say(signup, "absent")
        say(signup, "absent")
        assert Signup.objects.absent(OVER).get() == signup
        assert "an organizer of ML勉強会 needs to approve" in mine()
        assert MISSED in letters()[0]
        assert Notification.objects.filter(kind="shift_missed").count() == 1
        # The no-show of the event itself is recorded separately.
        assert Registration.objects.get(event=event).absent_at is None

    def test_it_counts_for_180_days(self) -> None:
        _event, signup = taken()
        say(signup, "absent")
        last = OVER + WINDOW
        assert Signup.objects.absent(last - timedelta(seconds=1)).exists()
        assert not Signup.objects.absent(last).exists()
        assert "so long ago" in say(taken_anew(signup), "absent", at=last)

    @pytest.mark.in_short(1)
    @pytest.mark.parametrize("mark", ["done", "excused", ""])
    def test_a_correction_takes_the_consequence_along_and_tells(self, mark: str) -> None:
        _event, signup = taken()
        say(signup, "absent")
        assert len(letters()) == 1
        say(signup, mark)
        assert not Signup.objects.absent(OVER).exists()
        assert "needs to approve" not in mine()
        [subject] = letters()
        assert "Record corrected" in subject

    def test_what_was_put_right_before_the_mail_went_is_not_sent(self) -> None:
        _event, signup = taken()
        say(signup, "absent")
        say(signup, "done")
        assert not any(MISSED in subject for subject in letters())


def taken_anew(signup: Signup) -> Signup:
    """The same signup without any mark."""
    Signup.objects.filter(pk=signup.pk).update(mark="", marked_at=None)
    return signup


class TestRefusals:
    def test_before_the_end_nothing_is_known(self) -> None:
        event, signup = taken()
        before = OVER - timedelta(seconds=1)
        assert "record who did it after the shift" in say(signup, "absent", at=before)
        with time_machine.travel(before, tick=False):
            page = cast.signed_in("aiko").get(f"/desk/events/{event.public_id}/shifts/{signup.shift_id}/")
        assert "Shift record" not in page.content.decode()
        assert not Signup.objects.exclude(mark="").exists()

    def test_who_stepped_down_did_not_miss_anything(self) -> None:
        _event, signup = taken()
        with time_machine.travel(cast.STARTS_AT, tick=False):
            cast.signed_in("emi").post(f"/events/{signup.shift.event.public_id}/shifts/{signup.shift_id}/signup/end/")
        assert "no longer has the shift" in say(signup, "absent")

    def test_the_pages_lead_there_without_a_script(self) -> None:
        event, signup = taken()
        with time_machine.travel(OVER, tick=False):
            desk = cast.signed_in("aiko")
            assert "Shift record" in desk.get(f"/desk/events/{event.public_id}/shifts/").content.decode()
            page = desk.get(f"/desk/events/{event.public_id}/shifts/{signup.shift_id}/").content.decode()
        assert f'action="/desk/events/{event.public_id}/signups/{signup.pk}/mark/"' in page
        assert 'aria-label="絵美: missed"' in page

    def test_only_organizers_write_it(self) -> None:
        event, signup = taken()
        url = f"/desk/events/{event.public_id}/signups/{signup.pk}/mark/"
        assert cast.signed_in("emi").post(url, {"mark": "done"}).status_code == 404
        assert Client().post(url, {"mark": "done"}).status_code == 422
        assert not Signup.objects.exclude(mark="").exists()


class TestObjecting:
    def page(self, signup: Signup) -> str:
        return f"/events/{signup.shift.event.public_id}/shifts/{signup.shift_id}/absence/"

    def object(self, signup: Signup, *, who: str = "emi", at: object = OVER) -> Any:
        with time_machine.travel(at, tick=False):  # type: ignore[arg-type]
            return cast.signed_in(who).post(self.page(signup), follow=True)

    def test_whoever_was_there_says_so_and_organizers_are_told_once(self) -> None:
        _event, signup = taken()
        say(signup, "absent")
        assert f'href="{self.page(signup)}"' in mine()
        assert f"http://testserver{self.page(signup)}" in letters_to("emi@example.org")
        for _click in range(2):
            assert "The organizers were asked to check." in self.object(signup).content.decode()
        rows = Notification.objects.filter(kind="absence_objected")
        assert [row.recipient for row in rows] == [cast.person("aiko")]
        assert "絵美" in letters_to("aiko@example.org")

    def test_a_mark_that_is_made_anew_can_be_objected_to_anew(self) -> None:
        _event, signup = taken()
        say(signup, "absent")
        self.object(signup)
        say(signup, "done", at=OVER + timedelta(minutes=1))
        assert self.object(signup, at=OVER + timedelta(minutes=2)).status_code == 409
        say(signup, "absent", at=OVER + timedelta(minutes=3))
        self.object(signup, at=OVER + timedelta(minutes=4))
        assert Notification.objects.filter(kind="absence_objected").count() == 2

    def test_it_is_hers_alone_and_only_while_it_counts(self) -> None:
        _event, signup = taken()
        assert self.object(signup).status_code == 404
        say(signup, "absent")
        assert self.object(signup, who="dan").status_code == 404
        assert self.object(signup, at=OVER + WINDOW).status_code == 409


def letters_to(address: str) -> str:
    """All mails to that address within the next hour."""
    mail.outbox.clear()
    deliver(at=OVER + timedelta(hours=1))
    return "".join(str(letter.body) for letter in mail.outbox if letter.to == [address])
