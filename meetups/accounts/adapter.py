"""The mails and messages of allauth: in our words and layout, in the language of the person."""

import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.accounts.emails import LETTERS
from meetups.accounts.models import User
from meetups.accounts.verified_emails import forget_unproved_password
from meetups.core.texts.email_layout import letter

logger = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """Sends security mails at once, inside the request, because someone waits for them. The mailer gives up after 5 seconds."""

    def generate_login_code(self) -> str:
        """Six digits, which a phone's number keys can type. Three wrong codes end it."""
        return f"{secrets.randbelow(1_000_000):06}"

    def generate_password_reset_code(self) -> str:
        """The same as the code for signing in."""
        return self.generate_login_code()

    def generate_email_verification_code(self) -> str:
        """The same as the code for signing in."""
        return self.generate_login_code()

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        """The mail in the recipient's language. Raises KeyError for a template that has no entry in LETTERS."""
        to = email if isinstance(email, str) else email[0]
        person = _person(context, to)
        with translation.override(person.language if person else get_language() or settings.LANGUAGE_CODE):
            content = LETTERS[template_prefix]({"request": self.request, **context})
            # Before an address is verified, its name is text from a stranger. It must not reach another person's mailbox.
            name = person.name if person and "confirmation" not in template_prefix else ""
            return letter([content], to=to, name=name, headers={"Auto-Submitted": "auto-generated"})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends at once. If the mail server does not answer, the page says so and offers to send again."""
        if template_prefix == "account/email/login_code":
            forget_unproved_password(email)
        mail = self.render_mail(template_prefix, email, context)
        try:
            mail.send()
        except OSError as error:
            logger.warning("A security mail did not leave: %s", type(error).__name__)
            messages.error(self.request, _("We couldn’t send the email. Please try again in a minute."))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes as long as a new account does. Otherwise a stranger could learn from the time who has an account."""
        make_password(secrets.token_urlsafe())
        super().send_account_already_exists_mail(email)


def _person(context: dict[str, Any], email: str) -> User | None:
    user = context.get("user")
    if isinstance(user, User) and user.pk:
        return user
    return User.objects.filter(email=email.lower()).first()
