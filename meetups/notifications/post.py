"""Handing mails to the server, over one connection that stays open, and what its answers mean."""

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers

# So many connections lost in a row are an outage, not one mail's bad luck.
PATIENCE = 3
ADDRESS = re.compile(r"\S+@\S+")


class Outcome(Enum):
    """SENT; REFUSED for good; LATER: to be tried again; AWAY: the server cannot be reached, so no mail can leave now."""

    SENT = auto()
    REFUSED = auto()
    LATER = auto()
    AWAY = auto()


@dataclass(frozen=True)
class Answer:
    """What became of one mail; `reason` is short and holds no address."""

    outcome: Outcome
    reason: str = ""


class Post:
    """A connection to the mail server. Use it as a context manager."""

    def __init__(self) -> None:
        self._mailer: Any = mailers.default
        self._lost = 0

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *_details: object) -> None:
        self._close()

    def send(self, mail: EmailMultiAlternatives) -> Answer:
        """Sends one mail and says how it went; never raises for what the server or the network does."""
        try:
            opened = self._mailer.open()
        except OSError as error:
            self._close()
            return Answer(Outcome.AWAY, _reason(error))
        answer, busy = self._attempt(mail)
        # A server that has had enough of an old connection takes the mail on a new one.
        if busy and not opened:
            return self.send(mail)
        return answer

    def _attempt(self, mail: EmailMultiAlternatives) -> tuple[Answer, bool]:
        """The answer, and whether the server closed the connection with 421 before it took anything."""
        try:
            self._mailer.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            self._close()
            return _answer(code, text), code == 421
        except smtplib.SMTPSenderRefused as error:
            # Says something about us, not about this mail: an operator can mend it.
            self._close()
            return Answer(Outcome.LATER, _reason(error)), error.smtp_code == 421
        except smtplib.SMTPResponseException as error:
            self._close()
            return _answer(error.smtp_code, error.smtp_error), error.smtp_code == 421
        except smtplib.SMTPNotSupportedError as error:
            return Answer(Outcome.REFUSED, _reason(error)), False
        except OSError as error:
            self._close()
            self._lost += 1
            return Answer(Outcome.AWAY if self._lost >= PATIENCE else Outcome.LATER, _reason(error)), False
        except ValueError as error:
            return Answer(Outcome.REFUSED, _reason(error)), False
        self._lost = 0
        return Answer(Outcome.SENT), False

    def _close(self) -> None:
        with suppress(OSError):
            self._mailer.close()


def _answer(code: int, text: bytes | str) -> Answer:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return Answer(Outcome.REFUSED if 500 <= code < 600 else Outcome.LATER, shortened(f"{code} {words}"))


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error).reason
    return shortened(f"{type(error).__name__}: {error}")


def shortened(text: str) -> str:
    """At most 200 characters on one line, without addresses: what is kept outlives the person."""
    return ADDRESS.sub("…", " ".join(text.split()))[:200]
