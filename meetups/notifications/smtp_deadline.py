"""SMTP that ends by a deadline. Timeouts of sockets count from one octet to the next, so a server that drips would hold a sender for hours."""

import io
import smtplib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.mail.backends import smtp

# The longest that one call may wait outside of `within`.
USUAL_SECONDS = 20.0
# Over TLS each piece is one record, which takes as long as one call at most.
PIECE = 16 * 1024
_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Ends everything that is said to a mail server in this block by then, with an OSError."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def _left() -> float:
    """The seconds until the deadline. Raises TimeoutError after it."""
    until = _until.get()
    left = USUAL_SECONDS if until is None else until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the mail server took too long")
    return left


class _Reader(io.RawIOBase):
    """Reads from a socket until the deadline."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left())
        return self._connection.recv_into(buffer)


class _Impatient(smtplib.SMTP):
    """Sets what is left as the timeout before each call of the socket. `timeout` is only that of connecting."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock:
            self.file = io.BufferedReader(_Reader(self.sock))
        return super().getreply()

    def send(self, s: Any) -> None:
        octets = s.encode(self.command_encoding) if isinstance(s, str) else bytes(s)
        for start in range(0, len(octets), PIECE):
            if self.sock:
                try:
                    self.sock.settimeout(_left())
                except OSError as error:
                    self.close()
                    raise smtplib.SMTPServerDisconnected(str(error)) from error
            super().send(octets[start : start + PIECE])


class _ImpatientOverTls(_Impatient, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Django's, with a deadline."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _ImpatientOverTls if self.use_ssl else _Impatient
