"""What every template may name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

# Each language in its own words: the switch must be readable to those who need it.
LANGUAGES = [("ja", "日本語"), ("en", "English")]


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name and address, and the languages as (code, own name). Asks the database nothing."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "languages": LANGUAGES,
    }
