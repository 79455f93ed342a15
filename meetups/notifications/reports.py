"""Reading delivery reports: what a mail server sends when it could not deliver a mail that it had taken (RFC 3464, RFC 6522; with
addresses in UTF-8 RFC 6533). A leaf.

Anybody can write to the address that reports go to. So a report is limited in size and gone through once: its header, the parts of its
outermost level, and of the mail that came back the header alone. What is nested deeper is never looked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Octets. A report carries a mail of ours at most, calendar files included, and those have some ten thousand.
LIMIT = 1_000_000

BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
BLANK_LINE = re.compile(r"\n[ \t]*\n")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
# Of what the last server said; nobody reads more.
WORDS = 500
CODE_POINT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
STATUSES = {"message/delivery-status", "message/global-delivery-status"}
RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}


class NoReport(Exception):
    """A mail of another sort, such as an answer from somebody who is on holiday."""


class UnreadableReport(Exception):
    """It may be a report, but what it says cannot be found out. The text is a sentence that says why."""


@dataclass(frozen=True)
class ReportedOutcome:
    """What became of the mail to one recipient.

    `addresses` are the one that it was sent to and the one that it came to in the end, in lower case, where the report has them. `action`
    is failed, delayed, delivered, relayed or expanded; `status` an enhanced code (RFC 3463) or empty; `said` what the last server
    answered, or empty.
    """

    addresses: frozenset[str]
    action: str
    status: str
    said: str


@dataclass(frozen=True)
class Report:
    """The Message-ID of the mail that the report is about, with its angle brackets, and what became of it."""

    message_id: str
    outcomes: tuple[ReportedOutcome, ...]


def read_report(octets: bytes) -> Report:
    """What a mail, as it came, reports. Raises NoReport or UnreadableReport."""
    if len(octets) > LIMIT:
        raise UnreadableReport(f"The mail is larger than {LIMIT:,} octets.")
    text = octets.decode(errors="replace").replace("\0", "").replace("\r\n", "\n")
    head, body = _cut(text)
    fields = _fields(head)
    if not fields:
        raise UnreadableReport("This is no mail: it has no header.")
    if _type(fields) != "multipart/report":
        raise NoReport("The mail is no delivery report.")
    found = BOUNDARY.search(fields["content-type"])
    if found is None:
        raise UnreadableReport("The report does not say where its parts end.")
    outcomes: list[ReportedOutcome] | None = None
    message_id = ""
    for part in _parts(body, found[1] or found[2]):
        head, content = _cut(part)
        kind = _type(_fields(head))
        if kind in STATUSES and outcomes is None:
            outcomes = list(_outcomes(content))
        elif kind in RETURNED and not message_id:
            named = MESSAGE_ID.search(_fields(_cut(content.lstrip("\n"))[0]).get("message-id", ""))
            message_id = named[0] if named else ""
    if outcomes is None:
        raise NoReport("The mail is a report, but not about a delivery.")
    if not outcomes:
        raise UnreadableReport("The report names no recipient.")
    if not message_id:
        raise UnreadableReport("The report does not say which mail it is about.")
    return Report(message_id, tuple(outcomes))


def _cut(text: str) -> tuple[str, str]:
    """Header and the rest."""
    if text.startswith("\n"):
        return "", text[1:]
    head, _blank, body = text.partition("\n\n")
    return head, body


def _fields(head: str) -> dict[str, str]:
    """Fields by their names in lower case, each on one line; of two with one name the first."""
    fields: dict[str, str] = {}
    for line in re.sub(r"\n[ \t]+", " ", head).split("\n"):
        name, colon, value = line.partition(":")
        if colon and " " not in name:
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _type(fields: dict[str, str]) -> str:
    return fields.get("content-type", "").partition(";")[0].strip().lower()


def _parts(body: str, boundary: str) -> list[str]:
    return re.split(rf"^--{re.escape(boundary)}(?:--)?[ \t]*(?:\n|\Z)", body, flags=re.MULTILINE)[1:]


def _outcomes(content: str) -> Iterator[ReportedOutcome]:
    """One for each recipient; the first group of fields is about the report itself."""
    for group in BLANK_LINE.split(content):
        fields = _fields(group.strip("\n"))
        addresses = frozenset(
            _address(fields[name]) for name in ("final-recipient", "original-recipient") if name in fields
        )
        if addresses:
            status = STATUS.match(fields.get("status", ""))
            yield ReportedOutcome(
                addresses=addresses,
                action=fields.get("action", "").lower(),
                status=status[0] if status else "",
                said=fields.get("diagnostic-code", "").partition(";")[2].strip()[:WORDS],
            )


def _address(value: str) -> str:
    """The address behind its type, such as `rfc822; dan@example.org`."""
    kind, _semicolon, address = value.partition(";")
    address = address.strip().strip("<>")
    if kind.strip().lower() == "utf-8":
        address = CODE_POINT.sub(lambda found: _character(found[1]), address)
    return address.lower()


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else ""
