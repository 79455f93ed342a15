"""The house stands: every import points down, and every form finds its token."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


def test_every_import_points_down() -> None:
    run = subprocess.run(LINT, cwd=CHECKOUT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("room", "wrong"),
    [
        ("meetups/core/planted.py", "import meetups.accounts.models"),
        ("meetups/registrations/planted.py", "import meetups.volunteers.models"),
        ("meetups/notifications/planted.py", "import meetups.events.models"),
        ("meetups/lifecycle/planted.py", "import meetups.pages.urls"),
        ("meetups/pages/planted.py", "import organizers.urls"),
        ("meetups/registrations/models/planted.py", "import meetups.registrations.seats"),
        ("meetups/registrations/actions/planted.py", "import meetups.registrations.actions.register"),
    ],
)
def test_an_import_that_points_up_is_found(tmp_path: Path, room: str, wrong: str) -> None:
    """The contracts can fail: a copy of the house with one wrong import breaks them."""
    for name in ("meetups", "organizers"):
        for source in (CHECKOUT / name).rglob("*.py"):
            copy = tmp_path / source.relative_to(CHECKOUT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    (tmp_path / "pyproject.toml").write_bytes((CHECKOUT / "pyproject.toml").read_bytes())
    (tmp_path / room).write_text(f"{wrong}\n")
    run = subprocess.run(LINT, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode != 0
    assert "planted" in run.stdout


INCLUDE = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)%}')
TEMPLATES = {str(file.relative_to(CHECKOUT / "templates")): file for file in (CHECKOUT / "templates").rglob("*.html")}


def needs_token(name: str) -> bool:
    """Whether a template has a form in it, or includes one and says nothing of its context."""
    text = TEMPLATES[name].read_text() if name in TEMPLATES else ""
    inside = (more for more in INCLUDE.findall(text) if not re.search(r"\bonly\b", more[1]))
    return "{% csrf_token %}" in text or any(needs_token(one) for one, _with in inside)


def test_an_included_form_is_given_its_token() -> None:
    """Django's test client asks for none, so only a browser would notice that a button does nothing."""
    forgotten = [
        f"{name} includes {included}"
        for name, file in TEMPLATES.items()
        for included, given in INCLUDE.findall(file.read_text())
        if re.search(r"\bonly\b", given) and "csrf_token=" not in given and needs_token(included)
    ]
    assert forgotten == []
