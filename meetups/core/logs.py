"""What keeps secrets and people's data out of logs."""

import logging
import re
import traceback
from types import TracebackType

# The secrets in links: 160 random bits in base32, or a signed value.
SECRET = re.compile(r"(?<=/)(?:[a-z2-7]{32}|[\w-]+:[\w:-]{20,})")

type ErrorInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class HideSecrets(logging.Filter):
    """Removes the secrets from addresses, and the text of an error from the line about it.

    A reader of the log must not be able to answer for others or to read their calendars.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        # Celery quotes the error in its line: "Task … raised unexpected: KeyError('dan@example.com')".
        if isinstance(record.args, dict) and "exc" in record.args and record.exc_info and record.exc_info[0]:
            record.args = {**record.args, "exc": record.exc_info[0].__name__}
        message = record.getMessage()
        hidden = SECRET.sub("…", message)
        if hidden != message:
            record.msg, record.args = hidden, None
        return True


class LineWithoutValues(logging.Formatter):
    """A line of the log. A traceback says where and which kind of error, not its text: that quotes rows and what people typed."""

    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left its own text, with values.
        record.exc_text = None
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: ErrorInfo) -> str:  # noqa: N802  # the name is logging's
        return "\n".join(_steps(ei[1], set())) if ei[1] else ""


def _steps(error: BaseException, seen: set[int]) -> list[str]:
    """The error with those that led to it, the first of them first."""
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = _steps(cause, seen) if cause is not None and id(cause) not in seen else []
    where = "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return [*before, *([where] if where else []), kind]
