"""Every mail of the product, as it would be sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetups.accounts.letters import LETTERS
from meetups.core.texts.email_layout import letter
from meetups.demo.mail_scenes.every_kind import every_kind
from meetups.demo.mail_scenes.scene import PUBLISHED
from meetups.demo.mail_scenes.thrown_away import thrown_away
from meetups.notifications.compose import compose
from meetups.notifications.email_registry import KINDS
from meetups.notifications.models import Notification

AT = PUBLISHED + timedelta(days=1)
# The values that a page gives to a security mail.
SECURITY_CONTEXT: dict[str, Any] = {
    "code": "123456",
    "thing": "ML勉強会 #12",
    "password_reset_url": "http://testserver/reset/",
    "way_in_url": "http://testserver/code/mine/x/",
    "signup_url": "http://testserver/signup/",
    "timestamp": AT,
    "ip": "192.0.2.7",
    "user_agent": "Firefox",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
}
EVERYONE = gettext_lazy("Everyone involved")
ATTENDEES = pgettext_lazy("tab", "Attendees")
VOLUNTEERS = pgettext_lazy("section", "Volunteers")
SPEAKERS = pgettext_lazy("section", "Speakers")
ORGANIZERS = gettext_lazy("Organizers")
INVITED = gettext_lazy("People without an account")
ACCOUNT = gettext_lazy("Account")
READERS = (EVERYONE, ATTENDEES, VOLUNTEERS, SPEAKERS, ORGANIZERS, INVITED, ACCOUNT)
# The module of a kind decides its readers. The first match counts.
DECLARED = (
    ("meetups.registrations.", ATTENDEES),
    ("meetups.reminders.emails.attendees", ATTENDEES),
    ("meetups.volunteers.", VOLUNTEERS),
    ("meetups.reminders.emails.shifts", VOLUNTEERS),
    ("meetups.reminders.emails.thanks", VOLUNTEERS),
    ("meetups.speakers.", SPEAKERS),
    ("meetups.reminders.emails.speakers", SPEAKERS),
)


@dataclass(frozen=True)
class SampleMail:
    """One mail with the name of its kind and its reader (one of READERS)."""

    kind: str
    reader: str | Promise
    mail: EmailMultiAlternatives

    @property
    def html(self) -> str:
        return str(self.mail.alternatives[0][0])


def every_mail(language: str, *, only: str = "") -> dict[str, SampleMail]:
    """A mail of each kind in `language`, by the name of its kind, or of `only` one kind. Nothing stays in the database.

    Errors of composing are raised again, because the developer of a kind wants to see them.
    """
    with thrown_away():
        found = [*_messages(language, only), *_security(language, only)]
    return {sample.kind: sample for sample in found}


def _messages(language: str, only: str) -> Iterator[SampleMail]:
    for row in every_kind(language, AT):
        if only not in {"", row.kind}:
            continue
        composed = compose([row], AT)
        for _notification, error in composed.broken:
            raise error
        if composed.mail:
            yield SampleMail(row.kind, _reader(row, str(composed.mail.body)), composed.mail)


def _security(language: str, only: str) -> Iterator[SampleMail]:
    with translation.override(language):
        for prefix, write in LETTERS.items():
            kind = prefix.rpartition("/")[2]
            if only in {"", kind}:
                yield SampleMail(kind, ACCOUNT, letter([write(SECURITY_CONTEXT)], to="dan@example.org"))


def _reader(row: Notification, text: str) -> str | Promise:
    if row.recipient is None:
        return INVITED
    if "/desk/" in text:
        return ORGANIZERS
    declared = type(KINDS[row.kind]).__module__
    return next((reader for beginning, reader in DECLARED if declared.startswith(beginning)), EVERYONE)
