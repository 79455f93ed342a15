"""The structure of the house: every import points down, and every form finds its token."""

import ast
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LINT = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]


def test_every_import_points_down() -> None:
    run = subprocess.run(LINT, cwd=CHECKOUT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


# Where a wrong import is planted, and what is imported there.
PLANTED = [
    ("meetups/core/planted.py", "import meetups.accounts.models"),
    ("meetups/registrations/planted.py", "import meetups.volunteers.models"),
    ("meetups/notifications/planted.py", "import meetups.events.models"),
    ("meetups/lifecycle/planted.py", "import meetups.pages.urls"),
    ("meetups/pages/planted.py", "import organizers.urls"),
    ("meetups/registrations/models/planted.py", "import meetups.registrations.pen.seats"),
    ("meetups/registrations/lottery/planted.py", "import meetups.registrations.pen.seats"),
    ("meetups/registrations/pen/planted.py", "import meetups.registrations.slot_settings"),
    (
        "meetups/registrations/actions/slots/planted.py",
        "import meetups.registrations.actions.registration.register",
    ),
    (
        "meetups/registrations/actions/registration/planted.py",
        "import meetups.registrations.actions.registration.register",
    ),
    ("meetups/speakers/actions/calls/planted.py", "import meetups.speakers.actions.talks.propose_talk"),
    ("meetups/volunteers/actions/shifts/planted.py", "import meetups.volunteers.actions.signups.sign_up"),
    ("meetups/communities/actions/planted.py", "import meetups.communities.actions.found_community"),
    ("meetups/lifecycle/actions/planted.py", "import meetups.lifecycle.actions.leave_event"),
    ("meetups/volunteers/models/planted.py", "import meetups.volunteers.tasks"),
    ("meetups/core/texts/planted.py", "import meetups.core.tasks"),
    ("meetups/pages/site/planted.py", "import meetups.pages.sheets.event_cards"),
    ("meetups/pages/sheets/planted.py", "import meetups.pages.events.event"),
    ("meetups/pages/events/planted.py", "import meetups.pages.registration.registration"),
    ("meetups/pages/registration/planted.py", "import meetups.pages.shifts.signup"),
    ("meetups/pages/shifts/planted.py", "import meetups.pages.talks.talk_proposal"),
    ("meetups/pages/talks/planted.py", "import meetups.pages.me.my_page"),
    ("meetups/pages/entrance/planted.py", "import meetups.pages.sheets.event_cards"),
    ("meetups/registrations/lottery/planted_emails.py", "import meetups.registrations.emails.lottery"),
    ("meetups/registrations/emails/planted.py", "import meetups.registrations.actions.registration.register"),
    ("meetups/runbook/things.py", "import meetups.runbook.actions.add_todo"),
    ("meetups/runbook/models.py", "import meetups.runbook.things"),
    ("meetups/speakers/models/planted.py", "import meetups.speakers.actions.talks.propose_talk"),
    ("meetups/lifecycle/actions/messages/planted.py", "import meetups.lifecycle.actions.messages.send_message"),
    ("meetups/lifecycle/actions/undo/planted.py", "import meetups.lifecycle.actions.undo.announce_now"),
    ("organizers/people/planted.py", "import organizers.team.event_team"),
    ("organizers/history/planted.py", "import organizers.runbook.todos"),
    ("organizers/runbook/planted.py", "import organizers.people.person"),
    ("organizers/event/planted.py", "import organizers.team.event_team"),
    ("organizers/desk/planted.py", "import organizers.messages.messages"),
    ("organizers/messages/planted.py", "import organizers.attendees.roster"),
    ("organizers/attendees/planted.py", "import organizers.slots.new_slot"),
    ("organizers/shifts/planted.py", "import organizers.talks.talks"),
    ("organizers/talks/planted.py", "import organizers.event.event_edit"),
    ("organizers/slots/planted.py", "import organizers.event.event_edit"),
    ("organizers/community/planted.py", "import organizers.event.event_edit"),
]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say of a copy of the house with every wrong import in it."""
    house = tmp_path_factory.mktemp("house")
    for name in ("meetups", "organizers"):
        for source in (CHECKOUT / name).rglob("*.py"):
            copy = house / source.relative_to(CHECKOUT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    (house / "pyproject.toml").write_bytes((CHECKOUT / "pyproject.toml").read_bytes())
    for room, wrong in PLANTED:
        with (house / room).open("a") as module:
            module.write(f"\n{wrong}\n")
    for room in UNLISTED:
        (house / room).mkdir()
        (house / room / "__init__.py").touch()
    run = subprocess.run(LINT, cwd=house, capture_output=True, text=True, env=os.environ | {"COLUMNS": "500"})
    assert run.returncode != 0
    return run.stdout


@pytest.mark.xdist_group("house")
@pytest.mark.parametrize(("room", "wrong"), PLANTED)
def test_an_import_that_points_up_is_found(complaints: str, room: str, wrong: str) -> None:
    """The contracts can fail: each wrong import is named."""
    importer, imported = room.removesuffix(".py").replace("/", "."), wrong.removeprefix("import ")
    assert f"{importer} -> {imported}" in complaints


# A new room in each container whose contract is exhaustive.
UNLISTED = ["meetups/pages/planted_room", "organizers/planted_room", "meetups/registrations/planted_room"]


@pytest.mark.xdist_group("house")
@pytest.mark.parametrize("room", UNLISTED)
def test_a_new_room_has_to_take_its_place(complaints: str, room: str) -> None:
    listed = complaints.partition("The following modules are not listed as layers:")[2]
    assert f"- {room.replace('/', '.')}\n" in listed


INCLUDE = re.compile(r'{%\s*include\s+"([^"]+)"([^%]*)%}')
TEMPLATES = {str(file.relative_to(CHECKOUT / "templates")): file for file in (CHECKOUT / "templates").rglob("*.html")}


def needs_token(name: str) -> bool:
    """Whether a template has a form in it, or includes one that sees the template's context."""
    text = TEMPLATES[name].read_text() if name in TEMPLATES else ""
    inside = (more for more in INCLUDE.findall(text) if not re.search(r"\bonly\b", more[1]))
    return "{% csrf_token %}" in text or any(needs_token(one) for one, _with in inside)


def test_an_included_form_is_given_its_token() -> None:
    """Django's test client asks for no token, so only a browser would notice that a button does nothing."""
    forgotten = [
        f"{name} includes {included}"
        for name, file in TEMPLATES.items()
        for included, given in INCLUDE.findall(file.read_text())
        if re.search(r"\bonly\b", given) and "csrf_token=" not in given and needs_token(included)
    ]
    assert forgotten == []


def test_no_two_public_classes_have_one_name() -> None:
    """A class name has one meaning. Django gives all commands, and the `Meta` of forms and models, the same name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for top in ("meetups", "organizers"):
        for file in (CHECKOUT / top).rglob("*.py"):
            if "migrations" in file.parts or "commands" in file.parts:
                continue
            for node in ast.parse(file.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(str(file.relative_to(CHECKOUT)))
    assert found
    assert {name: files for name, files in found.items() if len(files) > 1} == {}


def test_no_module_is_the_gerund_of_an_action() -> None:
    """Beside the action `send_message`, no one knows what `sending.py` is."""
    modules = [
        file for top in ("meetups", "organizers") for file in (CHECKOUT / top).rglob("*.py") if file.stem[0] != "_"
    ]
    verbs = {file.stem.split("_")[0] for file in modules if "actions" in file.parts}
    gerunds = {f"{stem}ing" for verb in verbs for stem in (verb, verb.removesuffix("e"), verb + verb[-1])}
    assert {"sending", "planning", "removing"} <= gerunds
    found = [file for file in modules if "actions" not in file.parts and file.stem.split("_")[0] in gerunds]
    assert [str(file.relative_to(CHECKOUT)) for file in found] == []


MOST_IN_A_FOLDER = 20


@pytest.mark.parametrize("top", ["meetups", "organizers", "templates", "tests"])
def test_no_folder_is_a_corridor(top: str) -> None:
    """In a folder with more than twenty modules or templates, no one finds anything."""
    found: Counter[str] = Counter()
    for file in (CHECKOUT / top).rglob("*"):
        if file.suffix in {".py", ".html", ".txt"} and file.name != "__init__.py" and "migrations" not in file.parts:
            found[str(file.parent.relative_to(CHECKOUT))] += 1
    assert found
    assert {folder: many for folder, many in found.items() if many > MOST_IN_A_FOLDER} == {}


SHIFT_ROOMS = ("meetups/volunteers", "organizers/shifts", "meetups/pages/shifts")
LOOKUPS = {"filter", "exclude", "get", "get_or_create", "Q", "When"}


def looks_at_a_title(source: str, *, of_shifts: bool) -> list[str]:
    """Where Python code compares the title of a shift, prepares it for a comparison, or searches by it. In a room `of_shifts`
    every title counts, elsewhere only the title of an object named like a shift.
    """

    def is_one(node: ast.AST) -> bool:
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "title"
            and (of_shifts or ast.unparse(node.value).endswith(("shift", "blueprint")))
        )

    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare):
            guilty = any(is_one(inner) for side in (node.left, *node.comparators) for inner in ast.walk(side))
        elif isinstance(node, ast.Attribute):
            guilty = is_one(node.value)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            keys = [key.arg or "" for key in node.keywords] if name in LOOKUPS else []
            guilty = any("shift__title" in key or (of_shifts and key.startswith("title")) for key in keys)
        else:
            guilty = False
        if guilty:
            found.append(ast.unparse(node))
    return found


TITLE_ASKED = re.compile(r"{%\s*(?:el)?if\b[^%]*\bshift\.title\b")


def test_no_code_looks_at_the_title_of_a_shift() -> None:
    """Organizers call a shift what they like; the code uses its role."""
    found = [
        f"{file.relative_to(CHECKOUT)}: {one}"
        for top in ("meetups", "organizers")
        for file in (CHECKOUT / top).rglob("*.py")
        if "migrations" not in file.parts
        for one in looks_at_a_title(file.read_text(), of_shifts=str(file.relative_to(CHECKOUT)).startswith(SHIFT_ROOMS))
    ]
    assert found + [name for name, file in TEMPLATES.items() if TITLE_ASKED.search(file.read_text())] == []


@pytest.mark.parametrize(
    ("source", "of_shifts"),
    [
        ('shift.title.casefold() in words', False),
        ('what = "" if signup.shift.title == phase else "x"', False),
        ('titles = {one.title.lower() for one in shifts}', True),
        ('found = shifts.filter(title__icontains=word)', True),
        ('found = Signup.objects.filter(shift__title="MC")', False),
    ],
)  # fmt: skip
def test_a_look_at_a_title_is_found(source: str, *, of_shifts: bool) -> None:
    assert looks_at_a_title(source, of_shifts=of_shifts)
    assert TITLE_ASKED.search("{% if shift.title == 'MC' %}")


def unused(templates: set[str], texts: str) -> set[str]:
    """The templates that nothing names: `{% part "x" %}` names `parts/x.html`."""
    parts = {f"parts/{name}.html" for name in re.findall(r'\{% part "([\w/-]+)"', texts)}
    return templates - parts - set(re.findall(r"[\w/-]+\.html", texts))


def test_every_template_is_named_somewhere() -> None:
    root = CHECKOUT / "templates"
    ours = {
        str(path.relative_to(root)) for room in ("pages", "desk", "parts") for path in (root / room).rglob("*.html")
    }
    rooms = [*root.rglob("*.html"), *(CHECKOUT / "meetups").rglob("*.py"), *(CHECKOUT / "organizers").rglob("*.py")]
    assert len(ours) > 200
    assert unused(ours, "".join(path.read_text() for path in rooms)) == set()


def test_a_template_that_nothing_names_is_found() -> None:
    texts = """{% part "fold" title=title %}{% include "parts/site/refused.html" with refusal=refusal only %}"""
    assert unused({"parts/fold.html", "parts/site/refused.html", "parts/left.html"}, texts) == {"parts/left.html"}


# Where a test may pause without looking whether it has waited for long enough, and why.
PAUSES = {
    "tests/support/waiting.py": "looks again after each pause, until a deadline",
    "tests/support/load.py": "people ask again after a pause, as browsers do",
    "tests/support/unlocked.py": "runs in the product's process, and looks again until a deadline",
    "tests/looks/picture.py": "asks the browser again for a picture",
    "tests/notifications/test_sender.py": "a mail server that is slow",
    "tests/mail_faults/test_codes_first.py": "a mail server that is slow, and newcomers who come one after another",
    "tests/mail_faults/scene.py": "looks again, often enough to strike in the middle",
    "tests/concurrency/test_locks.py": "a client in the middle of a long statement",
    "tests/concurrency/threads.py": "looks again, often enough to meet in the middle",
    "tests/faults/scene.py": "looks again while a rush goes on",
    "tests/faults/test_database_stopped.py": "how long the power is gone",
    "tests/faults/test_web_killed.py": "blows at random moments",
    "tests/bench/": "measures",
}


def pauses(source: str) -> list[str]:
    """The calls that only let time pass."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [
        ast.unparse(call) for call in calls if ast.unparse(call.func).split(".")[-1] in {"sleep", "wait_for_timeout"}
    ]
    in_sql = [ast.unparse(call) for call in calls if call.args and "pg_sleep(" in ast.unparse(call.args[0])]
    return named + in_sql


def test_no_test_depends_on_how_long_a_pause_was() -> None:
    """What is there in a moment on a quiet machine is not there yet on a busy one: `wait_until` looks."""
    modules = {str(path.relative_to(CHECKOUT)): path.read_text() for path in (CHECKOUT / "tests").rglob("*.py")}
    found = {name for name, source in modules.items() if pauses(source)}
    assert {name for name in found if not name.startswith(tuple(PAUSES))} == set()
    assert {allowed for allowed in PAUSES if not any(name.startswith(allowed) for name in found)} == set()


@pytest.mark.parametrize(
    "call", ["time.sleep(1)", "sleep(1)", "page.wait_for_timeout(9)", "cursor.execute('SELECT pg_sleep(1)')"]
)
def test_a_pause_is_found(call: str) -> None:
    assert pauses(f"def test_it():\n    {call}\n    assert done") == [call]
