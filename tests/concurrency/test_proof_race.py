"""Two who prove one address in the same moment: it belongs to one account, and no one meets an accident (RULES 120, 151)."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from meetups.accounts.models import User, UserManager
from meetups.pages.me import account_adapter
from tests.accounts.mailed_codes import ask_for_code, browser, code, guess
from tests.concurrency.threads import accidents, at_once, wait_for_the_others
from tests.support import cast

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "new@example.org"


def types(client: Client, page: str) -> Callable[[], Any]:
    typed = code()
    return lambda: client.post(reverse(page), {"code": typed})


def changing(name: str) -> tuple[Client, Callable[[], Any]]:
    """A person who changes their address, and what they do last."""
    email = cast.person(name, language="en").email
    client = browser()
    ask_for_code(client, email)
    guess(client, code())
    client.post(reverse("account_email"), {"email": NEW, "action_add": ""})
    return client, types(client, "account_email_verification_sent")


def newcomer() -> tuple[Client, Callable[[], Any]]:
    """A person who signs in with the address, and has no account."""
    client = browser()
    ask_for_code(client, NEW)
    return client, types(client, "gate_code")


@pytest.fixture(autouse=True)
def slow_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen that the address is free before anyone takes it."""

    can_be_proved, create = EmailAddress.can_set_verified, UserManager.create_user

    def looked(address: EmailAddress) -> bool:
        found: bool = can_be_proved(address)
        wait_for_the_others()
        return found

    def created(*given: Any, **named: Any) -> User:
        wait_for_the_others()
        return create(*given, **named)

    monkeypatch.setattr(EmailAddress, "can_set_verified", looked)
    monkeypatch.setattr(UserManager, "create_user", created)


@pytest.mark.parametrize("who", [("dan", "finn"), ("dan", "")], ids=["two accounts", "one, and a newcomer"])
def test_the_address_has_one_owner_and_the_other_account_stays_as_it_was(who: tuple[str, str]) -> None:
    both = [changing(name) if name else newcomer() for name in who]
    given = at_once(*(call for _client, call in both))
    assert accidents(given) == []
    assert {answer.status_code for answer in given} <= {200, 302}
    owner = User.objects.get(email=NEW)
    assert EmailAddress.objects.get(email=NEW, verified=True).user == owner
    for name, (client, _call), answer in zip(who, both, given, strict=True):
        person = User.objects.get(pk=int(client.session[SESSION_KEY]))
        assert EmailAddress.objects.get(user=person, primary=True).email == person.email
        if person != owner:
            assert person.email == f"{name}@example.org"
            shown = answer if answer.status_code == 200 else client.get(reverse("account_email"))
            assert "already" in shown.content.decode()


@pytest.mark.story
def test_without_the_lock_one_of_them_meets_an_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_adapter, "one_proof_at_a_time", lambda _email: None)
    given = at_once(*(changing(name)[1] for name in ("dan", "finn")))
    assert accidents(given)
