"""What may stand in a name that others read on a list."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Letters by their category, and blank to the eye: Hangul fillers and the empty Braille cell.
BLANK = "\u115f\u1160\u3164\uffa0\u2800"


def validate_visible(text: str) -> None:
    """Raises ValidationError for control characters, and for text in which there is nothing to see."""
    kinds = [unicodedata.category(character) for character in text]
    if "Cc" in kinds:
        raise ValidationError(_("Line breaks and control characters cannot be used here."))
    if not any(kind[0] not in "CZ" and character not in BLANK for kind, character in zip(kinds, text, strict=True)):
        raise ValidationError(_("Type at least one character that can be seen."))
