"""Answers in a file of participants: which of our questions a column may answer, and what a cell says. Pure."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from meetups.registrations.imports.import_plan import Incoming
from meetups.registrations.imports.participants_csv import Problem, Table, fold_cell
from meetups.registrations.models import Slot
from meetups.registrations.questions.questions import LONGEST_TEXT, Question, QuestionKind, questions_of

# What stands between several choices, folded. Line breaks have become spaces, and those are folded away.
BETWEEN = ",;、/|・"
YES = frozenset(
    ("yes", "y", "true", "1", "on", "ok", "はい", "同意", "同意する", "同意します", "○", "〇", "◯", "✓", "済", "参加")
)
NO = frozenset(("", "no", "n", "false", "0", "off", "いいえ", "×", "✗", "-", "なし", "同意しない", "不参加"))
LONGEST_YES, LONGEST_BETWEEN = 20, 10
FOLDED_AT_ONCE = 100
# So much of a cell stands in a note.
SHOWN = 60


@dataclass(frozen=True)
class FileQuestion:
    """A question that a column may answer. In the same words and of the same kind it is one for all slots, as in our own files.

    `by_slot` has the question of each slot by the slot's primary key.
    """

    label: str
    kind: QuestionKind
    by_slot: Mapping[int, Question]

    @property
    def key(self) -> str:
        """A name for the field of a form."""
        return hashlib.sha256(f"{self.kind}:{self.label}".encode()).hexdigest()[:12]


def file_questions(slots: Iterable[Slot]) -> list[FileQuestion]:
    """The questions that these slots ask now, slot by slot."""
    found: dict[tuple[str, QuestionKind], dict[int, Question]] = {}
    for slot in slots:
        for question in questions_of(slot):
            found.setdefault((question.label, question.kind), {})[slot.pk] = question
    return [FileQuestion(label, kind, by_slot) for (label, kind), by_slot in found.items()]


def guess_answers(table: Table, questions: Iterable[FileQuestion], taken: Collection[int]) -> dict[str, int]:
    """The columns whose headers are the words of a question, by its key. `taken` columns mean something else."""
    heads = {fold_cell(head): column for column, head in reversed([*enumerate(table.head)]) if column not in taken}
    return {one.key: heads[fold_cell(one.label)] for one in questions if fold_cell(one.label) in heads}


def with_answers(
    people: Iterable[Incoming], table: Table, questions: Iterable[FileQuestion], columns: Mapping[str, int]
) -> tuple[list[Incoming], list[Problem]]:
    """The people with what the chosen columns say to the questions of their slots.

    What does not fit stays open, and is a note by row and column: no one is left out for it (RULES 253).
    """
    chosen = [(columns[one.key], one) for one in questions if one.key in columns]
    choices = {id(question): _Choices.of(question) for _column, one in chosen for question in one.by_slot.values()}
    found: list[Incoming] = []
    notes: list[Problem] = []
    for person in people:
        answers: dict[str, Any] = {}
        for column, one in chosen:
            question = one.by_slot.get(person.slot_id)
            if question is None:
                continue
            answer, why = _read(question, table.rows[person.row - 2][column], choices[id(question)])
            if answer:
                answers[question.id] = answer
            elif why:
                said = table.rows[person.row - 2][column]
                said = f"{said[:SHOWN]}…" if len(said) > SHOWN else said
                words = {"column": table.head[column], "said": said, "length": f"{LONGEST_TEXT:,}"}
                notes.append(Problem(person.row, why % words, error=False))
        found.append(replace(person, answers=answers))
    return found, notes


@dataclass(frozen=True)
class _Choices:
    """The choices of a question by their folded words, how one is found where a cell begins, and how long an answer may be."""

    by_words: Mapping[str, str]
    at_the_start: re.Pattern[str]
    longest: int

    @classmethod
    def of(cls, question: Question) -> "_Choices":
        by_words = {words: choice for choice in reversed(question.choices) if (words := fold_cell(choice))}
        # The longest first: one may begin as another does. Without any choice nothing is found.
        pattern = "|".join(re.escape(words) for words in sorted(by_words, key=len, reverse=True)) or r"(?!)"
        longest = sum(len(words) + LONGEST_BETWEEN for words in by_words)
        if question.kind == QuestionKind.CONSENT:
            longest = len(question.label) + LONGEST_YES
        return cls(by_words, re.compile(pattern), longest)

    def fold(self, cell: str) -> str:
        """The cell folded; as it is where that is too long for an answer. Folding is slow if it makes many characters of one."""
        length = 0
        for start in range(0, len(cell) if len(cell) > FOLDED_AT_ONCE else 0, FOLDED_AT_ONCE):
            length += len(fold_cell(cell[start : start + FOLDED_AT_ONCE]))
            if length > self.longest + FOLDED_AT_ONCE:
                return cell
        return fold_cell(cell)


def _read(question: Question, cell: str, choices: _Choices) -> tuple[Any, str]:
    """The answer as it is stored, or why there is none: a sentence with placeholders, empty where nothing is wrong."""
    if not cell:
        return None, _("“%(column)s” is empty, so the answer stays open.") if question.required else ""
    if question.kind == QuestionKind.TEXT:
        if len(cell) > LONGEST_TEXT:
            return None, _(
                "“%(column)s”: the answer has more than %(length)s characters, so it isn’t imported and stays open."
            )
        return cell, ""
    said = choices.fold(cell)
    if question.kind == QuestionKind.CONSENT:
        if said in YES or said == fold_cell(question.label):
            return True, ""
        if said in NO:
            return None, _("“%(column)s” says no, so the answer stays open.") if question.required else ""
        return None, _("“%(column)s”: “%(said)s” is neither yes nor no, so the answer stays open.")
    none = _("“%(column)s”: “%(said)s” isn’t one of the choices, so the answer stays open.")
    if question.kind == QuestionKind.CHOICE:
        answer = choices.by_words.get(said)
        return answer, "" if answer else none
    ticked = _several(said, choices)
    return ([choice for choice in question.choices if choice in ticked], "") if ticked else (None, none)


def _several(said: str, choices: _Choices) -> set[str]:
    """The choices that are named one after the other. Empty if anything else is named: half an answer is none.

    A cell that names more than there are goes on and on, and is no answer.
    """
    ticked: set[str] = set()
    named = 0
    while said := said.lstrip(BETWEEN):
        found = choices.at_the_start.match(said)
        named += 1
        if not found or named > len(choices.by_words):
            return set()
        ticked.add(choices.by_words[found[0]])
        said = said[found.end() :]
    return ticked
