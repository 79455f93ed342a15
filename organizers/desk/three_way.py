"""Three versions of a form: what it was filled from, what another organizer has saved since, and what was typed (RULES 118, 195)."""

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.http import QueryDict
from merge3 import Merge3

# Up to this length two texts are compared letter by letter, and line by line above.
LETTERS = 2_000
# The mark of a part of a text (`ins`, `del` or none) and its words.
type MarkedWords = tuple[str, str]
# What a browser sends for one field: each of its inputs with its values.
type Sent = dict[str, list[str]]


class MergedByItself(Exception):
    """Nothing is left to ask: `data` has what both organizers changed. `taken` are the labels of what the other one changed."""

    def __init__(self, data: QueryDict, taken: list[str]) -> None:
        super().__init__(taken)
        self.data, self.taken = data, taken


@dataclass(frozen=True)
class Merge:
    """`data` is the form with all that only the other changed (`taken`). `asked` are the fields that both changed; a text has its
    parts, theirs and mine.
    """

    data: QueryDict
    taken: list[str]
    asked: dict[str, tuple[list[MarkedWords], list[MarkedWords]] | None]


def was(form: forms.Form) -> str:
    """What the form was filled from, for its hidden input `was`. A form that was sent keeps its own."""
    if form.is_bound:
        return str(form.data.get("was", ""))
    return json.dumps({one.name: _sent(one, one.initial) for one in form}, ensure_ascii=False)


def merged(form: forms.Form, there: dict[str, Any]) -> Merge | None:
    """None where the form does not say what it was filled from."""
    base = _read(form.data.get("was", ""))
    if not base or not isinstance(form.data, QueryDict):
        return None
    data, now = form.data.copy(), dict(base)
    taken: list[str] = []
    asked: dict[str, tuple[list[MarkedWords], list[MarkedWords]] | None] = {}
    for one in form:
        if one.name not in there or one.name not in base:
            continue
        before, theirs = _even(base[one.name]), _sent(one, there[one.name])
        mine = {name: form.data.getlist(name) for name in theirs}
        now[one.name] = theirs
        if one.html_initial_name in data:
            _put(data, {one.html_initial_name: next(iter(theirs.values()), [""])})
        if _even(theirs) in (before, _even(mine)):
            continue
        if _even(mine) == before:
            taken.append(one.name)
            _put(data, theirs)
            continue
        if isinstance(one.field.widget, forms.Textarea):
            texts = [_text(version, one.html_name) for version in (before, _even(theirs), _even(mine))]
            whole = together(*texts)
            if whole is not None:
                taken.append(one.name)
                _put(data, {one.html_name: [whole]})
                continue
            asked[one.name] = (marked_words(texts[0], texts[1]), marked_words(texts[0], texts[2]))
        else:
            asked[one.name] = None
    data["was"] = json.dumps(now, ensure_ascii=False)
    return Merge(data, taken, asked)


def together(before: str, theirs: str, mine: str) -> str | None:
    """Both changes in one text, line by line; None where both changed the same lines."""
    groups = list(Merge3(before.splitlines(), theirs.splitlines(), mine.splitlines()).merge_groups())
    if any(group[0] == "conflict" for group in groups):
        return None
    return "\n".join(line for group in groups for line in group[1])


def marked_words(before: str, after: str) -> list[MarkedWords]:
    """`after`, with what is new marked `ins`, and what is gone from `before` marked `del`."""
    tokens = re.compile(r"(?s)." if len(before) + len(after) <= LETTERS else r".*\n|.+")
    old, new = tokens.findall(before), tokens.findall(after)
    found: list[MarkedWords] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("", "".join(new[c:d])))
            continue
        found += [("del", "".join(old[a:b]))] if b > a else []
        found += [("ins", "".join(new[c:d]))] if d > c else []
    return found


def _sent(one: forms.BoundField, value: Any) -> Sent:
    """What a browser would send for this value."""
    widget = one.field.widget
    if isinstance(widget, forms.MultiWidget):
        values = widget.decompress(value) or []
        names = [f"{one.html_name}_{number}" for number in range(len(widget.widgets))]
        return {name: [_typed(part, each)] for name, part, each in zip(names, widget.widgets, values, strict=False)}
    if isinstance(widget, forms.CheckboxInput):
        return {one.html_name: ["on"] if value else []}
    value = one.field.prepare_value(value)
    if isinstance(widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
        return {one.html_name: [str(each) for each in value or ()]}
    return {one.html_name: [_typed(widget, value)]}


def _typed(widget: forms.Widget, value: Any) -> str:
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else ""
    shown = widget.format_value(value)
    if isinstance(shown, list | tuple):
        shown = next(iter(shown), "")
    return "" if shown is None else str(shown)


def _even(sent: Sent) -> Sent:
    """Without what browsers change or leave out: ends of lines, empty inputs."""
    evened = {name: [value.replace("\r\n", "\n").strip() for value in values] for name, values in sent.items()}
    return {name: sorted(value for value in values if value) for name, values in evened.items()}


def _text(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")


def _put(data: QueryDict, sent: Sent) -> None:
    for name, values in sent.items():
        if values:
            data.setlist(name, values)
        else:
            data.pop(name, None)


def _read(typed: object) -> dict[str, Sent]:
    """The input `was`, as far as it can be read: anyone can send anything."""
    try:
        kept = json.loads(str(typed))
        return {
            str(field): {str(name): [str(value) for value in values] for name, values in sent.items()}
            for field, sent in kept.items()
        }
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}
