"""A person's own settings."""

from typing import cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from meetups.accounts.actions.change_profile import change_profile
from meetups.core.texts.safe_text import validate_visible
from meetups.pages.me.shift_work import work_of
from meetups.pages.site.access import SignedIn
from meetups.pages.site.context import LANGUAGES


class ProfileForm(forms.Form):
    """Name and language, and where the name is shown."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        validators=[validate_visible],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy(
            "Shown to organizers, and to everyone registered, speaking or volunteering at the same event."
        ),
    )
    hides_name = forms.BooleanField(
        label=gettext_lazy("Hide my name on lists of attendees"),
        required=False,
        help_text=gettext_lazy(
            "You’re counted but not named. Organizers still see your name, and so do people you work with."
        ),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of pages and emails"), choices=LANGUAGES, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: SignedIn) -> HttpResponse:
    """GET shows the form; POST saves it."""
    person = request.user
    is_sent = request.method == "POST"
    known = {name: getattr(person, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST if is_sent else None, initial=known)
    if not form.is_valid():
        context = {"form": form, "work": work_of(person, at=request.at)}
        return render(request, "pages/me/account.html", context, status=422 if is_sent else 200)
    change_profile(person=person, **form.cleaned_data)
    with translation.override(person.language):
        messages.success(request, _("Your profile is saved."))
    return _in_language(redirect(_back(request, reverse("profile"))), person.language)


@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switches the language and goes back to `next`.

    Without a session only a cookie changes. Forging this gains nothing, so pages without a session carry no token. For a
    signed-in person the account keeps the choice, and this request needs a token.
    """
    chosen = request.POST.get("language", "")
    if chosen not in dict(LANGUAGES):
        return HttpResponseBadRequest(_("This language isn’t available."))
    if request.user.is_authenticated:
        return _keep(cast(SignedIn, request), chosen)
    return _in_language(HttpResponseRedirect(_back(request, reverse("home"))), chosen)


@csrf_protect
def _keep(request: SignedIn, chosen: str) -> HttpResponse:
    change_profile(person=request.user, name=request.user.name, language=chosen)
    return _in_language(HttpResponseRedirect(_back(request, reverse("home"))), chosen)


def _back(request: HttpRequest, otherwise: str) -> str:
    """The page of this site on which the reader was; else `otherwise`."""
    back = request.POST.get("next") or request.GET.get("next", "")
    here = back.startswith(("/", request.build_absolute_uri("/")))
    if here and url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return back
    return otherwise


def _in_language(response: HttpResponse, chosen: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
