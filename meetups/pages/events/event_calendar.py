"""An event as a calendar file."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import conditional_page, require_safe

from meetups.core.links import link
from meetups.events.calendar import event_calendar as calendar_of
from meetups.events.calendar_words import calendar_words
from meetups.pages.site.access import event_or_404


@require_safe
@conditional_page
def event_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """The event for a calendar, with its programme. A cancelled event is marked as such. The ETag is that of the content."""
    event = event_or_404(request, public_id)
    content = calendar_of(
        event,
        stamp=event.calendar_stamp,
        url=link("event", event.public_id),
        description=calendar_words(event),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{event.public_id}.ics"'
    response["Cache-Control"] = "private, no-cache"
    return response
