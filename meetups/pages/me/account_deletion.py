"""A person deletes their own account (RULES 211)."""

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.accounts.erasure import who_is_erased
from meetups.communities.erasure import owned_alone
from meetups.core.security_log import SecurityEvent, record_security
from meetups.lifecycle.actions.erase_person import erase_person, events_ahead
from meetups.pages.site.access import SignedIn
from meetups.pages.site.refusal_answers import Posted


class DeletionForm(forms.Form):
    """One tick, so that no single click deletes an account."""

    sure = forms.BooleanField(label=gettext_lazy("I understand that this can’t be undone."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(app="allauth.account")  # type: ignore[untyped-decorator]  # allauth brings no types
def account_deletion(request: SignedIn) -> HttpResponse:
    """GET says what goes and what stays; POST with the tick erases the person and signs out."""
    at, person = request.at, request.user
    form = DeletionForm(request.POST if request.method == "POST" else None)
    posted = Posted(request, form)
    if posted.succeeds(lambda: erase_person(address=person.email, at=at)):
        record_security(SecurityEvent.ACCOUNT_CHANGED, person=person.pk, what="deleted")
        logout(request)
        return render(request, "pages/me/account_deleted.html")
    erased = who_is_erased(person.email, at)
    owned = owned_alone(erased)
    context = {
        "form": form,
        "ahead": sorted(events_ahead(erased), key=lambda event: event.starts_at),
        "alone": [community for community, successor in owned if successor is None],
        "handed_over": [(community, successor.person) for community, successor in owned if successor],
    }
    return posted.page("pages/me/account_deletion.html", context)
