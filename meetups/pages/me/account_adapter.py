"""What allauth asks of us: codes of six digits, and its mails in our words, in the language of the person, through the outbox."""

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.attempts import note_proof
from meetups.accounts.letters import LETTERS
from meetups.accounts.models import User
from meetups.accounts.sessions import end_sessions, remember_browser
from meetups.accounts.verified_emails import is_proved_by_others, one_proof_at_a_time
from meetups.core.security_log import SecurityEvent, record_security
from meetups.notifications.actions.post_letter import post_letter
from meetups.pages.emails import AccountLetter, as_json
from meetups.pages.entrance.codes import TooManyCodes, count_mail, wait_page
from meetups.pages.entrance.fresh_sign_in import is_fresh
from meetups.pages.entrance.gate import carry_out
from meetups.pages.entrance.known_browser import keep_mark
from meetups.pages.entrance.sign_up import keep_what_was_typed
from meetups.pages.me.sign_in_record import RecordedRefusals, whose

# A notice that is older tells no one anything.
NOTICE = timedelta(days=3)
# Mails that a visitor can send to any address. They are counted (RULES 124).
ASKED_BY_ANYONE = frozenset(
    f"account/email/{name}"
    for name in (
        "email_confirmation",
        "email_confirmation_signup",
        "password_reset_code",
        "reauthentication_code",
        "account_already_exists",
        "unknown_account",
    )
)
# The mark of a request whose mail has to wait.
MUST_WAIT = "code_must_wait"
CODE = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


class Adapter(RecordedRefusals, DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """The request never talks to a mail server: its mails leave a moment later (RULES 106)."""

    def generate_login_code(self) -> str:
        """Six digits, which a phone's number keys can type. Three wrong codes end it."""
        return f"{secrets.randbelow(1_000_000):06}"

    generate_password_reset_code = generate_email_verification_code = generate_login_code

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Marks the address as proved in this browser. What was typed here at sign-up becomes the account's (RULES 120).

        All of it or nothing: of two accounts that prove one address in the same moment, the later one stays as it was.
        """
        with transaction.atomic():
            one_proof_at_a_time(email_address.email)
            if is_proved_by_others(email_address.email, email_address.user):
                messages.error(request, self.error_messages["email_taken"])
                return False
            is_proved: bool = super().confirm_email(request, email_address)
        if is_proved:
            keep_what_was_typed(request, email_address)
        return is_proved

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in the person as they are now: the proof a moment ago may have given them their password."""
        user.refresh_from_db()
        super().login(request, user)
        note_proof(user.email)
        remember_browser(request.session, request.headers.get("User-Agent", ""), at=timezone.now())
        methods = [record.get("method") for record in get_authentication_records(request, user)]
        record_security(SecurityEvent.SIGNED_IN, person=user.pk, method=methods[-1] if methods else None)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Does what the person asked for at a gate, in this browser, before they were signed in (RULES 151). The browser is known from now on."""
        onward: HttpResponse = super().post_login(request, user, **kwargs)
        return keep_mark(carry_out(request, user) or onward, user, at=timezone.now())

    def logout(self, request: HttpRequest) -> None:
        """Ends the session."""
        person = whose(request)
        super().logout(request)
        record_security(SecurityEvent.SIGNED_OUT, person=person)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Asks before an account changes, unless the person signed in within 15 minutes (RULES 122).

        Raises ReauthenticationRequired itself, because allauth lets an account pass that has no password.
        """
        if not is_fresh(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Password and factor, as allauth offers them. Without a factor a mailed code does as well."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if user.is_authenticated and not is_mfa_enabled(user):
            url = reverse("account_reauthenticate_by_code")
            ways.append({"id": "code", "description": _("Email me a code"), "url": url})
        return ways

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """allauth tells the person of every change of their account here: so it is recorded here, and their other sessions end."""
        record_security(SecurityEvent.ACCOUNT_CHANGED, person=user.pk, what=template_prefix.rpartition("/")[2])
        super().send_notification_mail(template_prefix, user, *args, **kwargs)
        end_sessions(user, but=self.request.session.session_key or "", at=timezone.now())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts the mail into the outbox. Raises KeyError for a template that has no entry in LETTERS.

        One of too many codes has to wait. A sign-up goes on without it, so that what was typed is kept: the code is asked for later.
        """
        at = timezone.now()
        if template_prefix in ASKED_BY_ANYONE:
            try:
                count_mail(self.request, email, at=at)
            except TooManyCodes as refusal:
                if _signs_up(self.request):
                    self.request.__dict__[MUST_WAIT] = refusal
                    return
                raise ImmediateHttpResponse(wait_page(self.request, refusal)) from refusal
        person = _person(context, email)
        # Before an address is proved, name and language of its account are a stranger's, and no letter follows them.
        recipient = person if person and _is_proved(person, email) else None
        language = (recipient.language if recipient else get_language()) or settings.LANGUAGE_CODE
        with translation.override(language):
            content = LETTERS[template_prefix]({"request": self.request, "is_known": recipient is not None, **context})
        post_letter(
            kind=AccountLetter.name,
            subject=template_prefix,
            letter=as_json(content),
            address=email,
            recipient=recipient,
            language=language,
            at=at,
            not_after=at + (CODE if content.code else NOTICE),
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as a new account does. Otherwise a stranger could learn from the time who has an account."""
        make_password(secrets.token_urlsafe())
        super().send_account_already_exists_mail(email)

    def remind_of_account(self, email: str) -> None:
        """The same mail once more, where others get a new code."""
        super().send_account_already_exists_mail(email)

    def respond_email_verification_sent(self, request: HttpRequest, user: User | None) -> HttpResponse:
        """Where the code is typed; or, if its mail has to wait, the page that asks for it again."""
        refusal = request.__dict__.get(MUST_WAIT)
        if refusal:
            return wait_page(request, refusal)
        response: HttpResponse = super().respond_email_verification_sent(request, user)
        return response


def _signs_up(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "account_signup"


def _person(context: dict[str, Any], email: str) -> User | None:
    user = context.get("user")
    if isinstance(user, User) and user.pk:
        return user
    return User.objects.filter(email=email.lower()).first()


def _is_proved(person: User, email: str) -> bool:
    """Whether `email` is the address of the account, and proved. A letter to a former address goes there, not to the new one."""
    return (
        person.email == email.lower()
        and EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists()
    )
