"""What a visitor of a public page loads: little HTML, few stylesheets, small scripts, and htmx only where it does something."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone

from meetups.demo.sample.communities import make_sample
from meetups.demo.stack import CHECKOUT
from tests.bench.first_view import paths
from tests.support.shared_scene import shared_scene

TEMPLATES = CHECKOUT / "templates"
NAMED = re.compile(r'{% (?P<how>extends|include) "(?P<name>[^"]+)"')
BRINGS_HTMX = re.compile(r'{% block htmx %}{% include "parts/site/htmx(_later)?\.html" only %}{% endblock %}')
# Compressed, in bytes; and the number of requests.
SCRIPTS, STYLES, HTML, REQUESTS = 6_000, 15_000, 14_000, 8
PUBLIC = [
    "home",
    "search",
    "community",
    "talks",
    "event",
    "register",
    "gate",
    "proposal",
    "draw",
    "talk",
    "conduct",
    "contact",
    "shifts",
    "sign in",
]


def reached(name: str) -> set[Path]:
    """The files of a template: itself, what it extends, and what these include."""
    found: set[Path] = set()
    waiting = [TEMPLATES / name]
    while waiting:
        file = waiting.pop()
        if file in found or not file.exists():
            continue
        found.add(file)
        waiting += [TEMPLATES / other["name"] for other in NAMED.finditer(file.read_text())]
    return found


PAGES = [
    str(file.relative_to(TEMPLATES))
    for file in sorted(TEMPLATES.rglob("*.html"))
    if '{% extends "' in file.read_text() and not file.is_relative_to(TEMPLATES / "mail")
]


def misses_htmx(files: set[Path]) -> bool:
    texts = [file.read_text() for file in files]
    return any(re.search(r"\shx-\w", text) for text in texts) and not any(BRINGS_HTMX.search(text) for text in texts)


@pytest.mark.in_short(20)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_uses_htmx_brings_it(name: str) -> None:
    assert not misses_htmx(reached(name))


def test_a_page_without_it_would_be_noticed() -> None:
    uses_it_only = {TEMPLATES / "parts/preview.html", TEMPLATES / "base.html"}
    assert misses_htmx(uses_it_only)


@pytest.fixture(scope="module")
def public(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The public pages of the sample, by name."""
    with shared_scene(django_db_blocker):
        make_sample(at=timezone.now())
        known = paths()
        yield known | {"shifts": f"{known['event']}shifts/"}


@pytest.mark.django_db
def test_each_public_page_is_weighed(public: dict[str, str]) -> None:
    assert sorted(public) == sorted(PUBLIC)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", PUBLIC)
def test_a_visitor_loads_little(public: dict[str, str], name: str, language: str) -> None:
    page = Client(headers={"Accept-Language": language}).get(public[name]).content.decode()
    styles = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', page)
    scripts = re.findall(r'<script[^>]* src="/static/([^"]+)"', page)
    images = set(re.findall(r'<img[^>]* src="(/[^"]+)"', page))
    assert styles[0] == "css/site.css"
    assert scripts
    assert sum(compressed(path) for path in styles) <= STYLES
    assert sum(compressed(path) for path in scripts) <= SCRIPTS
    assert len(gzip.compress(page.encode(), 9)) <= HTML
    assert 1 + len(styles) + len(scripts) + len(images) <= REQUESTS


def test_htmx_alone_would_be_noticed() -> None:
    [htmx] = (CHECKOUT / "meetups/static/js/vendor").glob("htmx-*.min.js")
    assert compressed(f"js/vendor/{htmx.name}") > SCRIPTS


def compressed(path: str) -> int:
    return len(gzip.compress(Path(str(finders.find(path))).read_bytes(), 9))
