"""The Japanese catalogue is complete, and up to date with the texts in code and templates."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from tests.support.servers import missing

CATALOGUE = Path("meetups/locale/ja/LC_MESSAGES/django.po")
EXTRACTED_FROM = ("meetups", "organizers", "templates")


def messages(catalogue: polib.POFile) -> set[tuple[str | None, str, str]]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural) for entry in catalogue if not entry.obsolete}


@pytest.fixture(scope="module")
def japanese() -> polib.POFile:
    return polib.pofile(str(settings.BASE_DIR / CATALOGUE))


def test_every_text_is_in_japanese(japanese: polib.POFile) -> None:
    assert [entry.msgid for entry in japanese.untranslated_entries()] == []
    assert [entry.msgid for entry in japanese.fuzzy_entries()] == []


def test_placeholders_survive_the_translation(japanese: polib.POFile) -> None:
    """A lost placeholder loses a date or a name; a changed placeholder is an error on the page."""
    for entry in japanese:
        # The placeholders of the singular are needed; a plural may name the number too.
        needed, known = placeholders(entry.msgid), placeholders(entry.msgid_plural or entry.msgid)
        for target in entry.msgstr_plural.values() or [entry.msgstr]:
            assert needed <= placeholders(target) <= known, entry.msgid


def placeholders(text: str) -> set[str]:
    """The names in %(name)s and {name}."""
    return set(re.findall(r"%\(\w+\)|\{\w+\}", text))


def test_texts_in_code_and_templates_are_in_the_catalogue(
    japanese: polib.POFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("xgettext") is None:
        missing("GNU gettext", "Install the package gettext.")
    leave_out = shutil.ignore_patterns("__pycache__", "*.mo")
    for folder in EXTRACTED_FROM:
        shutil.copytree(settings.BASE_DIR / folder, tmp_path / folder, ignore=leave_out)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(tmp_path / "meetups/locale")])
    call_command("makemessages", locale=["ja"], no_obsolete=True, no_wrap=True, verbosity=0)
    extracted = messages(polib.pofile(str(tmp_path / CATALOGUE)))
    assert extracted - messages(japanese) == set(), "`make messages` takes these in"
    assert messages(japanese) - extracted == set(), "`make messages` takes these out"
