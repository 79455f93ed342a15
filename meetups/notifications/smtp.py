"""Sending mails to the server over one open connection, and the meaning of its answers."""

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from django.core.mail import EmailMultiAlternatives, mailers

from meetups.notifications.smtp_deadline import within

# An exchange is everything from the connection to the answer about one mail.
EXCHANGE_SECONDS = 20.0
GOODBYE_SECONDS = 2.0
# This number of lost connections in a row means an outage, not a problem with one mail.
PATIENCE = 3
ADDRESS = re.compile(r"\S+@\S+")
# RFC 3463: 5.1.x is about the address, 5.2.1 is a disabled mailbox. Other codes, such as 5.7.x, are about us or about the mail.
ENHANCED = re.compile(r"^5\.\d{1,3}\.\d{1,3}\b")
NO_SUCH_ADDRESS = re.compile(r"^5\.(1\.\d{1,3}|2\.1)\b")
# RFC 5321: the answers of a server without enhanced codes to an address that it does not accept.
PLAIN_NO = {550, 551, 553}


class SmtpOutcome(Enum):
    """The outcome of sending a mail.

    SENT: the server took it. BOUNCED: no mail reaches this address. REFUSED: refused for good for another reason. LATER: try
    again. AWAY: the server could not be reached, so nothing was tried.
    """

    SENT = auto()
    BOUNCED = auto()
    REFUSED = auto()
    LATER = auto()
    AWAY = auto()


@dataclass(frozen=True)
class SmtpAnswer:
    """The result for one mail. `reason` is short and holds no address. With `stop` no other mail can leave now."""

    outcome: SmtpOutcome
    reason: str = ""
    stop: bool = False


class SmtpConnection:
    """A connection to the mail server. Use it as a context manager."""

    def __init__(self) -> None:
        self._mailer: Any = mailers.default
        self._lost = 0

    def __enter__(self) -> "SmtpConnection":
        return self

    def __exit__(self, *_details: object) -> None:
        self._close()

    def send(self, mail: EmailMultiAlternatives) -> SmtpAnswer:
        """Sends one mail and returns the result. It never raises for errors of the server or of the network."""
        with within(EXCHANGE_SECONDS):
            return self._send(mail)

    def _send(self, mail: EmailMultiAlternatives) -> SmtpAnswer:
        try:
            opened = self._mailer.open()
        except OSError as error:
            self._close()
            return SmtpAnswer(SmtpOutcome.AWAY, _reason(error), stop=True)
        answer, busy = self._attempt(mail)
        # A server may close an old connection and still accept the mail on a new one.
        if busy and not opened:
            return self._send(mail)
        return answer

    def _attempt(self, mail: EmailMultiAlternatives) -> tuple[SmtpAnswer, bool]:
        """The answer, and whether the server closed the connection with 421 before it accepted anything."""
        try:
            self._mailer.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            self._close()
            answer = _answer(code, text)
            return (replace(answer, outcome=SmtpOutcome.BOUNCED) if is_bounce(code, text) else answer), code == 421
        except smtplib.SMTPSenderRefused as error:
            # This is about us, not about this mail: an operator can fix it.
            self._close()
            return SmtpAnswer(SmtpOutcome.LATER, _reason(error)), error.smtp_code == 421
        except smtplib.SMTPResponseException as error:
            self._close()
            answer = _answer(error.smtp_code, error.smtp_error)
            # After DATA, a plain 550 is about the mail as well. Only the enhanced code says that it is about the address.
            if isinstance(error, smtplib.SMTPDataError) and NO_SUCH_ADDRESS.match(_words(error.smtp_error)):
                answer = replace(answer, outcome=SmtpOutcome.BOUNCED)
            return answer, error.smtp_code == 421
        except smtplib.SMTPNotSupportedError as error:
            return SmtpAnswer(SmtpOutcome.REFUSED, _reason(error)), False
        except OSError as error:
            self._close()
            self._lost += 1
            return SmtpAnswer(SmtpOutcome.LATER, _reason(error), stop=self._lost >= PATIENCE), False
        except ValueError as error:
            return SmtpAnswer(SmtpOutcome.REFUSED, _reason(error)), False
        self._lost = 0
        return SmtpAnswer(SmtpOutcome.SENT), False

    def _close(self) -> None:
        with suppress(OSError), within(GOODBYE_SECONDS):
            self._mailer.close()


def _answer(code: int, text: bytes | str) -> SmtpAnswer:
    return SmtpAnswer(
        SmtpOutcome.REFUSED if 500 <= code < 600 else SmtpOutcome.LATER, shorten(f"{code} {_words(text)}")
    )


def is_bounce(code: int, text: bytes | str) -> bool:
    """Whether a server refused a recipient because of the address."""
    words = _words(text)
    return 500 <= code < 600 and bool(NO_SUCH_ADDRESS.match(words) if ENHANCED.match(words) else code in PLAIN_NO)


def _words(text: bytes | str) -> str:
    return text.decode(errors="replace") if isinstance(text, bytes) else text


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _answer(error.smtp_code, error.smtp_error).reason
    return shorten(f"{type(error).__name__}: {error}")


def shorten(text: str) -> str:
    """At most 200 characters on one line, without addresses, because the stored text outlives the person's data."""
    return ADDRESS.sub("…", " ".join(text.split()))[:200]
