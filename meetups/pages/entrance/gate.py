"""The gate: a reader who isn't signed in does something on its own page, with name and address beside it (RULES 151 to 154).

The browser's session keeps what was typed. We mail a code. Typed in the same browser, the code proves the address and signs in.
The page then gets the form again, as from a signed-in person.
"""

import secrets
import time
from collections.abc import Callable
from copy import copy
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from meetups.accounts.attempts import TRIES
from meetups.accounts.forms import AddressField
from meetups.accounts.models import User, person_key
from meetups.core.errors import DomainError
from meetups.core.texts.safe_text import validate_visible
from meetups.pages.entrance.codes import count_mail

# What waits in the session of a browser, and the most that is typed on one page (title and abstract of a talk: 5,120).
SESSION_KEY = "asked_at_the_gate"
MOST_LETTERS = 20_000
CODE_SECONDS: int = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT


class TooMuchTyped(DomainError):
    message = gettext_lazy("This text is too long to wait for a code. Sign in first, or send a shorter one.")
    status = 422


class GateForm(forms.Form):
    """Name and address of a reader who isn't signed in, and whether they follow the community from then on."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        validators=[validate_visible],
        help_text=gettext_lazy(
            "Shown to organizers, and to everyone registered, speaking or volunteering at the same event."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy("With or without an account: no password needed."),
    )
    follow = forms.BooleanField(required=False)


class AfterCode(StrEnum):
    """What follows the code: the page gets what was typed, or the person is shown it, or they only go to the page."""

    SEND = "send"
    SHOW = "show"
    GO = "go"


@dataclass(frozen=True)
class GateRequest:
    """What a browser asked for: to send `fields` to the page at `path`, for the person at `email`.

    `label` is the text of the button that was pressed, and `thing` is the name of what it is about. `proved` is the number of the
    account whose owner typed the code here; it stays empty until then. Files are not kept: `had_files` says that there were some.
    """

    path: str
    fields: str
    label: str
    thing: str
    email: str
    name: str
    language: str
    code: str = ""
    mailed: float = 0.0
    tries: int = 0
    proved: int | None = None
    after: str = AfterCode.SEND
    had_files: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the code that was mailed still counts."""
        return bool(self.code) and self.tries < TRIES and time.time() - self.mailed < CODE_SECONDS


def gate_request_in(request: HttpRequest) -> GateRequest | None:
    """What this browser asked for last. None where nothing waits."""
    kept = request.session.get(SESSION_KEY)
    return GateRequest(**kept) if kept else None


def keep(request: HttpRequest, asked: GateRequest) -> None:
    """Keeps it in the session. A later one takes its place."""
    request.session[SESSION_KEY] = asdict(asked)


