"""Stylesheets in parts: one file for each part here, one file with all parts for visitors."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from meetups.core.stylesheets import COMMENT, IMPORT, StylesheetFinder
from meetups.demo.stack import CHECKOUT

CSS = CHECKOUT / "meetups/static/css"
TEMPLATES = CHECKOUT / "templates"
# Only scripts and tests look for these.
WITHOUT_RULE = {"handed-over"}
# A library sets the one, and a template puts the other together.
OF_NO_TEMPLATE = {"htmx-request", "shade-a"}
LAYERS = {"reset", "tokens", "base", "parts", "pages", "print"}
SHEETS = [sheet for sheet in sorted(CSS.glob("*.css")) if IMPORT.search(sheet.read_text())]


def parts_of(sheet: Path) -> list[Path]:
    """The files that `sheet` imports, in its order."""
    return [CSS / found["part"] for found in IMPORT.finditer(sheet.read_text())]


def given(path: str) -> str:
    """The stylesheet as the demo serves it."""
    return Path(str(finders.find(path))).read_text()


def test_every_part_is_imported_once() -> None:
    imported = [part for sheet in SHEETS for part in parts_of(sheet)]
    assert len(imported) > 30
    assert sorted(imported) == sorted((CSS / "parts").rglob("*.css"))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_the_joined_sheet_has_its_parts_in_order_and_asks_for_nothing_more(sheet: Path) -> None:
    text = given(f"css/{sheet.name}")
    places = [text.index(COMMENT.sub("", part.read_text())) for part in parts_of(sheet)]
    assert places == sorted(places)
    assert "@import" not in text
    # Nothing stands outside a layer, and in each part the braces match.
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    depth, outside = 0, ""
    for piece in re.split(r"([{}])", without_comments):
        depth += {"{": 1, "}": -1}.get(piece, 0)
        outside += piece if depth == 0 and piece != "}" else ""
    assert depth == 0
    assert {word.strip(",;") for word in outside.split()} <= {"@layer", *LAYERS}


def test_a_part_that_changes_is_in_the_next_answer(tmp_path: Path, settings: Any) -> None:
    """A part that has not changed keeps its time, so that browsers keep it."""
    css = tmp_path / "static/css"
    (css / "parts").mkdir(parents=True)
    (css / "all.css").write_text('@import "parts/one.css" layer(parts);\n')
    part = css / "parts/one.css"
    settings.STATICFILES_DIRS, settings.JOINED_STYLESHEETS_DIR = [tmp_path / "static"], tmp_path / "joined"
    finder = StylesheetFinder()

    def seen() -> tuple[str, int]:
        found = Path(str(finder.find("css/all.css")))
        return found.read_text(), found.stat().st_mtime_ns

    part.write_text("a {}\n")
    assert seen()[0] == "@layer parts {\na {}\n}\n"
    assert seen() == seen()
    part.write_text("b {}\n")
    assert seen()[0] == "@layer parts {\nb {}\n}\n"
    assert [path for path, _storage in finder.list(None)] == ["css/all.css"]


def test_visitors_of_the_demo_get_one_sheet(client: Client) -> None:
    answer = client.get("/static/css/site.css")
    assert answer.getvalue().decode() == given("css/site.css")


@pytest.mark.django_db
def test_production_links_one_file_that_may_be_kept_for_ever(tmp_path: Path, settings: Any, client: Client) -> None:
    """The files that collectstatic makes for WhiteNoise, without compression, which takes long."""
    settings.STATIC_ROOT, settings.JOINED_STYLESHEETS_DIR = tmp_path / "static", tmp_path / "joined"
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["css", "js", "json", "svg", "txt"]
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": backend}
    call_command("collectstatic", verbosity=0, interactive=False)
    page = client.get("/").content.decode()
    [linked] = re.findall(r'<link rel="stylesheet" href="(/static/css/site[^"]*)">', page)
    assert re.fullmatch(r"/static/css/site\.[0-9a-f]{12}\.css", linked)
    assert (tmp_path / "static" / linked.removeprefix("/static/")).read_text() == given("css/site.css")
    assert not (tmp_path / "static/css/parts").exists()


def test_every_class_of_a_page_has_a_rule() -> None:
    """A stylesheet that is written anew loses no rule of another page: a class without a rule is found here."""
    rules = {name for sheet in CSS.rglob("*.css") for name in re.findall(r"\.([a-z][a-z0-9-]*)", sheet.read_text())}
    used: dict[str, Path] = {}
    for template in TEMPLATES.rglob("*.html"):
        if template.is_relative_to(TEMPLATES / "mail"):
            continue  # Mails have their own stylesheet.
        text = re.sub(r"\{%.*?%\}", " ", re.sub(r"\{\{.*?\}\}", "", template.read_text()))
        for found in re.finditer(r'class="([^"]*)"', text):
            used |= {word: template for word in found[1].split() if re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", word)}
    assert len(used) > 300
    assert {name: str(path) for name, path in used.items() if name not in rules | WITHOUT_RULE} == {}


def without_a_use(rules: str, texts: str) -> set[str]:
    """The classes in the selectors of `rules` that are no word of `texts`."""
    selectors = " ".join(re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)))
    return set(re.findall(r"\.([a-z][\w-]*)", selectors)) - set(re.findall(r"[a-z][\w-]*", texts))


def test_every_rule_has_a_page() -> None:
    """A class that no template, script or program names any more takes its rules along."""
    rules = "".join(sheet.read_text() for sheet in CSS.rglob("*.css"))
    markup = re.compile(r"<[^>]*>|\{%.*?%\}[^<{]*", re.DOTALL)
    texts = [" ".join(markup.findall(template.read_text())) for template in TEMPLATES.rglob("*.html")]
    texts += [script.read_text() for script in (CHECKOUT / "meetups/static/js").glob("*.js")]
    texts += [module.read_text() for room in ("meetups", "organizers") for module in (CHECKOUT / room).rglob("*.py")]
    assert without_a_use(rules, " ".join(texts)) - OF_NO_TEMPLATE == set()


def test_a_rule_that_no_page_uses_is_found() -> None:
    rules = "@layer parts { .seal:hover, .left-over { color: red; } .tag.left-over::after { content: '.word'; } }"
    assert without_a_use(rules, '<p class="seal tag">') == {"left-over"}
