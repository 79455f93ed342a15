"""The link past the limits of codes (RULES 266): what strangers used up, the mailbox opens again."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.urls import reverse
from django.utils import timezone

from meetups.accounts import attempts
from meetups.accounts.attempts import Limit, What
from meetups.accounts.models import Attempt, User
from meetups.accounts.sessions import end_sessions
from meetups.notifications.models import Notification
from meetups.pages.entrance.way_in import way_in_token
from tests.accounts.mailed_codes import (
    ATTACKER,
    DAN,
    ask_for_code,
    browser,
    code,
    guess,
    is_in,
    other,
)
from tests.support import cast

pytestmark = pytest.mark.django_db


class TestTheWayIn:
    """A browser in which the owner was never signed in. What strangers used up, a link in the owner's mailbox opens again (RULES 266)."""

    @pytest.fixture(autouse=True)
    def few(self, monkeypatch: pytest.MonkeyPatch) -> None:
        a_day = timedelta(days=1)
        monkeypatch.setitem(attempts.LIMITS, What.MAIL, (Limit(("account",), 4, a_day), Limit((), 9, a_day)))
        monkeypatch.setitem(attempts.LIMITS, What.WRONG_CODE, (Limit(("account",), 4, a_day),))

    def use_up(self, email: str = DAN) -> None:
        for number in range(6):
            ask_for_code(browser(f"192.0.2.{number}"), email)

    def links(self) -> list[str]:
        """The paths of the links that were mailed."""
        rows = Notification.objects.filter(subject="account/email/way_in").order_by("pk")
        return [str((row.letter or {})["action"][1]).removeprefix(settings.SITE_URL) for row in rows]

    @pytest.mark.parametrize("email", [DAN, "newcomer@example.org"])
    def test_lets_the_reader_of_the_mailbox_in_whatever_strangers_do(self, email: str) -> None:
        cast.person("dan")
        self.use_up(email)
        mine = browser()
        refused = mine.post(reverse("account_request_login_code"), {"email": email})
        assert refused.status_code == 429
        assert "right away with the link in our email" in refused.content.decode()
        [path] = self.links()
        assert mine.get(path).status_code == 200
        assert ask_for_code(mine, email) == 429, "Opening the link changes nothing."
        assert mine.post(path).status_code == 302
        assert not is_in(mine), "It signs no one in."
        assert ask_for_code(mine, email) == 302
        guess(mine, code())
        assert User.objects.get(email=email).pk == int(mine.session[SESSION_KEY])

    def test_is_believed_while_strangers_guess(self) -> None:
        cast.person("dan")
        stranger = browser(ATTACKER)
        for _code in range(2):
            ask_for_code(stranger)
            for _try in range(2):
                guess(stranger, other(code()))
        mine = browser()
        ask_for_code(mine)
        assert "right away with the link in our email" in guess(mine, code())
        [path] = self.links()
        mine.post(path)
        guess(mine, code())
        assert is_in(mine)

    def test_is_mailed_once_a_day_whoever_asks_and_however_the_address_is_written(self) -> None:
        cast.person("dan")
        with time_machine.travel(timezone.now(), tick=False) as clock:
            self.use_up()
            self.use_up("dan+1@example.org")
            self.use_up("dan+2@example.org")
            to = Notification.objects.filter(subject="account/email/way_in").values_list("recipient__email", "address")
            assert set(to) == {(DAN, ""), (None, "dan+1@example.org")}
            assert len(self.links()) == 2, "One to the account, and one to the mailbox as strangers wrote it."
            clock.shift(timedelta(days=1, minutes=1))
            Attempt.objects.filter(what=What.MAIL).delete()
            self.use_up()
            assert len(self.links()) == 3

    def test_gives_a_stranger_nothing(self) -> None:
        """Neither the link of another account, nor a forged one, nor one of yesterday, nor one of before a sign-out everywhere."""
        dan, emi = cast.person("dan"), cast.person("emi")
        with time_machine.travel(timezone.now(), tick=False) as clock:
            stranger = browser(ATTACKER)
            assert (
                stranger.post(reverse("way_in", args=["x" + way_in_token(DAN, dan.pk, at=timezone.now())])).status_code
                == 404
            )
            stranger.post(reverse("way_in", args=[way_in_token(emi.email, emi.pk, at=timezone.now())]))
            self.use_up()
            assert ask_for_code(stranger) == 429
            [path] = self.links()
            end_sessions(dan, at=timezone.now() + timedelta(minutes=1))
            stranger.post(path)
            assert ask_for_code(stranger) == 429
            clock.shift(timedelta(days=1, minutes=1))
            assert stranger.post(path).status_code == 404

    def test_has_limits_of_its_own_so_that_six_digits_stay_safe(self) -> None:
        dan = cast.person("dan")
        mine = browser()
        mine.post(reverse("way_in", args=[way_in_token(DAN, dan.pk, at=timezone.now())]))
        assert [ask_for_code(mine) for _time in range(6)] == [302] * 4 + [429] * 2
        assert self.links() == []

    def test_looks_alike_whether_there_is_an_account(self) -> None:
        cast.person("dan")
        pages = []
        for email in (DAN, "none@example.org"):
            Attempt.objects.all().delete()
            self.use_up(email)
            page = browser().post(reverse("account_request_login_code"), {"email": email})
            pages.append(re.sub(r'value="[^"]+"', "", page.content.decode().replace(email, "")))
        assert pages[0] == pages[1]
