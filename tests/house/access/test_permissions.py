"""Access: every address, every role, GET and POST. An address that is not in the tables of `access` fails.

In the suite a few roles ask for each address: one for each answer there is, and the one that stands just below it. In the stories
all others do.
"""

import functools
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse

from meetups.demo import mail_preview
from meetups.demo.mail_scenes.every_mail import every_mail
from meetups.events.models import Event
from meetups.registrations.models import Registration
from tests.house.access.accounts import ACCOUNTS, DEVELOPMENT
from tests.house.access.browsers import afresh, client_with, cookies_of, letter
from tests.house.access.dashboard import DESK
from tests.house.access.roles import a_few, everyone, expected, the_others
from tests.house.access.visitors import VISITORS
from tests.house.access.world import World, addresses, make_world
from tests.support import cast
from tests.support.shared_scene import shared_scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

TABLES = [VISITORS, DESK, ACCOUNTS, DEVELOPMENT]


def test_every_address_is_in_the_table() -> None:
    assert set(addresses()) == {name for table in TABLES for name in table}


@pytest.fixture(autouse=True)
def one_mail_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The previews make all kinds of mail on each request. Who may read them does not depend on their number: one is enough."""
    one = functools.cache(functools.partial(every_mail, only="invitation"))
    monkeypatch.setattr(mail_preview, "every_mail", lambda language, only="": one(language))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with shared_scene(django_db_blocker), time_machine.travel(cast.NOW, tick=False):
        yield make_world()


Asking = Callable[[int, list[tuple[str, str]]], set[int]]


def faults(world: World, table: dict[str, tuple[str, str]], who: Asking) -> list[str]:
    """Where an answer isn't the one in the table."""
    found = []
    wanted = {name: list(zip(*expected(name, row), strict=True)) for name, row in table.items()}
    asking = {name: who(place, wanted[name]) for place, name in enumerate(table)}
    for position, (role, user) in enumerate(world.people.items()):
        cookies = cookies_of(user)
        client = client_with(cookies)
        for name in table:
            if position not in asking[name]:
                continue
            url = reverse(name, kwargs=world.parameters[name])
            for method, letter_wanted in zip(("get", "post"), wanted[name][position], strict=True):
                before = transaction.savepoint_create()
                afresh(client, cookies)
                answer = client.get(url) if method == "get" else client.post(url, world.fields.get(name, {}))
                if letter(answer) != letter_wanted:
                    found.append(f"{role}, {method} {name}: {letter(answer)} instead of {letter_wanted}")
                transaction.savepoint_rollback(before)
    return found


@pytest.mark.in_short(2)
@pytest.mark.parametrize("table", TABLES, ids=["visitors", "desk", "accounts", "development"])
@pytest.mark.parametrize("who", [a_few, pytest.param(the_others, marks=pytest.mark.story)])
def test_who_may(world: World, table: dict[str, tuple[str, str]], who: Asking) -> None:
    assert faults(world, table, who) == []


def test_a_page_that_opens_for_one_role_more_or_less_is_found(world: World) -> None:
    """The control: the few roles that ask are enough."""
    row = DESK["desk_slots"]
    assert faults(world, {"desk_slots": row}, a_few) == []
    for get in (row[0].replace("no", "oo"), row[0].replace("oo", "no")):
        assert faults(world, {"desk_slots": (get, row[1])}, a_few), get


def test_each_role_takes_its_turn_to_be_let_in_and_refused() -> None:
    """The control of the choice of a few."""

    def answers(who: Asking) -> set[tuple[int, str]]:
        rows = [list(zip(*expected(name, row), strict=True)) for table in TABLES for name, row in table.items()]
        return {(one, row[one][0]) for place, row in enumerate(rows) for one in who(place, row) if row[one][0] in "no"}

    assert answers(a_few) == answers(everyone)


@pytest.mark.story
def test_what_belongs_to_another_community_is_not_found(world: World) -> None:
    given = {"decision": "accept", "move": "up", "capacity": "5"}
    cookies = cookies_of(world.people["another owner"])
    client = client_with(cookies)
    own = Event.objects.get(community__slug="other")
    stored = Registration.objects.order_by("pk").values_list("pk", "state", "checked_in_at")
    known = list(stored)
    for name in sorted(set(DESK) - {"desk", "desk_found_community"}):
        # First, objects of the other community; then, if there is a number, their number under an event of the own community.
        tries = [world.parameters[name]]
        if "pk" in world.parameters[name]:
            of_hers = {"public_id": own.public_id} if "public_id" in world.parameters[name] else {"slug": "other"}
            tries.append({**of_hers, "pk": world.parameters[name]["pk"]})
        for parameters in tries:
            before = transaction.savepoint_create()
            afresh(client, cookies)
            url = reverse(name, kwargs=parameters)
            for answer in (client.get(url), client.post(url, given)):
                assert letter(answer) in {"n", "m"}, (name, parameters)
            assert list(stored.all()) == known, (name, parameters)
            transaction.savepoint_rollback(before)


class TestSecondFactor:
    """With the setting on, the desk requires a second factor. Users without one are sent to set it up, and back afterwards."""

    @pytest.fixture(autouse=True)
    def _wanted(self, settings: Any) -> None:
        settings.DESK_SECOND_FACTOR = True

    def test_no_page_of_the_desk_opens_without(self, world: World) -> None:
        cookies = cookies_of(world.people["owner"])
        client = client_with(cookies)
        for name in DESK:
            before = transaction.savepoint_create()
            afresh(client, cookies)
            url = reverse(name, kwargs=world.parameters[name])
            shown, sent = client.get(url), client.post(url)
            for answer in (shown, sent):
                if answer.status_code != 405:
                    assert answer.status_code == 302, name
                    assert urlsplit(answer["Location"]).path == reverse("mfa_activate_totp"), name
            if shown.status_code != 405:
                assert parse_qs(urlsplit(shown["Location"]).query) == {"next": [url]}, name
            transaction.savepoint_rollback(before)

    def test_who_has_one_uses_it(self) -> None:
        owner = cast.person("aiko")
        cast.community()
        Authenticator.objects.create(user=owner, type=Authenticator.Type.TOTP, data={"secret": "x"})
        client = client_with(cookies_of(owner))
        assert urlsplit(client.get("/desk/")["Location"]).path == reverse("mfa_reauthenticate")
        session = client.session
        session["account_authentication_methods_user"] = user_id_to_str(owner)
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": time.time(), "type": "totp"}]
        session.save()
        assert client.get("/desk/").status_code == 200

    def test_visitors_are_not_asked(self) -> None:
        event = cast.event()
        client = client_with(cookies_of(cast.person("aiko")))
        assert client.get(reverse("event", args=[event.public_id])).status_code == 200