def with_gate[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """For a view with a gate: it is for everyone. A page that a reader without account can't find may open once they are signed in."""

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(*args, **kwargs)
        except Http404:
            request = args[0]
            assert isinstance(request, HttpRequest)
            if request.user.is_authenticated:
                raise
            return redirect_to_login(request.get_full_path())

    return opened


def gate_of(request: HttpRequest, *, name: str = "", email: str = "") -> GateForm | None:
    """The gate of this page; None where the reader is signed in. Bound where name and address were sent, else it begins with those
    that are known.

    A POST without them comes from a page that was opened by a person whose session ended since: then the page is shown again, with
    what they typed and with the gate.
    """
    if request.user.is_authenticated:
        return None
    if request.method == "POST" and "email" in request.POST:
        return GateForm(request.POST)
    asked = gate_request_in(request)
    if asked is None or asked.path != request.get_full_path():
        return GateForm(initial={"name": name, "email": email})
    is_ticked = "follow" in QueryDict(asked.fields)
    return GateForm(initial={"name": asked.name, "email": asked.email, "follow": is_ticked})


def typed_here(request: HttpRequest) -> dict[str, Any] | None:
    """What was typed on this page in this browser and waits for its code, as initial values of the page's form."""
    asked = gate_request_in(request)
    if asked is None or asked.after != AfterCode.SEND or asked.path != request.get_full_path():
        return None
    fields = QueryDict(asked.fields)
    return {name: texts if len(texts) > 1 else texts[0] for name, texts in fields.lists() if texts}


def ask_for_code(request: HttpRequest, gate: GateForm, *, label: str, thing: str, at: datetime) -> HttpResponse:
    """Keeps what was typed, mails a code, and goes to the page where it is typed. Whether the address is known makes no difference
    (RULES 28).

    Raises TooManyCodes, TooMuchTyped.
    """
    asked = GateRequest(
        path=request.get_full_path(),
        fields=fields_of(request, but={"name", "email"}),
        label=label,
        thing=thing,
        email=gate.cleaned_data["email"],
        name=gate.cleaned_data["name"],
        language=get_language() or settings.LANGUAGE_CODE,
    )
    mail_code(request, asked, at=at)
    return redirect("gate_code")


def fields_of(request: HttpRequest, *, but: set[str]) -> str:
    """What was typed, without the token, passwords and `but`, as it waits in the session. Raises TooMuchTyped."""
    fields = request.POST.copy()
    for name in [name for name in fields if name == "csrfmiddlewaretoken" or name in but or "password" in name]:
        del fields[name]
    if sum(len(name) + len(text) for name, texts in fields.lists() for text in texts) > MOST_LETTERS:
        raise TooMuchTyped
    return fields.urlencode()


def answer_at_gate(request: HttpRequest, *, label: str, thing: str, at: datetime) -> HttpResponse | None:
    """`ask_for_code` for a page behind a link, on which a reader without an account says yes. None where name or address are missing."""
    gate = gate_of(request)
    return ask_for_code(request, gate, label=label, thing=thing, at=at) if gate and gate.is_valid() else None


def mail_code(request: HttpRequest, asked: GateRequest, *, at: datetime) -> None:
    """Mails a new code for `asked` and keeps both. The code before it ends. Raises TooManyCodes."""
    count_mail(request, asked.email, at=at)
    code = f"{secrets.randbelow(1_000_000):06}"
    keep(request, replace(asked, code=code, mailed=time.time(), tries=0))
    letter = "gate_code" if asked.after == AfterCode.SEND else "login_code"
    get_adapter(request).send_mail(f"account/email/{letter}", asked.email, {"code": code, "thing": asked.thing})


def carry_out(request: HttpRequest, person: User) -> HttpResponse | None:
    """Does what was asked for in this browser, now that `person` is signed in here. None where they asked for nothing.

    Only for the person whose address was proved here by its code. What was typed for another address is forgotten.
    """
    asked = gate_request_in(request)
    if asked is None or (asked.proved is None and person_key(asked.email) == person.person_key):
        # A person who signed in by another way finds what they typed on the page again.
        return None
    if asked.proved == person.pk and asked.after == AfterCode.SHOW:
        return redirect("typed_again")
    del request.session[SESSION_KEY]
    if asked.proved != person.pk or asked.after == AfterCode.GO:
        return None
    with translation.override(person.language):
        return _send(request, asked, person)


def _send(request: HttpRequest, asked: GateRequest, person: User) -> HttpResponse:
    path, _mark, query = asked.path.partition("?")
    again = copy(request)
    again.method, again.path, again.path_info, again.user = "POST", path, path, person
    again.META = {**request.META, "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query}
    again.GET, again.POST = QueryDict(query), QueryDict(asked.fields)
    again.__dict__["_files"] = MultiValueDict()
    again.resolver_match = match = resolve(path)
    response: HttpResponse = match.func(again, *match.args, **match.kwargs)
    if 300 <= response.status_code < 400:
        return response
    # It was refused, and the page says why. What was typed is there once more.
    refusal = again.__dict__.get("refusal")
    messages.error(request, str(refusal or _("That didn’t work. Please check what you typed and send it again.")))
    keep(request, replace(asked, code="", mailed=0.0, proved=None))
    return redirect(asked.path)
