"""A filter that keeps secrets out of logs."""

import logging
import re

# The secrets in links: 160 random bits in base32, or a signed value.
SECRET = re.compile(r"(?<=/)(?:[a-z2-7]{32}|[\w-]+:[\w:-]{20,})")


class HideSecrets(logging.Filter):
    """Removes the secrets from addresses.

    A reader of the log must not be able to answer for others or to read their calendars.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = SECRET.sub("…", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
