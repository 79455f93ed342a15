"""One box that signs in or up: an address, and the code that comes by mail (RULES 153)."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from meetups.accounts.forms import AddressField
from meetups.pages.entrance.codes import TooManyCodes, wait_page
from meetups.pages.entrance.gate import AfterCode, GateRequest, mail_code
from meetups.pages.site.access import PageRequest


class AddressForm(forms.Form):
    """The address of a person who signs in or up."""

    email = AddressField(
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy("With or without an account: we’ll email you a code. No password needed."),
    )


def onward_of(request: HttpRequest) -> str:
    """The page of this site to which the reader goes after sign-in."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    here = {request.get_host()}
    # A bare word would be taken for the name of a page.
    is_address = onward.startswith(("/", request.build_absolute_uri("/")))
    if is_address and url_has_allowed_host_and_scheme(onward, allowed_hosts=here, require_https=request.is_secure()):
        return onward
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: PageRequest) -> HttpResponse:
    """GET asks for an address; POST mails a code, whether the address has an account or not. A new one is made by its code."""
    if request.user.is_authenticated:
        return redirect(onward_of(request))
    form = AddressForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            asked = GateRequest(
                path=onward_of(request),
                fields="",
                label=_("Sign in"),
                thing=settings.SITE_NAME,
                email=form.cleaned_data["email"],
                name="",
                language=get_language() or settings.LANGUAGE_CODE,
                after=AfterCode.GO,
            )
            mail_code(request, asked, at=request.at)
            return redirect("gate_code")
        except TooManyCodes as error:
            return wait_page(request, error)
    context = {"form": form, "onward": request.POST.get("next") or request.GET.get("next", "")}
    return render(request, "account/request_login_code.html", context, status=422 if form.errors else 200)
