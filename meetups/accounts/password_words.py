"""A check of new passwords: the words that everyone connects with this site are no secret."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

WORDS = ("meetups", "meetup", "connpass", "password", "study", "event")
# What has to be left of a password without these words.
LETTERS_LEFT = 6


class SiteWords:
    """Refuses a password that is little more than the name of the site or such a word."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError. `user` is Django's second argument and is not used."""
        site = re.sub(r"\W", "", settings.SITE_NAME).casefold()
        left = password.casefold()
        for word in (*([site] if site else []), *WORDS):
            left = left.replace(word, "")
        if left != password.casefold() and len(left) < LETTERS_LEFT:
            raise ValidationError(_("This password is mostly the name of this site or a common word. Choose another."))

    def get_help_text(self) -> str:
        """One sentence for the form."""
        return _("Your password can’t be mostly the name of this site.")
