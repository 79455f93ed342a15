"""The calendar of one person, at an address that no one else knows (V2)."""

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_http_methods, require_safe

from meetups.accounts.actions.renew_calendar_feed import renew_calendar_feed
from meetups.accounts.models import CalendarFeed
from meetups.core.links import link
from meetups.events.calendar import calendar_file
from meetups.lifecycle.agenda import agenda_of
from meetups.pages.site.access import PageRequest, SignedIn

GOOGLE = "https://calendar.google.com/calendar/r?cid="


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def my_calendar(request: SignedIn) -> HttpResponse:
    """GET shows the address; POST creates it, or replaces it with a new one."""
    if request.method == "POST":
        had_one = CalendarFeed.objects.filter(person=request.user).exists()
        renew_calendar_feed(person=request.user, at=request.at)
        messages.success(
            request,
            _("Your calendar has a new link. The old one has stopped working.")
            if had_one
            else _("Your calendar link is ready."),
        )
        return redirect("my_calendar")
    feed = CalendarFeed.objects.filter(person=request.user).first()
    context: dict[str, object] = {"feed": feed}
    if feed:
        url = link("calendar_feed", feed.token)
        webcal = f"webcal://{url.partition('//')[2]}"
        context |= {"url": url, "webcal": webcal, "google": GOOGLE + quote(webcal, safe="")}
    response = render(request, "pages/me/calendar_feed.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@conditional_page
def calendar_feed(request: PageRequest, token: str) -> HttpResponse:
    """All appointments of the person, in their language. The address alone gives access, because calendar programs have no
    session.

    The ETag is that of the content, so a program that asks every hour usually learns that nothing is new.
    """
    feeds = CalendarFeed.objects.filter(person__is_active=True).select_related("person")
    person = get_object_or_404(feeds, token=token).person
    with translation.override(person.language):
        name = _("%(name)s at %(site)s") % {"name": person.name, "site": settings.SITE_NAME}
        content = calendar_file(agenda_of(person, at=request.at), name=name)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="meetups.ics"'
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["X-Robots-Tag"] = "noindex"
    return response
