"""What a role in a team shows on public pages is for people who have shown their second factor (RULES 128)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from meetups.communities.permissions import Role
from meetups.events.models import Event
from meetups.speakers.models import Talk
from tests.support import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _wanted(settings: Any) -> None:
    settings.DESK_SECOND_FACTOR = True


def with_factor(name: str, *, shown: datetime = cast.NOW) -> Client:
    browser = cast.signed_in(name)
    session = browser.session
    session["account_authentication_methods_user"] = user_id_to_str(cast.person(name))
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": shown.timestamp(), "type": "totp"}]
    session.save()
    return browser


def page(browser: Client, event: Event) -> str:
    return browser.get(reverse("event", args=[event.public_id])).content.decode()


@pytest.mark.in_short(2)
@pytest.mark.parametrize("kept", [0.0, 3600.0])
@pytest.mark.parametrize("order", [("", "ben", "factor"), ("factor", "ben", ""), ("ben", "factor", "ben")])
def test_without_it_an_organizer_sees_the_ordinary_page_whoever_came_before(
    settings: Any, order: tuple[str, ...], kept: float
) -> None:
    """Also where workers keep pages: neither gets nor fills the copy of the other."""
    settings.ANONYMOUS_PAGE_SECONDS = kept
    event = cast.event(slots=[cast.first_come_plan()])
    cast.member("ben", Role.ORGANIZER)
    cast.registered("dan", event)
    stranger = cast.signed_in("finn")
    desk, name = reverse("desk_event", args=[event.public_id]), cast.NAMES["dan"]
    browsers = {"": stranger, "ben": cast.signed_in("ben"), "factor": with_factor("ben")}
    for which in order:
        shown = page(browsers[which], event)
        assert (desk in shown) is (which == "factor"), which
        assert (name in shown) is (which == "factor"), which
    community = reverse("community", args=["ml"])
    for which in order:
        shown = browsers[which].get(community).content.decode()
        assert (reverse("desk_community", args=["ml"]) in shown) is (which == "factor"), which


def test_a_draft_is_for_those_who_have_shown_it() -> None:
    event = cast.event(publish=False)
    url = reverse("event", args=[event.public_id])
    assert cast.signed_in("aiko").get(url).status_code == 404
    assert with_factor("aiko").get(url).status_code == 200


def test_slides_that_are_not_public_are_for_those_who_have_shown_it_and_for_their_speaker() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.invited_plan()])
    talk: Talk = cast.talk("emi", event)
    talk.slides_file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    url = reverse("talk_pdf", args=[event.public_id, talk.pk])
    assert cast.signed_in("aiko").get(url).status_code == 404
    assert with_factor("aiko").get(url).status_code == 200
    assert cast.signed_in("emi").get(url).status_code == 200


def opens(browser: Client, event: Event, *, at: datetime) -> list[bool]:
    """Whether the browser sees what the team sees: the event's page, slides that are not public, and the event's dashboard."""
    talk = event.talks.get()
    with time_machine.travel(at, tick=False):
        desk = browser.get(reverse("desk_event", args=[event.public_id])).status_code == 200
        slides = browser.get(reverse("talk_pdf", args=[event.public_id, talk.pk])).status_code == 200
        return [reverse("desk_event", args=[event.public_id]) in page(browser, event), slides, desk]


def test_pages_and_dashboard_forget_it_at_the_same_moment() -> None:
    event = cast.event(slots=[cast.first_come_plan(), cast.invited_plan()])
    talk: Talk = cast.talk("emi", event)
    talk.slides_file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    Authenticator.objects.create(user=cast.person("aiko"), type=Authenticator.Type.TOTP, data={"secret": "x"})
    hour = timedelta(hours=1)
    usual = with_factor("aiko")
    assert opens(usual, event, at=cast.NOW + 11.9 * hour) == [True] * 3
    assert opens(usual, event, at=cast.NOW + 12.1 * hour) == [False] * 3
    its_day = with_factor("aiko", shown=event.ends_at - 13 * hour)
    assert opens(its_day, event, at=event.ends_at + 2.9 * hour) == [True] * 3
    assert opens(its_day, event, at=event.ends_at + 3.1 * hour) == [False] * 3


def test_a_draft_is_for_12_hours_as_well() -> None:
    event = cast.event(publish=False)
    browser, url = with_factor("aiko"), reverse("event", args=[event.public_id])
    with time_machine.travel(cast.NOW + timedelta(hours=12.1), tick=False):
        assert browser.get(url).status_code == 404


def test_a_person_of_the_team_keeps_their_own_part_without_it() -> None:
    event = cast.event(slots=[cast.first_come_plan()])
    cast.member("ben", Role.ORGANIZER)
    cast.registered("ben", event)
    assert cast.NAMES["ben"] in page(cast.signed_in("ben"), event)


def test_where_the_site_asks_for_none_the_role_is_enough(settings: Any) -> None:
    settings.DESK_SECOND_FACTOR = False
    event = cast.event(publish=False)
    assert page(cast.signed_in("aiko"), event)
