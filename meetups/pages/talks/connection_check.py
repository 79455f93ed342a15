"""The connection check: just before the event, a speaker reports that they are connected."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.pages.site.access import SignedIn, event_and_part
from meetups.pages.site.refusal_answers import Posted
from meetups.speakers.actions.rehearsal.report_connection import report_connection
from meetups.speakers.models import Presence, Talk
from meetups.speakers.rehearsal_rules import EARLY

COMING = {Talk.State.ACCEPTED, Talk.State.CONFIRMED}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def connection(request: SignedIn, public_id: str) -> HttpResponse:
    """GET shows the link to join and the state of the reader's connection; POST reports that the reader is connected. Only for
    speakers at an event with a stream; raises Http404 for others.
    """
    event, part = event_and_part(request, public_id)
    talks = [talk for talk in part.talks if talk.state in COMING] if part else []
    if not talks or not event.has_stream:
        raise Http404
    posted = Posted(request)
    if posted.succeeds(lambda: report_connection(event=event, person=request.user, at=request.at)):
        messages.success(request, _("The organizers can see that you’re connected."))
        return redirect("connection", event.public_id)
    mine = {one.occasion: one for one in Presence.objects.filter(event=event, person=request.user)}
    context = {
        "event": event,
        "talks": talks,
        "said": mine.get(Presence.Occasion.HERE),
        "seen": mine.get(Presence.Occasion.CONNECTION),
        "opens_at": event.starts_at - EARLY,
        "is_early": request.at < event.starts_at - EARLY,
        "is_open": event.is_open(request.at),
    }
    return posted.page("pages/talks/connection_check.html", context)
