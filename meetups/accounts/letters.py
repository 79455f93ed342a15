"""The texts of security mails. allauth asks for them by the name of a template."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from meetups.core import dates
from meetups.core.links import link
from meetups.core.texts.email_layout import Content
from meetups.core.texts.safe_text import for_strangers

type Context = Mapping[str, Any]

# A page of an event, without room for free text: the person who asks for the mail may not be the person who reads it.
ON_THE_WAY = re.compile(
    r"/events/[a-z0-9]{1,12}/((registration|talks/new|shifts/\d{1,9}/signup)/)?(\?slot=[a-z0-9]{1,12})?"
)


def _on_the_way(url: str, context: Context) -> str:
    """The address. If the reader came for a page of an event, it leads on to that page afterwards."""
    request = context.get("request")
    onward = get_next_redirect_url(request) if isinstance(request, HttpRequest) else None
    if onward and ON_THE_WAY.fullmatch(onward):
        return f"{url}?{urlencode({'next': onward})}"
    return url


def _code_mail(context: Context, *, title: str, lead: str) -> Content:
    """A mail with a code to type. The code is in the subject line, so a phone shows it without opening the mail."""
    code = str(context["code"])
    return Content(
        title=title % {"code": code},
        heading=_("Your code"),
        lead=lead,
        code=code,
        small_print=[
            *_first_time(context),
            _("Reading this on another device? Type the code where you started."),
            _("The code works once, for 15 minutes, in the browser where you asked for it."),
            _("If this wasn’t you, ignore this email. Never tell the code to anyone: we will not ask for it."),
        ],
    )


def _first_time(context: Context) -> list[str]:
    """For an address without an account, which reads on no page (RULES 28)."""
    if context.get("is_known", True):
        return []
    return [
        _("This address has no account yet: the code makes one. If you have one with another address, use that one.")
    ]


def _address(context: Context) -> Content:
    return _code_mail(
        {**context, "is_known": True},
        title=_("%(code)s is your verification code"),
        lead=_("Someone (hopefully you) entered this email address. Type this code on the page to confirm it’s yours."),
    )


def _sign_in(context: Context) -> Content:
    return _code_mail(
        context,
        title=_("%(code)s is your sign-in code"),
        lead=_("Type this code on the page to sign in."),
    )


def _gate(context: Context) -> Content:
    """The code of a gate (RULES 151). Of what was typed there nothing stands in it: the person who typed may be a stranger.

    The name of what it is about was typed by others (RULES 131).
    """
    return _code_mail(
        context,
        title=_("%(code)s is your confirmation code"),
        lead=_("Type this code on the page where you started, to finish what you began there: “%(thing)s”.")
        % {"thing": for_strangers(str(context["thing"]))},
    )


def _fresh_sign_in(context: Context) -> Content:
    return _code_mail(
        {**context, "is_known": True},
        title=_("%(code)s is your code for a change to your account"),
        lead=_("Type this code on the page to confirm it’s you."),
    )


def _way_in(context: Context) -> Content:
    return Content(
        title=_("Sign in although others used up your codes"),
        lead=_(
            "So many codes were asked for, or typed wrong, for this email address that it has to wait for a day. If you’d "
            "like to sign in before that, open this link in the browser in which you’d like to be signed in."
        ),
        action=(_("Get a code in my browser"), str(context["way_in_url"])),
        small_print=[
            _("The link works for a day. It signs no one in: you then get a code as always."),
            _("If you weren’t about to sign in, ignore this email. Never pass the link on."),
        ],
    )


def _new_password(context: Context) -> Content:
    return _code_mail(
        {**context, "is_known": True},
        title=_("%(code)s is your password reset code"),
        lead=_("Type this code on the page to choose a new password."),
    )


def _password_link(context: Context) -> Content:
    return Content(
        title=_("Choose a new password"),
        lead=_("Someone (hopefully you) asked for a new password."),
        action=(_("Choose a new password"), str(context["password_reset_url"])),
        small_print=[_("If this wasn’t you, ignore this email: nothing changes.")],
    )


def _account_exists(context: Context) -> Content:
    return Content(
        title=_("You already have an account"),
        lead=_(
            "Someone (hopefully you) tried to sign up with this email address. It already has an account, "
            "so you can sign in."
        ),
        action=(_("Sign in"), _on_the_way(link("account_login"), context)),
        links=[(_("Choose a new password"), str(context["password_reset_url"]))],
        small_print=[_("If this wasn’t you, ignore this email: nothing changes.")],
    )


def _unknown_account(context: Context) -> Content:
    return Content(
        title=_("There’s no account with this email address"),
        lead=_("Someone (hopefully you) tried to sign in with this email address, but it has no account."),
        action=(_("Sign up"), _on_the_way(str(context["signup_url"]), context)),
        small_print=[
            _("If you signed up with another email address, sign in with that one."),
            _("If this wasn’t you, ignore this email."),
        ],
    )


def _notice(title: str, lead: str, context: Context) -> Content:
    """A mail that says what changed in the account, when, and from where."""
    language = get_language() or "en"
    facts: list[tuple[str, str]] = []
    if isinstance(at := context.get("timestamp"), datetime):
        zone = settings.SITE_TIME_ZONE
        when = f"{dates.full_day(at, zone, language)} {dates.clock(at, zone, language)} {dates.zone_label(at, zone)}"
        facts.append((_("When"), when))
    if context.get("ip"):
        facts.append((_("IP address"), str(context["ip"])))
    if context.get("user_agent"):
        facts.append((_("Browser"), str(context["user_agent"])))
    return Content(
        title=title,
        lead=lead,
        facts=facts,
        action=(_("Choose a new password"), link("account_reset_password")),
        small_print=[_("If this was you, there’s nothing to do. If not, choose a new password right away.")],
    )


def _simple(title: Callable[[], str], lead: Callable[[], str]) -> Callable[[Context], Content]:
    return lambda context: _notice(title(), lead(), context)


def _email_changed(context: Context) -> Content:
    lead = _("Your account’s email address changed from %(old)s to %(new)s.")
    return _notice(
        _("Your email address was changed"),
        lead % {"old": context.get("from_email"), "new": context.get("to_email")},
        context,
    )


def _email_deleted(context: Context) -> Content:
    lead = _("The email address %(address)s was removed from your account.") % {"address": context.get("deleted_email")}
    return _notice(_("An email address was removed from your account"), lead, context)


LETTERS: dict[str, Callable[[Context], Content]] = {
    "account/email/email_confirmation": _address,
    "account/email/email_confirmation_signup": _address,
    "account/email/login_code": _sign_in,
    "account/email/gate_code": _gate,
    "account/email/reauthentication_code": _fresh_sign_in,
    "account/email/way_in": _way_in,
    "account/email/password_reset_code": _new_password,
    "account/email/password_reset_key": _password_link,
    "account/email/account_already_exists": _account_exists,
    "account/email/unknown_account": _unknown_account,
    "account/email/email_changed": _email_changed,
    "account/email/email_deleted": _email_deleted,
    "account/email/email_confirm": _simple(
        lambda: _("Your email address is confirmed"), lambda: _("You confirmed that this email address is yours.")
    ),
    "account/email/password_changed": _simple(
        lambda: _("Your password was changed"), lambda: _("The password of your account was changed.")
    ),
    "account/email/password_reset": _simple(
        lambda: _("Your password was changed"), lambda: _("The password of your account was changed.")
    ),
    "account/email/password_set": _simple(
        lambda: _("Your account has a password now"), lambda: _("A password was set for your account.")
    ),
    "mfa/email/totp_activated": _simple(
        lambda: _("Two-factor authentication is on"), lambda: _("An authenticator app now protects your account.")
    ),
    "mfa/email/totp_deactivated": _simple(
        lambda: _("Two-factor authentication is off"),
        lambda: _("An authenticator app no longer protects your account."),
    ),
    "mfa/email/recovery_codes_generated": _simple(
        lambda: _("New recovery codes"),
        lambda: _("New recovery codes were created for your account. The old ones no longer work."),
    ),
    "mfa/email/webauthn_added": _simple(
        lambda: _("A passkey was added"), lambda: _("A passkey was added to your account.")
    ),
    "mfa/email/webauthn_removed": _simple(
        lambda: _("A passkey was removed"), lambda: _("A passkey was removed from your account.")
    ),
}
