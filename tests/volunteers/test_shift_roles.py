"""The role of a shift says what is done in it; the title does not matter."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client

from meetups.accounts.models import User
from meetups.events.models import Event
from meetups.volunteers.actions.shifts.plan_shift import plan_shift
from meetups.volunteers.models import Shift
from meetups.volunteers.shift_plan import ShiftPlan
from meetups.volunteers.usual_shifts import blueprints_for
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
Phase, Role = Shift.Phase, Shift.Role
FIELDS = {
    "title": "OBS係",
    "role": "stream",
    "phase": "event",
    "starts": "2026-12-05T14:00",
    "ends": "2026-12-05T16:00",
    "minimum": "1",
    "maximum": "2",
}


def planned(event: Event, phase: Shift.Phase, role: Shift.Role, title: str) -> Shift:
    plan = ShiftPlan(phase, role, title, cast.STARTS_AT, cast.STARTS_AT + timedelta(hours=1), 1, 2)
    return plan_shift(event=event, plan=plan, guarantees_seat=False, at=cast.NOW, by=cast.person("aiko"))


def test_it_is_chosen_at_the_desk_changed_there_and_shown(desk: Client) -> None:
    event = cast.event()
    url = f"/desk/events/{event.public_id}/shifts/"
    page = desk.get(url).content.decode()
    assert [f'<option value="{role}"' in page for role in Role.values] == [True] * 7
    assert '<option value="setup" selected>' in page
    assert desk.post(url, FIELDS).status_code == 302
    shift = event.shifts.get(title="OBS係")
    assert (shift.role, shift.phase) == (Role.STREAM, Phase.EVENT)
    assert "<dd>Stream</dd>" in desk.get(f"{url}{shift.pk}/").content.decode()
    desk.post(f"{url}{shift.pk}/", {**FIELDS, "role": "mc"})
    shift.refresh_from_db()
    assert shift.role == Role.MC


def test_labels_stand_in_both_languages(desk: Client) -> None:
    event = cast.event()
    User.objects.filter(email="aiko@example.org").update(language="ja")
    page = desk.get(f"/desk/events/{event.public_id}/shifts/").content.decode()
    for label in ("設営", "受付", "配信", "司会", "実況（SNS投稿）", "撤収", "その他"):
        assert f">{label}</option>" in page, label


@pytest.mark.parametrize("wrong", [{"role": "teardown"}, {"phase": "teardown"}])
def test_teardown_is_a_role_and_a_phase(desk: Client, wrong: dict[str, str]) -> None:
    event = cast.event()
    answer = desk.post(f"/desk/events/{event.public_id}/shifts/", {**FIELDS, **wrong})
    assert answer.status_code == 422
    assert "choose it in both fields" in answer.content.decode()
    shift = planned(event, Phase.EVENT, Role.MC, "司会")
    with pytest.raises(IntegrityError, match="teardown_is_a_phase_and_a_role"), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(**wrong)


@pytest.mark.parametrize("unknown", ["", "dancing"])
def test_a_role_is_known(unknown: str) -> None:
    shift = cast.shift_of(cast.event())
    with pytest.raises(IntegrityError, match="shift_has_a_known_role"), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(role=unknown, phase="event")


def test_a_usual_shift_is_there_whatever_it_is_called() -> None:
    event = cast.event()
    there = {one.role for one in blueprints_for(event, event.shifts.open(), at=cast.NOW)}
    assert there == {Role.SETUP, Role.RECEPTION, Role.MC, Role.LIVE_POSTS}
    planned(event, Phase.EVENT, Role.MC, "進行のお手伝い")
    planned(event, Phase.EVENT, Role.OTHER, "受付")
    there = {one.role for one in blueprints_for(event, event.shifts.open(), at=cast.NOW)}
    assert there == {Role.SETUP, Role.RECEPTION, Role.LIVE_POSTS}


def test_shifts_from_before_have_the_role_that_their_phase_and_title_said() -> None:
    event = cast.event()
    named: Any = import_module("meetups.volunteers.migrations.0007_shift_roles")
    before = [
        (Phase.SETUP, "設営", Role.SETUP),
        (Phase.SETUP, "机を並べる", Role.SETUP),
        (Phase.SETUP, "配信", Role.STREAM),
        (Phase.EVENT, "受付", Role.RECEPTION),
        (Phase.EVENT, "STREAM", Role.STREAM),
        (Phase.EVENT, "司会", Role.MC),
        (Phase.EVENT, "Live posts", Role.LIVE_POSTS),
        (Phase.EVENT, "クローク", Role.OTHER),
        (Phase.EVENT, "撤収", Role.OTHER),
    ]
    for phase, title, _role in before:
        planned(event, phase, Role.OTHER, title)
    named.name_roles(apps, None)
    shifts = event.shifts.order_by("pk")
    assert [(shift.phase, shift.title, shift.role) for shift in shifts if shift.phase != Phase.TEARDOWN] == before
    assert named.role_of("teardown", "配信") == "teardown"
    assert event.shifts.get(phase=Phase.TEARDOWN).role == Role.TEARDOWN
