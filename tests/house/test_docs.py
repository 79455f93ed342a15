"""Everything that the Markdown files name exists: files, make commands, settings, decisions."""

import ast
import functools
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "meetups").rglob("*.md")])
DECISIONS = CHECKOUT / "meetups/decisions"
# The folders where a short path may begin: `registrations/pen/seats.py` is in meetups, and views name templates as Django does.
ROOTS = [CHECKOUT, CHECKOUT / "meetups", CHECKOUT / "templates"]
# Addresses of the site, and files of other programs.
ELSEWHERE = {"manifest.txt", "check.py", "master.cf"}
# Files made by a command or by the reader.
NOT_HERE = re.compile(r"^(\.local/|\.venv/|\.env$|looks/$|/|docker-compose\.override\.yml$)|[<>*{}\s:@…]")
ENDINGS = r"py|md|html|txt|po|yml|toml|lock|css|js|cf|conf|svg"


def named_paths(text: str) -> set[str]:
    """The texts in backticks or behind a link that look like a path of this checkout."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    words = {*re.findall(r"`([^`\n]+)`", prose), *re.findall(r"\]\(([^)#\s]+)", prose)}
    looks = re.compile(rf"^[\w.-]+(/[\w.-]+)*(/|\.({ENDINGS}))$|^(meetups|organizers|templates|tests|core)/[\w./-]+$")
    return {word for word in words if looks.search(word) and not NOT_HERE.search(word)}


def missing_paths(text: str, folder: Path) -> set[str]:
    """The paths in `text` that exist neither in this checkout nor beside the file itself."""
    return {
        name
        for name in named_paths(text) - ELSEWHERE
        if name.rstrip("/") not in names_alone() and not any((root / name).exists() for root in [*ROOTS, folder])
    }


@functools.cache
def names_alone() -> frozenset[str]:
    """The names of all files and folders, for texts that name them without the folders above."""
    tops = [CHECKOUT / top for top in ("meetups", "organizers", "templates", "tests")]
    return frozenset(file.name for top in tops for file in top.rglob("*"))


def targets() -> set[str]:
    """The documented commands of make."""
    return set(re.findall(r"^([a-z][\w-]*):.*## ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))


def named_targets(text: str) -> set[str]:
    """Commands such as `make check` and `PORT=9000 make demo`, and indented ones."""
    return set(re.findall(r"(?:`(?:[A-Z_]+=\S+ )*|^    (?:[A-Z_]+=\S+ )*)make ([a-z][\w-]*)", text, re.MULTILINE))


def named_commands(text: str) -> set[str]:
    """Commands such as `manage.py tick`, anywhere in the text."""
    return set(re.findall(r"manage\.py ([a-z_]+)", text)) - {"help"}


def settings_read(source: str) -> set[str]:
    """The variables that the settings read."""
    return set(re.findall(r"""(?:env\.\w+|required)\(\s*"([A-Z_]+)""", source))


def settings_listed(text: str) -> set[str]:
    """The variables in the table."""
    return set(re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE))


def unlisted(source: str, text: str) -> set[str]:
    """The variables that only the settings or only the table has."""
    return settings_read(source) ^ settings_listed(text)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_every_file_that_is_named_is_there(document: Path) -> None:
    assert missing_paths(document.read_text(), document.parent) == set()


@pytest.mark.parametrize(
    ("named", "path"),
    [
        ("`core/gone.py`", "core/gone.py"),
        ("`registrations/actions/gone/`", "registrations/actions/gone/"),
        ("[there](gone.md)", "gone.md"),
        ("`gone.toml`", "gone.toml"),
    ],
)
def test_a_file_that_has_gone_is_found(named: str, path: str) -> None:
    """The control: each way of naming a file is seen."""
    assert missing_paths(f"See {named} and `core/links.py`.", CHECKOUT) == {path}


def spoken(code: str) -> str:
    """The comments and docstrings of Python code."""
    comments = [
        one.string for one in tokenize.generate_tokens(io.StringIO(code).readline) if one.type == tokenize.COMMENT
    ]
    places = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(ast.parse(code)) if isinstance(node, places)]
    return "\n".join(comments + docstrings)


def missing_in_code(file: Path) -> set[str]:
    """The paths that comments and docstrings name, also without backticks, and that are nowhere."""
    text = spoken(file.read_text())
    bare = re.findall(rf"(?<![\w/.`-])((?:\w[\w-]*/)+\w[\w.-]*\.(?:{ENDINGS}))\b", text)
    return missing_paths(text + "".join(f" `{path}`" for path in bare), file.parent)


CODE = sorted(file for room in ("meetups", "organizers") for file in (CHECKOUT / room).rglob("*.py"))


def test_every_file_that_code_names_is_there() -> None:
    missing = {str(file.relative_to(CHECKOUT)): missing_in_code(file) for file in CODE}
    assert {file: paths for file, paths in missing.items() if paths} == {}


def test_a_file_that_has_gone_is_found_in_code(tmp_path: Path) -> None:
    """The control: in a docstring, in a comment, with and without backticks."""
    file = tmp_path / "planted.py"
    file.write_text(
        '''"""As `core/gone.py` says."""\n\n# See tests/core/test_gone.py, tests/core/test_logs.py.\nX = "core/never.py"\n'''
    )
    assert missing_in_code(file) == {"core/gone.py", "tests/core/test_gone.py"}


