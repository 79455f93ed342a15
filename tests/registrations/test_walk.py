"""The modules that a reader follows to understand a registration: exactly those that `meetups/README.md` names."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from uuid import uuid4

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from meetups.events.models import Event
from meetups.pages.registration import registration
from meetups.pages.sheets.slot_choices import best
from meetups.pages.site.one_second_cache import _stored
from meetups.registrations.actions.registration import register as action
from meetups.registrations.models import Registration
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
PRODUCT = Path(__file__).resolve().parents[2] / "meetups"
ROOMS = ("pages/", "registrations/")
MOST_MODULES = 12
MOST_LINES = 300


class Walk:
    """The modules of pages and registrations in which a function is entered, in order, from the view to COMMIT.

    A model counts even if only one of its properties is used.
    """

    def __init__(self) -> None:
        self.modules: list[str] = []
        self.is_committed = False
        self._has_begun = False

    def step(self, frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event != "call" or self.is_committed:
            return
        self._has_begun = self._has_begun or code is registration.registration.__wrapped__.__code__  # type: ignore[attr-defined]  # of the decorators
        self.is_committed = self._has_begun and code is BaseDatabaseWrapper._commit.__code__  # type: ignore[attr-defined]  # not in the stubs
        if not self._has_begun or not code.co_filename.startswith(f"{PRODUCT}/"):
            return
        module = code.co_filename.removeprefix(f"{PRODUCT}/")
        if module.startswith(ROOMS) and module not in self.modules:
            self.modules.append(module)


@contextmanager
def walking() -> Iterator[Walk]:
    walk, before = Walk(), sys.getprofile()
    sys.setprofile(walk.step)
    try:
        yield walk
    finally:
        sys.setprofile(before)
    assert walk.is_committed


@pytest.fixture
def event() -> Event:
    return cast.event(slots=[cast.first_come_plan(5)])


def register(event: Event, client: Client) -> None:
    form = {"slot": event.slots.get().public_id, "request_id": str(uuid4())}
    assert client.post(f"/events/{event.public_id}/registration/", form).status_code == 302


@pytest.fixture
def dan(event: Event) -> Client:
    """Another person has registered before, so that nothing happens for the first time."""
    _stored.clear()
    register(event, cast.signed_in("emi"))
    return cast.signed_in("dan")


@pytest.fixture(params=[3600, 0], ids=["event and slots were read a moment ago", "event and slots are read"])
def seconds(request: pytest.FixtureRequest, settings: Any) -> Iterator[int]:
    """How long a worker keeps the data that its readers share."""
    settings.ANONYMOUS_PAGE_SECONDS = request.param
    yield request.param
    _stored.clear()


def in_the_readme() -> list[str]:
    """The modules of the walk, as the README names them."""
    [walk] = re.findall(r"^\*A person registers\*.*?\n\n(.*?)\n\n", (PRODUCT / "README.md").read_text(), re.M | re.S)
    return [module for module in re.findall(r"`([a-z_/]+\.py)`", walk) if module.startswith(ROOMS)]


def test_the_readme_names_the_modules_in_which_a_person_registers(seconds: int, event: Event, dan: Client) -> None:
    with walking() as walk:
        register(event, dan)
    assert Registration.objects.get(attendee=cast.person("dan")).state == Registration.State.CONFIRMED
    named = in_the_readme()
    assert sorted(walk.modules) == sorted(named)
    # Data that is not cached is read by the page first. With cached data, the order is that of the walk.
    assert not seconds or walk.modules == named
    assert len(walk.modules) <= MOST_MODULES
    lines = {module: len((PRODUCT / module).read_text().splitlines()) for module in walk.modules}
    assert {module: many for module, many in lines.items() if many > MOST_LINES} == {}


def test_a_module_more_on_the_way_is_noticed(event: Event, dan: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def by_a_detour(**given: Any) -> Registration:
        best([])
        return action.register(**given)

    monkeypatch.setattr(registration, "register", by_a_detour)
    with walking() as walk:
        register(event, dan)
    assert set(walk.modules) - set(in_the_readme()) == {"pages/sheets/slot_choices.py"}
