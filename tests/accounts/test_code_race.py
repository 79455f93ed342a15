"""Limits of mailed codes and of guesses hold when many requests come in the same moment (RULES 124, 268)."""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from meetups.accounts import attempts
from meetups.accounts.actions.prove_owner import prove_owner
from meetups.accounts.attempts import Limit, What
from meetups.accounts.models import Attempt
from meetups.notifications.models import Notification
from meetups.pages.entrance import gate_code
from meetups.registrations import unverified_places
from meetups.registrations.actions.held_places import claim_place as claiming
from meetups.registrations.models import HeldPlace
from meetups.registrations.pen import seats
from meetups.registrations.unverified_places import TRIES, code_of
from meetups.speakers.actions.talks import propose_talk as proposing
from meetups.speakers.models import Talk
from tests.accounts.test_fresh_sign_in import totp
from tests.concurrency.threads import accidents, at_once, wait_for_the_others
from tests.support import cast
from tests.support.gate import code_for

pytestmark = pytest.mark.django_db(transaction=True)
DAN = "dan@example.org"
DAY = timedelta(days=1)
MANY = 6


def browser(number: int = 1) -> Client:
    """Each number is a network of its own."""
    return Client(REMOTE_ADDR=f"192.0.2.{number}", headers={"accept-language": "en"})


def tab(of: Client, number: int = 1) -> Client:
    """The same browser, whose requests come in the same moment."""
    client = browser(number)
    client.cookies.load(of.cookies.output(header="", sep=";"))
    return client


def posts(client: Client, url: str, **typed: Any) -> Callable[[], str]:
    def post() -> str:
        response = client.post(url, typed)
        return f"{response.status_code} {response.content.decode()}"

    return post


def asks(number: int, email: str) -> Callable[[], str]:
    return posts(browser(number), reverse("account_request_login_code"), email=email)


def through(given: list[Any], sign: str = "302") -> int:
    assert accidents(given) == []
    return sum(sign in one for one in given)


def wrong(right: str, number: int) -> str:
    return f"{(int(right) + 1 + number) % 1_000_000:06}"


def mails_to_an_account() -> int:
    calls = [asks(number, DAN) for number in range(MANY)]
    return through(at_once(*calls))


def mails_from_a_network() -> int:
    """Of people who register without an account, each at an event of their own: no seat lock makes them wait."""
    calls = []
    for number in range(MANY):
        event = cast.event(slots=[cast.first_come_plan(20)])
        slot = event.slots.get().public_id
        typed = {"slot": slot, "asked": slot, "name": "Guest", "email": f"guest{number}@example.org"}
        calls.append(posts(browser(), reverse("registration", args=[event.public_id]), **typed))
    return through(at_once(*calls))


def mails_in_all() -> int:
    calls = [asks(number, f"p{number}@example.org") for number in range(MANY)]
    return through(at_once(*calls))


def links_past_the_limits() -> int:
    """The day of Dan's account is used up, and strangers go on asking; of what they ask for, all is refused."""
    for number in range(3):
        asks(number, DAN)()
    assert through(at_once(*(asks(number, DAN) for number in range(MANY)))) == 0
    return Notification.objects.filter(subject="account/email/way_in").count()


def guesses_of_an_account() -> int:
    """Each has a code of their own, and guesses once."""
    calls = []
    for number in range(MANY):
        client = browser(number)
        client.post(reverse("account_request_login_code"), {"email": DAN})
        calls.append(posts(client, reverse("gate_code"), code=wrong(code_for(DAN), number)))
    return through(at_once(*calls), "Wrong code.")


def gate_codes() -> int:
    """One code, in many tabs of one browser."""
    client = browser()
    client.post(reverse("account_request_login_code"), {"email": DAN})
    right = code_for(DAN)
    calls = [posts(tab(client), reverse("gate_code"), code=wrong(right, number)) for number in range(MANY)]
    return through(at_once(*calls), "Wrong code.")


