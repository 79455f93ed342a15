"""Reading delivery reports.

A mail server sends one when it could not deliver a mail that it had accepted (RFC 3464, RFC 6522; RFC 6533 for addresses in
UTF-8). This module depends on no other.

Anyone can write to the address for reports. So a report is limited in size and read once. Only its header, the parts of its
outermost level, and the header of the returned mail are read. Deeper parts are ignored.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Octets. A report carries at most one of our mails with its calendar files, which has some ten thousand octets.
LIMIT = 1_000_000

BOUNDARY = re.compile(r"""boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
BLANK_LINE = re.compile(r"\n[ \t]*\n")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,200}>")
# The limit for the last server's answer, which is enough for a reader.
WORDS = 500
CODE_POINT = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
STATUSES = {"message/delivery-status", "message/global-delivery-status"}
RETURNED = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}


class NoReport(Exception):
    """A mail of another kind, such as an automatic answer from a person on holiday."""


class UnreadableReport(Exception):
    """The mail may be a report, but it cannot be understood. The text is a sentence that says why."""


@dataclass(frozen=True)
class ReportedOutcome:
    """The result of the mail for one recipient.

    `addresses` has the address that the mail was sent to and its final address, in lower case, if the report has them. `action`
    is failed, delayed, delivered, relayed or expanded. `status` is an enhanced code (RFC 3463) or empty. `said` is the last
    server's answer, or empty.
    """

    addresses: frozenset[str]
    action: str
    status: str
    said: str


@dataclass(frozen=True)
class Report:
    """The Message-ID of the reported mail, with its angle brackets, and its outcomes."""

    message_id: str
    outcomes: tuple[ReportedOutcome, ...]


def read_report(octets: bytes) -> Report:
    """The report in a raw mail. Raises NoReport or UnreadableReport."""
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
    """The header and the rest."""
    if text.startswith("\n"):
        return "", text[1:]
    head, _blank, body = text.partition("\n\n")
    return head, body


def _fields(head: str) -> dict[str, str]:
    """The fields by name in lower case, each on one line. If a name occurs twice, the first counts."""
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
    """One outcome for each recipient. The first group of fields is about the report itself."""
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
    """The address after its type, such as `rfc822; dan@example.org`."""
    kind, _semicolon, address = value.partition(";")
    address = address.strip().strip("<>")
    if kind.strip().lower() == "utf-8":
        address = CODE_POINT.sub(lambda found: _character(found[1]), address)
    return address.lower()


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else ""
