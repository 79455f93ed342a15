"""The variables that every template can use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

# Each name is in its own language, so that the people who need the switch can read it.
LANGUAGES = [("ja", "日本語"), ("en", "English")]


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name and address, and the languages as (code, own name). Makes no query."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "languages": LANGUAGES,
    }