def reset_codes() -> int:
    """allauth's own form, which counts in its session."""
    cast.person("dan")
    client = browser()
    client.post(reverse("account_reset_password"), {"email": DAN})
    right = code_for(DAN)
    url = reverse("account_confirm_password_reset_code")
    before = Attempt.objects.filter(what=What.WRONG_CODE).count()
    given = at_once(*(posts(tab(client), url, code=wrong(right, number)) for number in range(MANY)))
    assert accidents(given) == []
    return Attempt.objects.filter(what=What.WRONG_CODE).count() - before


MAIL_RACES = {
    mails_to_an_account: Limit(("account",), 3, DAY),
    mails_from_a_network: Limit(("network",), 3, timedelta(minutes=5), waits=True),
    mails_in_all: Limit((), 3, DAY),
    links_past_the_limits: Limit(("account",), 3, DAY),
}
# How many come through.
RACES = dict.fromkeys([*MAIL_RACES, guesses_of_an_account, gate_codes, reset_codes], 3) | {links_past_the_limits: 1}


@pytest.fixture(autouse=True)
def slow_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has counted waits for all the others to count, too, unless they wait for a lock."""
    save = Attempt.save

    def pause_and_save(*given: Any, **named: Any) -> None:
        wait_for_the_others()
        save(*given, **named)

    monkeypatch.setattr(Attempt, "save", pause_and_save)


@pytest.fixture
def race(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Three mails or guesses are allowed in each."""
    run: Callable[[], int] = request.param
    monkeypatch.setitem(attempts.LIMITS, What.MAIL, (MAIL_RACES.get(run, Limit((), 1000, DAY)),))
    most = 3 if run is guesses_of_an_account else 1000
    monkeypatch.setitem(attempts.LIMITS, What.WRONG_CODE, (Limit(("account",), most, DAY),))
    return run


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__, indirect=True)
def test_no_one_comes_through_beyond_the_limit(race: Callable[[], int]) -> None:
    assert race() == RACES[race]


@pytest.mark.story
@pytest.mark.parametrize("race", RACES, ids=lambda race: race.__name__, indirect=True)
def test_without_the_lock_it_goes_wrong(race: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "_take_locks", lambda *_whose: None)
    assert race() > RACES[race]


def guess_a_place() -> None:
    """The code of a registration without an account, in many tabs."""
    event = cast.event(slots=[cast.first_come_plan(20)])
    slot, client = event.slots.get().public_id, browser()
    typed = {"slot": slot, "asked": slot, "name": "Guest", "email": DAN}
    client.post(reverse("registration", args=[event.public_id]), typed)
    right, url = code_of(HeldPlace.objects.get(event=event)), reverse("registration_code", args=[event.public_id])
    calls = [posts(tab(client), url, code=wrong(right, number)) for number in range(TRIES + 3)]
    at_once(*calls)


