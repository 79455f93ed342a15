"""The security log: who got in, who was refused, who took lists away.

One line of JSON for each event, on the logger `meetups.security`. Lines carry ids and words of ours, never an address: neither of a
mailbox nor of a network. So the log can be kept for long and read by people who may not see the people of the site.
"""

import json
import logging
import re
from datetime import UTC, datetime
from enum import StrEnum

logger = logging.getLogger("meetups.security")

# Names of views, states and reasons. A dot, a colon or an at sign occurs in none of them, but in every address.
WORD = re.compile(r"[A-Za-z0-9_-]{1,80}")


class SecurityEvent(StrEnum):
    """What is recorded. The values stand in the log: alarms and searches know them."""

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_REFUSED = "sign_in_refused"
    WRONG_CODE = "wrong_code"
    ACCOUNT_CHANGED = "account_changed"
    LIMIT_REACHED = "limit_reached"
    FORBIDDEN = "forbidden"
    NOT_FOUND_AT_DESK = "not_found_at_desk"
    EXPORTED = "exported"
    HELPER_JOINED = "helper_joined"
    ALARM = "alarm"


def record_security(event: SecurityEvent, *, person: int | None = None, **details: int | bool | str | None) -> None:
    """Writes one line. `person` is the id of the account that did it, as far as it is known; `details` are ids, counts and words.

    Raises ValueError for a text that could be an address or a person's own words. An alarm is a warning, all else is information.
    """
    line: dict[str, int | bool | str] = {"security": event.value}
    for name, value in {"person": person, **details}.items():
        if isinstance(value, str) and not WORD.fullmatch(value):
            raise ValueError(f"{name} of {event.value} is no id and no word of ours.")
        if value is not None:
            line[name] = value
    logger.log(logging.WARNING if event is SecurityEvent.ALARM else logging.INFO, "%s", json.dumps(line))


class SecurityLine(logging.Formatter):
    """The line as it is, with its time in UTC at the front."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, **json.loads(record.getMessage())})
