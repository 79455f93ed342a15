"""A missed shift: the volunteer sees what organizers recorded, with the way to object (RULES 75)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.pages.site.access import SignedIn
from meetups.pages.site.refusal_answers import Posted
from meetups.registrations.lottery.weights import WINDOW
from meetups.volunteers.actions.signups.object_to_absence import has_objected, object_to_absence
from meetups.volunteers.models import Signup


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def absence(request: SignedIn, public_id: str, pk: int) -> HttpResponse:
    """GET says what is recorded and what it means; POST asks the organizers to look again."""
    mine = Signup.objects.active().exclude(mark="").filter(volunteer=request.user, shift__event__public_id=public_id)
    signup = get_object_or_404(mine.select_related("shift__event__community"), shift=pk)
    posted = Posted(request)
    if posted.succeeds(lambda: object_to_absence(signup=signup, at=request.at, by=request.user)):
        messages.success(
            request, _("The organizers were asked to check. We’ll email you when the record is corrected.")
        )
        return redirect("shift_absence", public_id, pk)
    context = {
        "event": signup.shift.event,
        "signup": signup,
        "counts": Signup.objects.absent(request.at).filter(pk=signup.pk).exists(),
        "counts_until": signup.shift.ends_at + WINDOW,
        "has_objected": has_objected(signup),
    }
    return posted.page("pages/shifts/missed_shift.html", context)
