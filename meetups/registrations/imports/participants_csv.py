"""A reader for the list of participants that connpass gives its organizers. Pure: bytes in, people and problems out.

Files differ. They are UTF-8 or UTF-16, with or without a BOM, or cp932. The older and the newer form have different headers, and every event
adds a column for each of its questions. So the file is first read as a table. Then a mapping says what its columns mean.
"""

import csv
import io
import itertools
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from meetups.core.errors import DomainError
from meetups.core.texts.safe_text import validate_visible, without_invisible
from meetups.registrations.questions.questions import LONGEST_TEXT

LARGEST = 3_000_000
# All rows are written under the seat lock, and the others at this event wait: 5,000 of them hold it for 1.3 seconds.
MOST_ROWS = 5_000
MOST_COLUMNS = 60
# Half-width katakana: text in other encodings looks like this when it is read as cp932.
UNLIKELY = frozenset(map(chr, range(0xFF61, 0xFFA0)))
# So much of a cell counts as a name, a slot or a status. Only answers to questions are longer: one that is too long is still seen to be.
LONGEST_CELL = 120
LONGEST_ANSWER = LONGEST_TEXT + 1
LONGEST_NAME = LONGEST_USER = 60
LONGEST_WORD = 30
# The words of a question have up to 200 characters.
LONGEST_HEAD = 250
# The key of a registration is this prefix and the connpass user name. No mail address looks like it.
KEY = "connpass:"


class FileCannotBeRead(DomainError):
    """The file cannot be read. `message` says why and what to do; nothing was changed."""

    status = 422


class FileIsTooLarge(FileCannotBeRead):
    message = gettext_lazy(
        "The file is too large. Delete columns that you don’t import, or split it into several files."
    )


class FileIsEmpty(FileCannotBeRead):
    message = gettext_lazy("There are no participants in this file.")


class FileIsNoCsv(FileCannotBeRead):
    message = gettext_lazy(
        "This isn’t a CSV file. On connpass, download the participants as CSV and choose that file as it is."
    )


class FileHasOtherLetters(FileCannotBeRead):
    message = gettext_lazy("This file is neither UTF-8 nor UTF-16 nor Shift_JIS. Save it as “CSV UTF-8” and try again.")


class FileHasTooMuch(FileCannotBeRead):
    message = gettext_lazy("The file has more than %(rows)s rows or %(columns)s columns. Split it into several files.")


class Meaning(StrEnum):
    """The possible meanings of a column."""

    USER = "user"
    NAME = "name"
    SLOT = "slot"
    STATUS = "status"
    ATTENDANCE = "attendance"

    @property
    def label(self) -> str:
        return str(LABELS[self])

    @property
    def is_needed(self) -> bool:
        return self in {Meaning.USER, Meaning.STATUS}


LABELS: dict[Meaning, Promise] = {
    Meaning.USER: pgettext_lazy("column", "connpass username"),
    Meaning.NAME: pgettext_lazy("column", "Display name"),
    Meaning.SLOT: pgettext_lazy("column", "connpass slot"),
    Meaning.STATUS: pgettext_lazy("column", "Status (confirmed, waitlisted, canceled)"),
    Meaning.ATTENDANCE: pgettext_lazy("column", "Attendance"),
}
# Headers as seen in real files, compared folded. The first one that the file has is taken.
HEADERS: dict[Meaning, tuple[str, ...]] = {
    Meaning.USER: ("ユーザー名", "ユーザ名", "ユーザーネーム", "username", "nickname"),
    Meaning.NAME: ("表示名", "ディスプレイネーム", "名前", "氏名", "displayname", "name"),
    Meaning.SLOT: ("参加枠名", "参加枠", "枠名", "枠", "slot", "ticket"),
    Meaning.STATUS: ("参加ステータス", "参加状況", "参加状態", "ステータス", "status"),
    Meaning.ATTENDANCE: ("出欠ステータス", "出席ステータス", "出欠", "出席", "attendance"),
}


