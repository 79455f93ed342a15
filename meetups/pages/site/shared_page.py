"""One page for all who are alike: rendered once a second, with gaps for what is a reader's own.

Rendering is more than half of what a page costs: signed in, an event's page takes 2.7 times a plain SELECT of `make bench`; without
this, 7 times. What an event's page says depends on the event, on where its reader stands, and on her
language; a hundred readers who have not registered yet see the same but for the token in their forms. What is hers alone (her token, her
name, the words about her place) is never kept: it is put into the gaps for each reader.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from meetups.pages.site.second_cache import cached

# What marks a gap; nobody can guess it and write it into a text.
_MARK = secrets.token_hex(12)
_GAP = re.compile(rf"{_MARK}-(\w+)-")


class Personal(Exception):
    """A template asked for something of its reader's own that has no gap."""


class _Anybody:
    """In place of the reader: whether she is signed in is the same for all who are alike, and her name is a gap."""

    def __init__(self, *, is_authenticated: bool) -> None:
        self.is_authenticated = is_authenticated
        self.name = _gap("user_name")

    def __getattr__(self, name: str) -> Any:
        raise Personal(f"user.{name}")


def _gap(name: str) -> str:
    return f"{_MARK}-{name}-"


def shared_page(
    request: HttpRequest,
    template: str,
    context: Callable[[Mapping[str, str]], dict[str, Any]],
    *,
    key: Hashable,
    own: Mapping[str, str],
) -> HttpResponse:
    """The page. `own` is what is the reader's own, by the names under which the template shows it; `context`, which is given the same
    names with values or gaps, may say nothing else that does not follow from `key`. Address, language and being signed in need not be
    in the key, and `{% csrf_token %}` and `user.name` need no gap. Raises Personal where the template asks for anything else of its
    reader's.
    """
    if len(get_messages(request)):
        return render(request, template, {**context(own), **own})
    signed_in = request.user.is_authenticated
    pieces = cached(
        ("page", template, get_language(), request.get_full_path(), signed_in, key),
        lambda: _with_gaps(request, template, context, own, is_authenticated=signed_in),
    )
    fillings: dict[str, str] = {**own, "user_name": getattr(request.user, "name", "")}
    # Only pages with a form have a token, and only they set its cookie.
    if "csrf_token" in pieces[1::2]:
        fillings["csrf_token"] = get_token(request)
    return HttpResponse(
        "".join(
            str(conditional_escape(fillings[piece])) if number % 2 else piece for number, piece in enumerate(pieces)
        )
    )


def _with_gaps(
    request: HttpRequest,
    template: str,
    context: Callable[[Mapping[str, str]], dict[str, Any]],
    own: Mapping[str, str],
    *,
    is_authenticated: bool,
) -> list[str]:
    """What all see, and in turns with it the names of the gaps."""
    gaps = {name: _gap(name) for name in (*own, "csrf_token")}
    reader = _Anybody(is_authenticated=is_authenticated)
    return _GAP.split(render_to_string(template, {**context(gaps), **gaps, "user": reader}, request))
