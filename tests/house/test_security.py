"""`meetups/SECURITY.md` names every item of ASVS 5.0, levels 1 and 2, once, and the tests that it names are there."""

import ast
import re
from collections import Counter
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENT = CHECKOUT / "meetups/SECURITY.md"
# Section: the numbers of its items of levels 1 and 2. Level 3 is left out.
ITEMS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}  # fmt: skip
ROW = re.compile(r"^\| ([\d., ]+) \| (.+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`([\w/]+\.py)::(\w+)`")


def expected() -> set[str]:
    """Every item as `chapter.section.number`."""
    found = set()
    for section, span in ITEMS.items():
        first, _, last = span.partition("-")
        found |= {f"{section}.{number}" for number in range(int(first), int(last or first) + 1)}
    return found


def named(text: str) -> Counter[str]:
    """How often each item stands in the tables."""
    return Counter(item for items, _how, _shown in ROW.findall(text) for item in items.split(", "))


def missing_tests(text: str) -> set[str]:
    """The named tests that do not exist."""
    return {f"{path}::{name}" for path, name in TEST.findall(text) if name not in functions(CHECKOUT / "tests" / path)}


def functions(file: Path) -> set[str]:
    if not file.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)}


def unshown(text: str) -> list[str]:
    """The rows that name neither a test nor a decision, nor the operator, nor that there is nothing of the kind."""
    return [
        items
        for items, _how, shown in ROW.findall(text)
        if not TEST.search(shown) and not re.match(r"(none|operator|decided: .+)$", shown)
    ]


def test_every_item_is_named_once() -> None:
    counted = named(DOCUMENT.read_text())
    assert len(expected()) == 253
    assert set(counted) == expected()
    assert [item for item, times in counted.items() if times > 1] == []


def test_every_item_has_a_test_or_a_reason() -> None:
    text = DOCUMENT.read_text()
    assert missing_tests(text) == set()
    assert unshown(text) == []


def test_a_test_that_has_gone_and_a_row_without_a_reason_are_found() -> None:
    """The control."""
    text = "| 1.1.1, 1.1.2 | so | `house/test_security.py::test_gone` |\n| 1.2.1 | so | we trust it |\n"
    assert missing_tests(text) == {"house/test_security.py::test_gone"}
    assert unshown(text) == ["1.2.1"]
    assert named(text) == Counter({"1.1.1": 1, "1.1.2": 1, "1.2.1": 1})