class Status(StrEnum):
    """What a row says about its person."""

    SEAT = "seat"
    WAITS = "waits"
    CANCELLED = "cancelled"


STATUSES: dict[str, Status] = {
    **dict.fromkeys(
        ("参加", "参加者", "参加中", "参加確定", "確定", "当選", "発表者", "participating", "confirmed"), Status.SEAT
    ),
    **dict.fromkeys(
        ("補欠", "補欠者", "繰上待ち", "繰り上げ待ち", "キャンセル待ち", "waiting", "waitlisted"), Status.WAITS
    ),
    **dict.fromkeys(
        ("キャンセル", "参加キャンセル", "キャンセル済み", "辞退", "落選", "cancelled", "canceled"), Status.CANCELLED
    ),
}
ATTENDED = {"出席", "出席済み", "参加", "済", "○", "〇", "attended", "yes"}


@dataclass(frozen=True)
class Table:
    """A file as a table: the head, and rows of the same width. Row 2 is the first below the head, as in spreadsheets."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def values(self, column: int) -> list[str]:
        """The different values of a column, in the order in which they first appear."""
        return list(dict.fromkeys(row[column][:LONGEST_CELL] for row in self.rows))


@dataclass(frozen=True)
class Problem:
    """An error in one row, or a note about it. A row with an `error` is left out."""

    row: int
    text: str
    error: bool = True


@dataclass(frozen=True)
class ImportedPerson:
    """One person of the file. `slot` is the name of the slot in the file; empty where it has none."""

    row: int
    user: str
    name: str
    slot: str
    status: Status
    attended: bool

    @property
    def person_key(self) -> str:
        return f"{KEY}{self.user}"


@dataclass
class Reading:
    """The content of a file under a mapping. `cancelled` counts the rows that are left out because the person does not come."""

    people: list[ImportedPerson] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    cancelled: int = 0


def read_table(content: bytes) -> Table:
    """The file as a table. Raises FileCannotBeRead."""
    if len(content) > LARGEST:
        raise FileIsTooLarge
    text = _text(content)
    # A million tiny rows are a hundred megabytes: no more are read than are taken.
    lines = (line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, line)))
    try:
        head = next(lines, [])
        if len(head) > MOST_COLUMNS:
            raise FileHasTooMuch(rows=MOST_ROWS, columns=MOST_COLUMNS)
        width = len(head)
        rows = [(line + [""] * width)[:width] for line in itertools.islice(lines, MOST_ROWS + 1)]
    except csv.Error:
        raise FileIsNoCsv from None
    if not rows:
        raise FileIsEmpty
    if len(rows) > MOST_ROWS:
        raise FileHasTooMuch(rows=MOST_ROWS, columns=MOST_COLUMNS)
    if width < 2:
        raise FileIsNoCsv
    return Table(
        tuple(_cell(cell)[:LONGEST_HEAD] for cell in head),
        tuple(tuple(_cell(cell) for cell in row) for row in rows),
    )


def _text(content: bytes) -> str:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise FileIsNoCsv
    if b"\x00" in content:
        return _wide_text(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp932")
    except UnicodeDecodeError:
        raise FileHasOtherLetters from None
    # Nearly any bytes can be read as cp932. Text that is not Japanese then contains characters that people hardly type.
    letters = {letter: number for letter, number in Counter(text).items() if not letter.isascii()}
    unlikely = (letter for letter in letters if letter in UNLIKELY or unicodedata.category(letter) in {"Cc", "Co"})
    if sum(letters[letter] for letter in unlikely) * 2 > sum(letters.values()):
        raise FileHasOtherLetters
    return text


def _wide_text(content: bytes) -> str:
    """The text of a file in UTF-16, with or without a BOM. In the wrong byte order a comma and the end of a line are other signs."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        if "," in text and ("\n" in text or "\r" in text) and "\x00" not in text:
            return text
    raise FileIsNoCsv


