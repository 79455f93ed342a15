"""The page on which an attendee leaves an event, passes the seat on, or keeps it after all."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.core.errors import DomainError
from meetups.lifecycle.actions.leave_event import leave_event
from meetups.pages.registration.cancellation_effects import Leaving
from meetups.pages.sheets.my_part import my_part
from meetups.pages.site.access import SignedIn, event_and_part
from meetups.pages.site.refusal_answers import answer
from meetups.registrations.actions.offers.keep_seat import keep_seat


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cancellation(request: SignedIn, public_id: str) -> HttpResponse:
    """GET says what leaving means. POST leaves: registration, shifts and talks end together. If someone must take the seat first
    (RULES 7), the attendee has it until then; POST with `keep` takes it back. Once the event is over nothing is asked (RULES 112).
    """
    event, part = event_and_part(request, public_id)
    my = my_part(event, part, at=request.at) if part else None
    if (my is None or event.is_over(request.at)) and request.method != "POST":
        return redirect("event", event.public_id)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            if "keep" in request.POST and my and my.registration:
                keep_seat(registration=my.registration, at=request.at, by=request.user)
                messages.success(request, _("You keep your seat."))
                return redirect("registration", event.public_id)
            if leave_event(event=event, person=request.user, at=request.at, by=request.user):
                said = _("Your registration for “%(event)s” is canceled. Thanks for letting us know.")
                messages.success(request, said % {"event": event.words.title})
                return redirect("event", event.public_id)
            messages.success(
                request, _("Your seat is being offered to the waitlist. We’ll email you when someone accepts.")
            )
            return redirect("registration", event.public_id)
        except DomainError as error:
            refusal = error
    context = {"event": event, "my": my, "leaving": Leaving.of(my, at=request.at) if my else None}
    return answer(request, "pages/registration/cancellation.html", context, refusal=refusal)
