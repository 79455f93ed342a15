"""A community asks a person to help run it."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetups.communities.actions.accept_invitation import accept_invitation
from meetups.communities.models import Invitation
from meetups.core.errors import DomainError
from meetups.pages.site.refusal_answers import answer


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who asks whom for what; POST says yes. The address that was invited is not shown to anyone."""
    at = timezone.now()
    invitation = get_object_or_404(Invitation.objects.select_related("community", "invited_by"), token=token)
    refusal: DomainError | None = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            membership = accept_invitation(invitation=invitation, at=at, by=request.user)
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Welcome to %(community)s.") % {"community": invitation.community.name})
            return redirect("desk_community", membership.community.slug)
    is_open = Invitation.objects.open(at).filter(pk=invitation.pk).exists()
    context = {"invitation": invitation, "is_open": is_open}
    return answer(request, "pages/me/invitation.html", context, refusal=refusal, status=200 if is_open else 410)