def _cell(cell: str) -> str:
    """The cell as one line, without characters that no one can see."""
    seen = "".join(" " if unicodedata.category(character) == "Cc" else character for character in cell)
    return " ".join(seen.split())[:LONGEST_ANSWER]


def fold_cell(text: str) -> str:
    """A header or a status without differences of width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _word(cell: str) -> str:
    """The cell folded, if it can be one of the few words that we know: folding is slow where it makes many characters of one."""
    return fold_cell(cell) if len(cell) <= LONGEST_WORD else cell


def guess(table: Table) -> dict[Meaning, int]:
    """The meanings of the columns, guessed from their headers. Columns without a clear meaning are left out."""
    heads = [fold_cell(head) for head in table.head]
    found: dict[Meaning, int] = {}
    for meaning, names in HEADERS.items():
        column = next((heads.index(name) for name in map(fold_cell, names) if name in heads), None)
        if column is not None and column not in found.values():
            found[meaning] = column
    return found


def slim(table: Table, columns: Sequence[int]) -> Table:
    """The table with only `columns`, in this order: the part that a later step must carry."""
    return Table(
        tuple(table.head[column] for column in columns),
        tuple(tuple(row[column] for column in columns) for row in table.rows),
    )


def read_people(table: Table, mapping: Mapping[Meaning, int]) -> Reading:
    """The people of the file in its order, and every problem by its row. `mapping` has the needed columns.

    People who cancelled are left out. If a person has two rows, the row with the better place counts, and the other is reported.
    """
    reading = Reading()
    people: dict[str, ImportedPerson] = {}
    for number, row in enumerate(table.rows, start=2):
        person = _person(number, row, mapping, reading)
        if person is None:
            continue
        other = people.get(person.user)
        if other is None:
            people[person.user] = person
            continue
        better, worse = (
            (person, other) if (person.status, other.status) == (Status.SEAT, Status.WAITS) else (other, person)
        )
        people[person.user] = better
        reading.problems.append(
            Problem(
                worse.row,
                _("%(user)s is also in row %(row)s, which is used instead.") % {"user": person.user, "row": better.row},
            )
        )
    reading.people = sorted(people.values(), key=lambda person: person.row)
    reading.problems.sort(key=lambda problem: problem.row)
    return reading


def _person(
    number: int, row: tuple[str, ...], mapping: Mapping[Meaning, int], reading: Reading
) -> ImportedPerson | None:
    def cell(meaning: Meaning) -> str:
        column = mapping.get(meaning)
        return row[column][:LONGEST_CELL] if column is not None and column < len(row) else ""

    def problem(text: str, *, error: bool = True) -> None:
        reading.problems.append(Problem(number, text, error))

    said = cell(Meaning.STATUS)
    status = STATUSES.get(_word(said))
    if status is Status.CANCELLED:
        reading.cancelled += 1
        return None
    # Folding can turn one character into eighteen.
    user = fold_cell(cell(Meaning.USER)[:LONGEST_USER])[:LONGEST_CELL]
    if not user:
        problem(_("There’s no username."))
        return None
    if status is None:
        problem(
            _("“%(said)s” doesn’t say whether %(user)s is confirmed, waitlisted or canceled.")
            % {"said": said, "user": user}
            if said
            else _("The status of %(user)s is empty.") % {"user": user}
        )
        return None
    # Spreadsheets and other services leave invisible characters in names.
    name = without_invisible(cell(Meaning.NAME))
    if len(name) > LONGEST_NAME:
        name = name[:LONGEST_NAME]
        problem(
            _("The name of %(user)s was cut to %(length)s characters.") % {"user": user, "length": LONGEST_NAME},
            error=False,
        )
    try:
        validate_visible(name)
    except ValidationError:
        name = user[:LONGEST_NAME]
        problem(
            _("%(user)s has no name that can be shown, so the username is used.") % {"user": user},
            error=False,
        )
    return ImportedPerson(number, user, name, cell(Meaning.SLOT), status, _word(cell(Meaning.ATTENDANCE)) in ATTENDED)
