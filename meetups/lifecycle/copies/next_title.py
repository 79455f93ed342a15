"""The title of the event after another: the number is counted on, and what follows it, this time's subject, is left out."""

import re
from collections.abc import Iterable

# #14, ＃14, 第14回, vol. 14, No.14. A number without such a sign (Python 3.14) is part of a name.
_NUMBER = re.compile(
    r"(?P<sign>[#＃]\s?|第\s?|\bvol\.?\s?|\bno\.?\s?)(?P<number>\d{1,6})(?P<end>\s?回)?", re.IGNORECASE
)


def next_title(title: str, others: Iterable[str]) -> str:
    """The title with the number after the largest of the same series. Without a number the title stays as it is."""
    found = _numbered(title)
    if found is None:
        return title
    begin, number = title[: found.start("number")], found["number"]
    last = int(number)
    for other in others:
        there = _numbered(other)
        if there and other[: there.start("number")].casefold() == begin.casefold():
            last = max(last, int(there["number"]))
    return f"{begin}{last + 1:0{len(number) if number.startswith('0') else 1}}{found['end'] or ''}"


def title_beside(other: str, title: str) -> str:
    """The same in the other language: the number of `title`, and nothing after it."""
    found, number = _numbered(other), _numbered(title)
    if found is None or number is None:
        return other
    return f"{other[: found.start('number')]}{number['number']}{found['end'] or ''}"


def number_of(title: str) -> str:
    """The number with its sign, such as #14 or 第14回; empty where the title has none."""
    found = _numbered(title)
    return found[0].strip() if found else ""


def _numbered(title: str) -> re.Match[str] | None:
    return next((found for found in _NUMBER.finditer(title) if found["sign"].strip() != "第" or found["end"]), None)