@pytest.mark.parametrize("locked", [True, pytest.param(False, marks=pytest.mark.story)])
def test_a_place_takes_five_guesses_because_each_has_the_lock_of_its_event(
    locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    def compared(place: HeldPlace, code: str) -> bool:
        found = unverified_places.is_right(place, code)
        looked_at.append(code)
        wait_for_the_others()
        return found

    monkeypatch.setattr(claiming, "is_right", compared)
    if not locked:
        monkeypatch.setattr(seats, "take_seat_lock", lambda event_id: None)
    guess_a_place()
    assert (len(looked_at) == TRIES) == locked


def half_way(number: int) -> tuple[Client, str]:
    """Dan, or a thief with his mailbox, who is asked for the second factor; and where."""
    client = browser(number)
    client.post(reverse("account_request_login_code"), {"email": DAN})
    return client, client.post(reverse("gate_code"), {"code": code_for(DAN)})["Location"]


@pytest.mark.parametrize("atomic", [True, pytest.param(False, marks=pytest.mark.story)])
def test_a_code_of_an_app_counts_once_because_its_mark_is_a_primary_key(
    atomic: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def marked(factor: TOTP, code: str) -> bool:
        key = factor._get_used_cache_key(code)
        is_new = cache.get(key) is None
        wait_for_the_others()
        if atomic:
            return bool(cache.add(key, "y", timeout=30))
        cache.set(key, "y", timeout=30)
        return is_new

    monkeypatch.setattr(TOTP, "_mark_code_used", marked)
    secret = generate_totp_secret()
    TOTP.activate(cast.person("dan"), secret)
    right = totp(secret)
    clients = [half_way(number) for number in range(3)]
    given = at_once(*(posts(client, url, code=right) for client, url in clients))
    assert (through(given) == 1) == atomic
    assert sum(client.get(reverse("my_page")).status_code == 200 for client, _url in clients) == through(given)


@pytest.mark.parametrize("locked", [True, pytest.param(False, marks=pytest.mark.story)])
def test_guesses_of_an_app_are_counted_one_after_the_other(
    locked: bool, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """allauth takes a lock in the cache, which is a row of ours, before it counts; who gets none in a second is refused."""
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/300s/key"}
    secret = generate_totp_secret()
    TOTP.activate(cast.person("dan"), secret)
    clients = [half_way(number) for number in range(MANY)]
    apply = ratelimit.apply_rate

    def applied(*given: Any, **named: Any) -> Any:
        found = apply(*given, **named)
        wait_for_the_others(patience=0.1)
        return found

    @contextmanager
    def unlocked(_key: str) -> Any:
        yield True

    monkeypatch.setattr(ratelimit, "apply_rate", applied)
    if not locked:
        monkeypatch.setattr(ratelimit, "cache_lock", unlocked)
    right = totp(secret)
    calls = [posts(client, url, code=wrong(right, number)) for number, (client, url) in enumerate(clients)]
    assert (through(at_once(*calls), "Incorrect code") <= 3) == locked


@pytest.mark.parametrize("once", [True, pytest.param(False, marks=pytest.mark.story)])
def test_the_right_code_of_a_gate_does_once_what_was_typed(once: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clicks: both sign in, and the talk is proposed once (RULES 269)."""

    def proved(**given: Any) -> Any:
        person = prove_owner(**given)
        wait_for_the_others()
        return person

    monkeypatch.setattr(gate_code, "prove_owner", proved)
    # The same words twice would be one proposal without the gate.
    monkeypatch.setattr(proposing, "the_same", lambda *_waiting, **_words: None)
    if not once:
        monkeypatch.setattr(gate_code, "cache", type("Forgets", (), {"add": staticmethod(lambda *_row: True)}))
    event = cast.event(slots=[cast.first_come_plan(20)])
    client, url = browser(), reverse("talk_proposal", args=[event.public_id])
    typed = {"title": "T", "abstract": "A", "minutes": 20}
    client.post(url, {"name": "Nana", "email": "nana@example.org", **typed})
    right = code_for("nana@example.org")
    given = at_once(*(posts(tab(client), reverse("gate_code"), code=right) for _click in range(3)))
    assert through(given) == 3
    assert (Talk.objects.count() == 1) == once


def test_a_slow_registration_keeps_no_one_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted before the event is waited for: meanwhile others on the same network get their codes, and the same mailbox, too."""
    event = cast.event(slots=[cast.first_come_plan(20)])
    slot = event.slots.get().public_id
    meanwhile: list[Any] = []
    write = seats.take_seat_lock

    def slowly(event_id: int) -> None:
        if not meanwhile:
            meanwhile.append(None)
            meanwhile[:] = at_once(asks(1, "finn@example.org"), asks(1, DAN))
        write(event_id)

    monkeypatch.setattr(seats, "take_seat_lock", slowly)
    typed = {"slot": slot, "asked": slot, "name": "Guest", "email": DAN}
    assert posts(browser(), reverse("registration", args=[event.public_id]), **typed)().startswith("302")
    assert through(meanwhile) == 2
