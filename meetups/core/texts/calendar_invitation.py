"""A calendar file as an invitation to one person (iTIP, RFC 5546), which mail programs put into the calendar by themselves.

Gmail and Outlook take over what stands in `multipart/alternative` with a method, an organizer and the reader as attendee. A file that
says PUBLISH they only show.
"""

import re

METHOD = re.compile(rb"^METHOD:PUBLISH\r\n", re.MULTILINE)
STATUS = re.compile(rb"^STATUS:(\w+)\r\n", re.MULTILINE)
ENTRY = re.compile(rb"^BEGIN:VEVENT\r\n", re.MULTILINE)
# RFC 5545: a line has at most 75 octets; what follows a line break and a space belongs to it.
LINE = 74


def method_of(calendar: bytes) -> str:
    """CANCEL for a file whose entries are all cancelled, else REQUEST."""
    return "CANCEL" if set(STATUS.findall(calendar)) == {b"CANCELLED"} else "REQUEST"


def invitation(calendar: bytes, address: str) -> bytes:
    """The file `calendar`, which says PUBLISH, for the person with this address. They have answered already: no one asks again."""
    line = f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{address}".encode()
    folded = b"\r\n ".join(line[start : start + LINE] for start in range(0, len(line), LINE))
    personal = METHOD.sub(f"METHOD:{method_of(calendar)}\r\n".encode(), calendar)
    return ENTRY.sub(lambda begins: begins[0] + folded + b"\r\n", personal)
