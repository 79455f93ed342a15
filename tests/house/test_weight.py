"""What a visitor of a public page loads besides its HTML: one stylesheet, small scripts, and htmx only where it does something."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from meetups.demo.stack import CHECKOUT

TEMPLATES = CHECKOUT / "templates"
NAMED = re.compile(r'{% (?P<how>extends|include) "(?P<name>[^"]+)"')
BRINGS_HTMX = re.compile(r'{% block htmx %}{% include "parts/site/htmx(_later)?\.html" only %}{% endblock %}')
# Compressed, in bytes.
SCRIPTS, STYLES = 6_000, 15_000


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


@pytest.mark.django_db
def test_a_visitor_loads_one_stylesheet_and_little_script(client: Client) -> None:
    page = client.get("/").content.decode()
    styles = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)"', page)
    scripts = re.findall(r'<script src="/static/([^"]+)"', page)
    assert styles == ["css/site.css"]
    assert scripts
    assert "htmx" not in page
    assert sum(compressed(path) for path in styles) <= STYLES
    assert sum(compressed(path) for path in scripts) <= SCRIPTS


def compressed(path: str) -> int:
    return len(gzip.compress(Path(str(finders.find(path))).read_bytes(), 9))
