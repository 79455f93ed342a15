"""What logs must not show."""

import logging
import re

# Secrets of links: 160 random bits in base32, or something signed.
SECRET = re.compile(r"(?<=/)(?:[a-z2-7]{32}|[\w-]+:[\w:-]{20,})")


class HideSecrets(logging.Filter):
    """Takes the secrets out of addresses: whoever reads a log must not be able to answer for others, or to read their calendars."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        hidden = SECRET.sub("…", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True