def test_documents_name_files_at_all() -> None:
    assert len(named_paths((CHECKOUT / "meetups/README.md").read_text())) > 10


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_every_command_of_make_is_there(document: Path) -> None:
    assert named_targets(document.read_text()) <= targets()


def test_a_command_that_make_does_not_know_is_found() -> None:
    """The control."""
    assert named_targets("`make gone`, `PORT=9000 make lost` and\n\n    make away\n") == {"gone", "lost", "away"}
    assert targets() >= {"demo", "test", "check"}
    assert not targets() & {"gone", "lost", "away"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_every_command_of_the_product_is_there(document: Path) -> None:
    assert named_commands(document.read_text()) <= set(get_commands())


def test_a_command_that_the_product_does_not_have_is_found() -> None:
    """The control."""
    text = "`manage.py gone`, or docker compose exec worker python manage.py tick --at 2026-12-01T12:00+09:00"
    assert named_commands(text) - set(get_commands()) == {"gone"}


def settings_table() -> str:
    """The document that lists the settings."""
    [found] = [text for file in DOCUMENTS if "| `SECRET_KEY` |" in (text := file.read_text())]
    return found


def test_every_setting_is_listed_and_every_listed_one_is_read() -> None:
    assert unlisted((CHECKOUT / "meetups/settings.py").read_text(), settings_table()) == set()


def test_a_setting_that_only_one_side_knows_is_found() -> None:
    """The control, both ways."""
    source = 'env.bool("A_NEW_ONE", False)\nrequired("SITE_URL", "")'
    assert unlisted(source, "| `SITE_URL` | where |\n| `OLD_ONE` | what |") == {"A_NEW_ONE", "OLD_ONE"}


PARTS = ("**Decision.** ", "**Why.** ", "**Left aside.** ")


def faults(text: str) -> list[str]:
    """The faults of a decision: no title, missing or disordered parts, or a wrong length."""
    found = [] if text.startswith("# ") else ["no title"]
    places = [text.find(part) for part in PARTS]
    if min(places) < 0 or places != sorted(places):
        found.append("its parts")
    if not 40 <= len(text.split()) <= 120:
        found.append("its length")
    return found


@pytest.mark.parametrize("name", sorted(file.name for file in DECISIONS.glob("*.md") if file.name != "README.md"))
def test_a_decision_is_short_and_in_the_list(name: str) -> None:
    text = (DECISIONS / name).read_text()
    assert faults(text) == []
    title = text.partition("\n")[0].removeprefix("# ")
    assert (DECISIONS / "README.md").read_text().count(f"- [{title}]({name}): ") == 1


def test_a_decision_without_a_reason_is_found() -> None:
    """The control."""
    assert faults("**Decision.** It is so. **Left aside.** Nothing.") == ["no title", "its parts", "its length"]


def test_the_house_fits_on_two_screens() -> None:
    lines = (CHECKOUT / "meetups/README.md").read_text().splitlines()
    assert len(lines) <= 110
    assert max(map(len, lines)) <= 130


def rooms() -> set[str]:
    """The apps, and the folders inside `meetups/pages` and `organizers`."""
    found = [
        *(CHECKOUT / "meetups").iterdir(),
        *(CHECKOUT / "meetups/pages").iterdir(),
        *(CHECKOUT / "organizers").iterdir(),
    ]
    return {folder.name for folder in found if (folder / "__init__.py").exists()} - {"templatetags"}


def missing_rooms(text: str) -> set[str]:
    """The rooms that the picture in `text` does not show."""
    picture = text.split("```")[1]
    return {room for room in rooms() if not re.search(rf"\b{room}\b", picture)}


def test_the_floor_plan_shows_every_room() -> None:
    assert missing_rooms((CHECKOUT / "meetups/README.md").read_text()) == set()


def test_a_room_that_the_floor_plan_lacks_is_found() -> None:
    """The control."""
    assert {"core", "sheets", "desk"} <= missing_rooms("``` pages ``` core sheets desk")
    assert "pages" not in missing_rooms("``` pages ```")


WORN = re.compile(r"\b(she|her|hers|herself|somebody|nobody|everybody|anybody|whoever|whomever)\b", re.IGNORECASE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(CHECKOUT)))
def test_documents_speak_of_people_plainly(document: Path) -> None:
    assert WORN.findall(document.read_text()) == []


def strings(code: str) -> Iterator[str]:
    """Every string in `code`: what pages, mails and commands say, and docstrings."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_what_the_product_says_speaks_of_people_plainly() -> None:
    code = [file for room in ("meetups", "organizers") for file in (CHECKOUT / room).rglob("*.py")]
    worn = {str(file): [text for text in strings(file.read_text()) if WORN.search(text)] for file in code}
    assert {name: texts for name, texts in worn.items() if texts} == {}


def test_a_worn_word_is_found() -> None:
    """The control."""
    assert WORN.findall("Whoever comes keeps her seat, and others theirs.") == ["Whoever", "her"]
    assert WORN.findall(" ".join(strings('print(f"Nobody is left in {shift}.")  # somebody'))) == ["Nobody"]
