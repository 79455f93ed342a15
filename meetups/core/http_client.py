"""The only way out: JSON over HTTPS, to hosts that are on a list. Nothing else in the product calls out, except for mail.

Someone who can make a server fetch an address can look into the network behind it. So this client first resolves the name itself
and refuses every address that is not public. It then connects to exactly the address that it checked. The certificate must be
valid for the name.

It follows no redirect, uses no proxy, reads little, and gives up soon. httpx writes and reads HTTP. Our guards sit in the two
places that httpx and httpcore offer: a transport, which sees the request, and a network backend, which sees the wire.
"""

import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import httpcore
import httpx
from django.conf import settings

PORT = 443
# From the first connection to the last byte. A server that sends very slowly is cut off like a silent one.
SECONDS = 5.0
SECONDS_TO_CONNECT = 2.0
# Head and body together.
BYTES = 64 * 1024
# The size of the pieces of a body that is sent. The time limit is checked between them.
PIECE = 16 * 1024
# The IPv6 range of single computers in the public network. The rest is local or wraps an IPv4 address.
UNICAST = ipaddress.ip_network("2000::/3")
# A compressed body could be small on the wire and endless in memory, so the client asks for none.
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close", "User-Agent": "meetups"}
# The backend that opens connections.
WIRE: httpcore.NetworkBackend = httpcore.SyncBackend()

# Errors of httpx and of the wire; unknown names and timeouts; content that is not JSON or not text.
FAILURES = (
    *(httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError),
    *(OSError, ValueError, RecursionError),
)


class NoAnswer(Exception):
    """There is no answer to trust: forbidden, silent, too late, too long, or not what was asked for.

    Its text says why, for the log.
    """


def get_json(url: str) -> Any:
    """The body of the answer with status 200, read as JSON.

    Raises NoAnswer. Takes about five seconds at most. Do not call it while a lock is held.
    """
    return request_json("GET", url)


def request_json(
    method: Literal["GET", "POST"], url: str, *, body: Any = None, headers: Mapping[str, str] | None = None
) -> Any:
    """Like `get_json` for GET. For POST it sends `body` as JSON; any success status is accepted, and an empty answer is None."""
    if not url.isascii() or not url.isprintable() or " " in url:
        raise NoAnswer("The address has characters that do not belong there.")
    try:
        where = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise NoAnswer(f"The address cannot be read: {error}") from error
    try:
        with httpx.Client(transport=_Guarded(), trust_env=False, headers=HEADERS) as client:
            answer = client.request(method, where, headers=headers, json=body)
            if answer.status_code != 200 and not (method == "POST" and answer.is_success):
                raise NoAnswer(f"{where.host} answered {answer.status_code}.")
            return json.loads(answer.content) if method == "GET" or answer.content else None
    except FAILURES as error:
        raise NoAnswer(f"{where.host}: {type(error).__name__}: {error}") from error


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a single computer in the public network."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address) and parsed not in UNICAST:
        return False
    return parsed.is_global and not parsed.is_multicast


def addresses_of(host: str) -> list[str]:
    """The IP addresses that the name server gives, without a port or a link zone."""
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_kind, where in found))


class _Guarded(httpx.BaseTransport):
    """One exchange with a host on the list."""

    def __init__(self) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=_Network())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        if url.scheme != "https" or url.port not in {None, PORT} or url.userinfo:
            raise NoAnswer(f"{url.host}: only https, its usual port, and no password.")
        if url.host not in settings.OUTGOING_HOSTS:
            raise NoAnswer(f"{url.host} is not in OUTGOING_HOSTS.")
        where = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        answer = self._pool.request(request.method, where, headers=request.headers.raw, content=request.read())
        if any(name.lower() == b"content-encoding" for name, _value in answer.headers):
            raise NoAnswer(f"{url.host} answered with a compressed body.")
        return httpx.Response(answer.status, headers=answer.headers, content=answer.content)

    def close(self) -> None:
        self._pool.close()


class _Network(httpcore.NetworkBackend):
    """Connections to public addresses. All of them share one deadline."""

    def __init__(self) -> None:
        self._until = time.monotonic() + SECONDS

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = addresses_of(host)
        # A single private address makes all of them doubtful.
        if not addresses or not all(is_public(address) for address in addresses):
            raise NoAnswer(f"{host} is at {', '.join(addresses) or 'no address'}, which is not public.")
        failed: Exception | None = None
        for address in addresses:
            try:
                return _Stream(WIRE.connect_tcp(address, port, min(SECONDS_TO_CONNECT, left(self._until))), self._until)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed or TimeoutError


class _Stream(httpcore.NetworkStream):
    """A stream with a limit for the time and for the bytes that it reads."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until, self._left = stream, until, BYTES

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, left(self._until))
        self._left -= len(data)
        if self._left < 0:
            raise NoAnswer(f"The answer is longer than {BYTES} bytes.")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], left(self._until))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left(self._until)), self._until)

    def close(self) -> None:
        self._stream.close()


def left(until: float) -> float:
    """The seconds that are left. Raises TimeoutError if there are none."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError(f"No whole answer in {SECONDS} seconds.")
    return seconds
