"""Every verb of the history has words at the desk."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from organizers.history.history_words import QUIET, SAID_ELSEWHERE, WORDS

MEETUPS = Path(__file__).resolve().parents[2] / "meetups"
type Function = ast.FunctionDef
# How a function takes the verb: keyword only, or at these positions.
type Signatures = dict[str, set[int]]


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the product, except migrations and demo."""
    for path in sorted(MEETUPS.rglob("*.py")):
        if not {"migrations", "demo"} & set(path.parts):
            yield str(path.relative_to(MEETUPS.parent)), ast.parse(path.read_text())


def parameters(function: Function) -> list[str]:
    return [one.arg for one in (*function.args.posonlyargs, *function.args.args)]


def constants(module: ast.Module) -> dict[str, str]:
    """The text constants at the top of a module, by name."""
    return {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def unpacked(name: str, function: Function, module: ast.Module) -> set[str]:
    """The values of `name` if it is unpacked from a row of a table or an enum: the cells at that position."""
    found: set[str] = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Tuple):
            continue
        names = [one.id if isinstance(one, ast.Name) else "" for one in node.targets[0].elts]
        if name in names:
            rows = [row for row in ast.walk(module) if isinstance(row, ast.Tuple) and len(row.elts) == len(names)]
            cells = [row.elts[names.index(name)] for row in rows]
            found |= {cell.value for cell in cells if isinstance(cell, ast.Constant) and isinstance(cell.value, str)}
    return found


def verbs_of(value: ast.expr, function: Function, module: ast.Module) -> set[str] | None:
    """The verbs that an expression can be; empty if it only passes on its own `verb`, None if it cannot be determined."""
    if isinstance(value, ast.Constant):
        return {value.value} if isinstance(value.value, str) else None
    if isinstance(value, ast.IfExp):
        one, other = verbs_of(value.body, function, module), verbs_of(value.orelse, function, module)
        return None if one is None or other is None else one | other
    if isinstance(value, ast.Attribute) and value.attr == "verb":
        return set()
    if not isinstance(value, ast.Name):
        return None
    if value.id in constants(module):
        return {constants(module)[value.id]}
    if value.id == "verb" and "verb" in [*parameters(function), *(one.arg for one in function.args.kwonlyargs)]:
        return set()
    return unpacked(value.id, function, module) or None


def passed(call: ast.Call, local: dict[str, int]) -> ast.expr | None:
    """The expression that a call passes as the verb. `local` gives its position for functions that take it by position."""
    for keyword in call.keywords:
        if keyword.arg == "verb":
            return keyword.value
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = local.get(name)
    return call.args[place] if place is not None and place < len(call.args) else None


def verbs_in(sources: Iterator[tuple[str, ast.Module]]) -> tuple[dict[str, str], list[str]]:
    """Each verb with a module that writes it, and the places where the verb cannot be determined."""
    read = dict(sources)
    places: dict[str, dict[str, int]] = {}
    for name, module in read.items():
        for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
            known = parameters(function)
            if "verb" in known:
                is_method = known[0] == "self"
                places.setdefault(name, {})[function.name] = known.index("verb") - is_method
    verbs: dict[str, str] = {}
    unclear: list[str] = []
    for name, module in read.items():
        local = dict(places.get(name, {}))
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom) and node.module:
                source = places.get(f"{node.module.replace('.', '/')}.py", {})
                local |= {one.asname or one.name: source[one.name] for one in node.names if one.name in source}
        for function in (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)):
            for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
                value = passed(call, local)
                found = set() if value is None else verbs_of(value, function, module)
                if found is None:
                    unclear.append(f"{name}:{call.lineno}")
                verbs |= dict.fromkeys(found or (), name)
    return verbs, unclear


def test_every_verb_of_the_history_has_words() -> None:
    verbs, unclear = verbs_in(modules())
    assert unclear == []
    assert {verb: where for verb, where in verbs.items() if verb not in WORDS} == {}
    assert {*QUIET, *SAID_ELSEWHERE} <= WORDS.keys()


@pytest.mark.parametrize(
    "source",
    [
        'def act():\n    record(verb="forgotten")',
        'def act():\n    record(verb="register" if early else "forgotten")',
        'VERB = "forgotten"\ndef act():\n    record(verb=VERB)',
        'def step(thing, verb):\n    record(verb=verb)\ndef act():\n    step(1, "forgotten")',
        'TABLE = {1: ("forgotten", 2)}\ndef act():\n    verb, other = TABLE[1]\n    record(verb=verb)',
    ],
)
def test_a_forgotten_verb_is_found(source: str) -> None:
    verbs, unclear = verbs_in(iter([("planted.py", ast.parse(source))]))
    assert "forgotten" in verbs
    assert unclear == []


def test_a_verb_that_cannot_be_told_is_named() -> None:
    assert verbs_in(iter([("planted.py", ast.parse("def act():\n    record(verb=guess())"))]))[1] == ["planted.py:2"]
