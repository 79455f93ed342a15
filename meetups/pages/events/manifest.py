"""What a phone needs to put the site among its apps: name, colours, icons. It opens in the browser, with its bar and its back button."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

PAPER = "#fbfaf6"
SIZES = (192, 512)


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest. The icons leave room at their edges for phones that cut them round."""
    icons = [
        {"src": static(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in SIZES
        for purpose in ("any", "maskable")
    ]
    content = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "lang": get_language(),
        "start_url": reverse("home"),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(content, content_type="application/manifest+json")
