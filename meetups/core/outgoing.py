"""The one way out: a GET over HTTPS to hosts that are on a list.

Whoever can make a server fetch an address can look into the network behind it, so this client asks the name server first, refuses
whatever is not a public address, and connects to the very address that it looked at; the certificate must be good for the name. It
follows no redirect, knows no proxy, reads little, and gives up soon. Nothing else in the product calls out, but for mail.
"""

import io
import ipaddress
import json
import socket
import ssl
import time
from http.client import HTTPException, HTTPResponse
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings

PORT = 443
# From the first connection to the last byte; a server that drips is cut off like one that is silent.
SECONDS = 5.0
SECONDS_TO_CONNECT = 2.0
# Head and body together.
BYTES = 64 * 1024
# Of IPv6, what is routed to one computer in the public network; the rest is local, or wraps an address of the old kind.
UNICAST = ipaddress.ip_network("2000::/3")


class NoAnswer(Exception):
    """There is no answer to be trusted: forbidden, silent, too late, too long, or not what was asked for. Says why, for the log."""


def get_json(url: str) -> Any:
    """What `url` answers, read as JSON. Raises NoAnswer. Takes about five seconds at most; not to be called while a lock is held."""
    host, path = _allowed(url)
    until = time.monotonic() + SECONDS
    try:
        with _connected(host, until) as connection:
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n"
                "User-Agent: meetups\r\nConnection: close\r\n\r\n".encode("ascii")
            )
            return json.loads(_body(connection, host, until))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        # TimeoutError and errors of TLS are OSErrors; what is not JSON, or not text, is a ValueError.
        raise NoAnswer(f"{host}: {type(error).__name__}: {error}") from error


def _allowed(url: str) -> tuple[str, str]:
    """Host and path of a URL that may be asked."""
    if not url.isascii() or not url.isprintable() or " " in url:
        raise NoAnswer("The address has characters that do not belong there.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise NoAnswer(f"The address cannot be read: {error}") from error
    host = parts.hostname or ""
    if parts.scheme != "https" or port not in {None, PORT} or parts.username is not None or parts.password is not None:
        raise NoAnswer(f"{host}: only https, its usual port, and no password.")
    if host not in settings.OUTGOING_HOSTS:
        raise NoAnswer(f"{host} is not in OUTGOING_HOSTS.")
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to one computer in the public network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed not in UNICAST:
        return False
    return parsed.is_global and not parsed.is_multicast


def addresses_of(host: str) -> list[str]:
    """What the name server says, without a port or a zone of the link."""
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_kind, where in found))


def dial(address: str, seconds: float) -> socket.socket:
    """A connection to the port of HTTPS at an IP address."""
    return socket.create_connection((address, PORT), timeout=seconds)


def secure(connection: socket.socket, host: str) -> socket.socket:
    """The same under TLS, with a certificate that is good for `host`."""
    return ssl.create_default_context().wrap_socket(connection, server_hostname=host)


def _connected(host: str, until: float) -> socket.socket:
    addresses = addresses_of(host)
    # One that is not public makes all of them doubtful.
    if not addresses or not all(is_public(address) for address in addresses):
        raise NoAnswer(f"{host} is at {', '.join(addresses) or 'no address'}, which is not public.")
    failed: OSError | None = None
    for address in addresses:
        try:
            connection = dial(address, min(SECONDS_TO_CONNECT, _left(until)))
        except OSError as error:
            failed = error
            continue
        try:
            connection.settimeout(_left(until))
            return secure(connection, host)
        except BaseException:
            connection.close()
            raise
    raise failed or TimeoutError


def _left(until: float) -> float:
    """The seconds that are left."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError(f"No whole answer in {SECONDS} seconds.")
    return left


def _body(connection: socket.socket, host: str, until: float) -> bytes:
    """The body of a plain 200; anything else, a redirect too, is no answer."""
    with HTTPResponse(cast(socket.socket, _Wire(connection, until))) as response:
        response.begin()
        if response.status != 200:
            raise NoAnswer(f"{host} answered {response.status}.")
        return response.read()


class _Wire(io.RawIOBase):
    """What arrives, to be read by HTTPResponse: as long as there is time, and as much as is allowed."""

    def __init__(self, connection: socket.socket, until: float) -> None:
        super().__init__()
        self._connection, self._until, self._left = connection, until, BYTES

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._until))
        count = self._connection.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise OSError(f"The answer is longer than {BYTES} bytes.")
        return count
