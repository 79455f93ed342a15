"""A page that similar readers share: it is rendered once a second, with gaps for the reader's own data.

Rendering is most of the cost of a page. An event's page with a ticket takes 2.5 ms of processor time; if the ticket is rendered for
each person 8, without this module 13, without the event's common data for a second 16, without all of them 31. The page depends on
the event, on the reader's state there, and on the language. A hundred readers who have not registered yet see the same page,
except for the token in their forms. The reader's own data (token, name, the words about their place) is never kept. It is put
into the gaps for each reader.
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
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from meetups.pages.site.one_second_cache import cached

# Marks a gap. No one can guess it and write it into a text.
_MARK = secrets.token_hex(12)
_GAP = re.compile(rf"{_MARK}-(\w+)-")


class Personal(Exception):
    """A template asked for data of its reader that has no gap."""


class _Anybody:
    """Stands in for the reader. Similar readers are all signed in or all not signed in; their name is a gap."""

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
    """The page. `own` holds the reader's own data, by the names under which the template shows it. `context` gets the same names
    with values or gaps; everything else in its result must follow from `key`. Address, language and being signed in need not be
    in the key. `{% csrf_token %}` and `user.name` need no gap. Raises Personal where the template asks for other data of its
    reader.
    """
    if len(get_messages(request)):
        return render(request, template, {**context(own), **own})
    return HttpResponse(shared_part(request, template, context, key=key, own=own))


def shared_part(
    request: HttpRequest,
    template: str,
    context: Callable[[Mapping[str, str]], dict[str, Any]],
    *,
    key: Hashable,
    own: Mapping[str, str],
) -> SafeString:
    """A part of a page, shared like a page and given like one."""
    signed_in = request.user.is_authenticated
    pieces = cached(
        ("page", template, get_language(), request.get_full_path(), signed_in, key),
        lambda: _with_gaps(request, template, context, own, is_authenticated=signed_in),
    )
    fillings: dict[str, str] = {**own, "user_name": getattr(request.user, "name", "")}
    # Only pages with a form have a token, and only they set its cookie.
    if "csrf_token" in pieces[1::2]:
        fillings["csrf_token"] = get_token(request)
    return mark_safe(  # noqa: S308 - the pieces are rendered, and what fills the gaps is escaped
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
    """The shared pieces of the page, alternating with the names of the gaps."""
    gaps = {name: _gap(name) for name in (*own, "csrf_token")}
    reader = _Anybody(is_authenticated=is_authenticated)
    return _GAP.split(render_to_string(template, {**context(gaps), **gaps, "user": reader}, request))
