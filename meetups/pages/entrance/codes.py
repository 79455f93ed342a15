"""Codes by mail: how many are sent, how many wrong ones are taken, and what a page says to a person who has to wait."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    BaseConfirmCodeForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    ConfirmPasswordResetCodeForm,
)
from allauth.account.internal.flows.password_reset_by_code import PASSWORD_RESET_VERIFICATION_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from meetups.accounts.attempts import (
    CodeIsUsedUp,
    MustWait,
    Visitor,
    What,
    day_is_used_up,
    give_back,
    mark_of,
    take,
    visitor,
    wrong_codes_lately,
)
from meetups.accounts.forms import digits_of
from meetups.accounts.models import Attempt, User
from meetups.accounts.verified_emails import release_address
from meetups.core import dates
from meetups.core.errors import DomainError
from meetups.core.security_log import SecurityEvent, record_security
from meetups.pages.entrance.known_browser import mark_in
from meetups.pages.entrance.way_in import mail_way_in

# So many wrong codes in an hour are told to operators, once an hour.
MANY = 100
ALARM, AN_HOUR = "alarm:wrong_codes", 3600
# A page tries again by itself after so many seconds, where its turn comes within so many.
TRY_AGAIN, SOON = 10, 600


class TooManyCodes(DomainError):
    """The visitor has to wait, until `until`."""

    message = _("Too many codes were requested here. You can ask again at %(when)s. Nothing you entered is lost.")
    status = 429

    def __init__(self, until: datetime) -> None:
        super().__init__(when=_clock(until))
        wait = (until - timezone.now()).total_seconds()
        # Places come free before their time, as newcomers type their codes. The page tries again by itself.
        self.try_again = min(int(wait) + 1, TRY_AGAIN) if wait < SOON else None


class CodesUsedUp(TooManyCodes):
    message = _(
        "Too many codes were requested for this address. You can ask again at %(when)s, or right away with the link in our "
        "email about it. Nothing you entered is lost."
    )


class TooManyGuesses(DomainError):
    message = _("Too many wrong codes were entered. You can try again at %(when)s.")
    status = 429

    def __init__(self, until: datetime) -> None:
        super().__init__(when=_clock(until))


class GuessesUsedUp(TooManyGuesses):
    message = _(
        "Too many wrong codes were entered for this address. You can try again at %(when)s, or right away with the link in "
        "our email about it."
    )


def _clock(until: datetime) -> str:
    """A full minute later than `until` at most, on the clock of the site."""
    minute = (until + timedelta(seconds=59)).replace(second=0, microsecond=0)
    return dates.moment(minute, timezone.get_current_timezone_name(), get_language() or "en")


def visitor_of(request: HttpRequest, email: str) -> Visitor:
    """The visitor as limits know them."""
    reader = request.user
    mark = mark_of(reader.email) if isinstance(reader, User) else mark_in(request, email)
    return visitor(email, get_ip(request), mark=mark)


def count_mail(request: HttpRequest, email: str, *, at: datetime) -> Attempt:
    """Counts a mail with a code to `email`, before it leaves. Raises TooManyCodes."""
    try:
        return take(What.MAIL, visitor_of(request, email), at=at)
    except MustWait as wait:
        record_security(SecurityEvent.LIMIT_REACHED, limit="mails_with_codes")
        refusal = CodesUsedUp if _gives_way_in(request, What.MAIL, email, at=at) else TooManyCodes
        raise refusal(wait.until) from wait


@contextmanager
def mailing(request: HttpRequest, email: str, *, at: datetime) -> Iterator[None]:
    """Counts the mail with a code that leaves inside. What is refused there sends none, and keeps no one else waiting.

    Raises TooManyCodes.
    """
    mail = count_mail(request, email, at=at)
    try:
        yield
    except Exception:
        give_back(mail)
        raise


@contextmanager
def guessing(request: HttpRequest, email: str, *wrong: type[Exception], at: datetime, code: str = "") -> Iterator[None]:
    """What is typed is compared inside, and counted before that: it is given back unless one of `wrong` is raised.

    `code` is the one that is guessed, where it waits in the session. Many wrong codes in an hour, wherever they come from, raise an
    alarm in the log. Raises TooManyGuesses, whether it is right or wrong; and CodeIsUsedUp.
    """
    try:
        guess = take(What.WRONG_CODE, visitor_of(request, email), at=at, code=code)
    except MustWait as wait:
        record_security(SecurityEvent.LIMIT_REACHED, limit="wrong_codes")
        refusal = GuessesUsedUp if _gives_way_in(request, What.WRONG_CODE, email, at=at) else TooManyGuesses
        raise refusal(wait.until) from wait
    is_wrong = False
    try:
        yield
    except wrong:
        is_wrong = True
        _look_at_wrong_codes(at)
        raise
    finally:
        if not is_wrong:
            give_back(guess)


def _look_at_wrong_codes(at: datetime) -> None:
    lately = wrong_codes_lately(at)
    if lately >= MANY and cache.add(ALARM, lately, AN_HOUR):
        record_security(SecurityEvent.ALARM, reason="wrong_codes", number=lately)


def _gives_way_in(request: HttpRequest, what: What, email: str, *, at: datetime) -> bool:
    """Where others can have used up the day of an account, its mailbox gets a link past them (RULES 266)."""
    who = visitor_of(request, email)
    if not email or who.is_known or not day_is_used_up(what, who, at=at):
        return False
    mail_way_in(request, email, at=at)
    return True


def wait_page(request: HttpRequest, refusal: TooManyCodes) -> HttpResponse:
    """Says until when, and tries again by itself. What was typed is kept on the page; at sign-up it waits in the session."""
    again = {
        name: text for name, text in request.POST.items() if name in {"email", "next", "action", "send", "action_add"}
    }
    again_at = ""
    if "password1" in request.POST:
        again = {name: text for name, text in again.items() if name == "next"} | {"action": "resend"}
        again_at = reverse("account_email_verification_sent")
    is_signing_up = again.get("action") == "resend" and not request.user.is_authenticated
    context = {"refusal": refusal, "again": again, "again_at": again_at, "is_signing_up": is_signing_up}
    response = render(request, "account/wait.html", context, status=refusal.status)
    if refusal.try_again:
        response["Retry-After"] = str(refusal.try_again)
    return response


class GuardedCode(BaseConfirmCodeForm):  # type: ignore[misc]  # allauth brings no types
    """A form for a code. Wrong ones are counted; after too many of them no code is taken for a while.

    Each form says whose code it takes: in one browser several can wait, for different accounts.
    """

    def whose(self, request: HttpRequest) -> str:
        """The address to which the code went."""
        return str(getattr(request.user, "email", ""))

    def clean_code(self) -> str:
        """The code, if it is right. Raises ValidationError."""
        request, at = context.request, timezone.now()
        self.cleaned_data["code"] = digits_of(self.cleaned_data["code"])
        email = self.whose(request)
        try:
            with guessing(request, email, ValidationError, at=at, code=self.expected_code or ""):
                code: str = BaseConfirmCodeForm.clean_code(self)
        except TooManyGuesses as refusal:
            raise ValidationError(str(refusal)) from refusal
        except CodeIsUsedUp as refusal:
            raise get_adapter().validation_error("incorrect_code") from refusal
        return code


class LoginCodeForm(GuardedCode, ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth brings no types
    """The code that signs in."""

    def whose(self, request: HttpRequest) -> str:
        login = unstash_login(request, peek=True)
        return str(login.email or "") if login else ""


class ResetCodeForm(GuardedCode, ConfirmPasswordResetCodeForm):  # type: ignore[misc]  # allauth brings no types
    """The code for a new password."""

    def whose(self, request: HttpRequest) -> str:
        return str(request.session[PASSWORD_RESET_VERIFICATION_SESSION_KEY]["email"])


class ProofForm(GuardedCode, ConfirmEmailVerificationCodeForm):  # type: ignore[misc]  # allauth brings no types
    """The code that proves an address."""

    def whose(self, _request: HttpRequest) -> str:
        return str(self.email or "")

    def clean_code(self) -> str:
        """Takes the address from an account that only asked for it, once the right code is here (RULES 120)."""
        GuardedCode.clean_code(self)
        if self.user:
            release_address(self.email, to=self.user)
        code: str = ConfirmEmailVerificationCodeForm.clean_code(self)
        return code
