"""What allauth asks of us: codes of six digits, and its mails in our words, in the language of the person, through the outbox."""

import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import get_language

from meetups.accounts.letters import LETTERS
from meetups.accounts.models import User
from meetups.core.security_log import SecurityEvent, record_security
from meetups.notifications.actions.post_letter import post_letter
from meetups.pages.emails import AccountLetter, as_json
from meetups.pages.entrance.sign_up import keep_what_was_typed
from meetups.pages.me.sign_in_record import RecordedRefusals, whose

# A notice that is older tells no one anything.
NOTICE = timedelta(days=3)
CODE = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)


class Adapter(RecordedRefusals, DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """The request never talks to a mail server: its mails leave a moment later (RULES 106)."""

    def generate_login_code(self) -> str:
        """Six digits, which a phone's number keys can type. Three wrong codes end it."""
        return f"{secrets.randbelow(1_000_000):06}"

    def generate_password_reset_code(self) -> str:
        """The same as the code for signing in."""
        return self.generate_login_code()

    def generate_email_verification_code(self) -> str:
        """The same as the code for signing in."""
        return self.generate_login_code()

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Marks the address as proved in this browser. What was typed here at sign-up becomes the account's (RULES 120)."""
        is_proved: bool = super().confirm_email(request, email_address)
        if is_proved:
            keep_what_was_typed(request, email_address)
        return is_proved

    def login(self, request: HttpRequest, user: User) -> None:
        """Signs in the person as they are now: the proof a moment ago may have given them their password."""
        user.refresh_from_db()
        super().login(request, user)
        methods = [record.get("method") for record in get_authentication_records(request, user)]
        record_security(SecurityEvent.SIGNED_IN, person=user.pk, method=methods[-1] if methods else None)

    def logout(self, request: HttpRequest) -> None:
        """Ends the session."""
        person = whose(request)
        super().logout(request)
        record_security(SecurityEvent.SIGNED_OUT, person=person)

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """allauth tells the person of every change of their account here, so this is where it is recorded."""
        record_security(SecurityEvent.ACCOUNT_CHANGED, person=user.pk, what=template_prefix.rpartition("/")[2])
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts the mail into the outbox. Raises KeyError for a template that has no entry in LETTERS."""
        at = timezone.now()
        person = _person(context, email)
        # Before an address is proved, name and language of its account are a stranger's, and no letter follows them.
        recipient = person if person and _is_proved(person, email) else None
        language = (recipient.language if recipient else get_language()) or settings.LANGUAGE_CODE
        with translation.override(language):
            content = LETTERS[template_prefix]({"request": self.request, **context})
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
