"""The HTTP client. No test leaves this process: a server in it answers names, connections and TLS."""

import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from meetups.core import http_client
from meetups.core.http_client import NoAnswer, get_json, request_json

HOST = "beacon.example"
URL = f"https://{HOST}/public/7"
Serve = Callable[[socket.socket], None]


def answers(status: str = "200 OK", body: bytes = b'{"round": 7}', *headers: str) -> Serve:
    """A server that answers one request with this status, body and headers."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
        connection.sendall(head.encode() + body)

    return serve


class WithoutTLS(httpcore.NetworkStream):
    """A connection that stays without TLS."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.read, self.write, self.close = stream.read, stream.write, stream.close  # type: ignore[method-assign]  # its methods are those of the other

    def start_tls(self, *_how: Any, **_more: Any) -> httpcore.NetworkStream:
        return self


class Beacon(httpcore.NetworkBackend):
    """A server behind HOST on its own port, and the network backend that leads to it. `asked` holds the requests it got."""

    with_tls = False

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.asked: list[bytes] = []
        self.dialled: list[str] = []
        self.serve: Serve = answers()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connection, _address = self.listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self.asked.append(connection.recv(4096, socket.MSG_PEEK))
                    self.serve(connection)
                except OSError:
                    pass

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_more: Any) -> httpcore.NetworkStream:
        """Every address that is dialled leads to this server."""
        self.dialled.append(host)
        stream = httpcore.SyncBackend().connect_tcp("127.0.0.1", self.listener.getsockname()[1], timeout)
        return stream if self.with_tls else WithoutTLS(stream)


@pytest.fixture
def beacon(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Beacon]:
    """HOST is allowed, resolves to a public address, and speaks without TLS."""
    settings.OUTGOING_HOSTS = [HOST]
    found = Beacon()
    monkeypatch.setattr(http_client, "addresses_of", lambda host: ["2606:4700::1111", "1.1.1.1"])
    monkeypatch.setattr(http_client, "WIRE", found)
    yield found
    found.listener.close()


class TestWhatIsAsked:
    def test_an_allowed_host_is_asked_and_its_json_read(self, beacon: Beacon) -> None:
        assert get_json(f"{URL}?why=not") == {"round": 7}
        [asked] = beacon.asked
        assert asked.startswith(b"GET /public/7?why=not HTTP/1.1\r\nHost: beacon.example\r\n")

    def test_the_address_that_was_looked_at_is_the_one_that_is_dialled(self, beacon: Beacon) -> None:
        """The name server is asked only once, so a different second answer changes nothing."""
        get_json(URL)
        assert beacon.dialled == ["2606:4700::1111"]

    def test_where_one_address_does_not_answer_the_next_is_dialled(
        self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        connect = beacon.connect_tcp

        def dial(host: str, *how: Any) -> httpcore.NetworkStream:
            if ":" in host:
                raise httpcore.ConnectError("Network is unreachable")
            return connect(host, *how)

        monkeypatch.setattr(beacon, "connect_tcp", dial)
        assert get_json(URL) == {"round": 7}
        assert beacon.dialled == ["1.1.1.1"]

    def test_a_body_in_chunks_is_read(self, beacon: Beacon) -> None:
        def serve(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.sendall(b'6\r\n{"a": \r\n2\r\n1}\r\n0\r\n\r\n')

        beacon.serve = serve
        assert get_json(URL) == {"a": 1}

    def test_the_proxies_of_the_environment_are_not_used(self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://10.0.0.1:3128")
        assert get_json(URL) == {"round": 7}
        assert beacon.dialled == ["2606:4700::1111"]


class TestWhatIsSent:
    def test_a_body_and_headers_are_posted(self, beacon: Beacon) -> None:
        sent = bytearray()

        def serve(connection: socket.socket) -> None:
            while not sent.endswith(b"}"):
                sent.extend(connection.recv(4096))
            connection.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{"id": 9}')

        beacon.serve = serve
        assert request_json("POST", URL, body={"text": "撤収"}, headers={"Authorization": "Bearer x"}) == {"id": 9}
        head, _end, body = bytes(sent).partition(b"\r\n\r\n")
        assert head.startswith(b"POST /public/7 HTTP/1.1\r\nHost: beacon.example\r\n")
        assert b"Authorization: Bearer x\r\n" in head
        assert json.loads(body) == {"text": "撤収"}

    def test_an_empty_answer_of_success_is_none(self, beacon: Beacon) -> None:
        beacon.serve = answers("204 No Content", b"")
        assert request_json("POST", URL, body={}) is None

    @pytest.mark.parametrize("status", ["302 Found", "307 Temporary", "400 Bad Request", "500 Oops"])
    def test_a_refusal_or_a_redirect_is_no_answer(self, beacon: Beacon, status: str) -> None:
        beacon.serve = answers(status, b"{}", "Location: https://beacon.example/elsewhere")
        with pytest.raises(NoAnswer, match=status[:3]):
            request_json("POST", URL, body={})
        assert len(beacon.asked) == 1

    def test_it_is_sent_once(self, beacon: Beacon) -> None:
        """A server that hangs up may have accepted the request."""
        beacon.serve = lambda connection: None
        with pytest.raises(NoAnswer):
            request_json("POST", URL, body={})
        assert len(beacon.asked) == 1

    def test_a_server_that_does_not_read_is_given_up(self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
        over = threading.Event()

        def serve(connection: socket.socket) -> None:
            over.wait(20)

        beacon.serve = serve
        monkeypatch.setattr(http_client, "SECONDS", 0.2)
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            request_json("POST", URL, body="x" * 20_000_000)
        over.set()
        assert time.monotonic() - began < 5

    def test_neither_log_nor_refusal_has_the_address(self, beacon: Beacon, caplog: pytest.LogCaptureFixture) -> None:
        """The address of a webhook is its password."""
        with caplog.at_level("INFO"):
            assert get_json(f"{URL}/secret") == {"round": 7}
            beacon.serve = answers(body=b"<html>")
            with pytest.raises(NoAnswer) as refused:
                get_json(f"{URL}/secret")
        assert "secret" not in caplog.text + str(refused.value)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "url",
        [
            "http://beacon.example/",
            "https://elsewhere.example/",
            "https://beacon.example.elsewhere.example/",
            "https://beacon.example@elsewhere.example/",
            "https://elsewhere.example@beacon.example/",
            "https://beacon.example:8443/",
            "https://beacon.example:443443/",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https:///public/7",
            "file:///etc/passwd",
            "ftp://beacon.example/",
            "https://beacon.example/\r\nX-Evil: 1",
            "https://beacon.example/a b",
            "https://beacon.example/é",
            "//beacon.example/",
            "",
        ],
    )
    def test_another_scheme_host_or_port_is_not_even_looked_up(
        self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch, url: str
    ) -> None:
        monkeypatch.setattr(http_client, "addresses_of", lambda host: pytest.fail("It was looked up."))
        with pytest.raises(NoAnswer):
            get_json(url)
        assert beacon.asked == []

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "fe80::1%eth0",
            "fc00::1",
            "fec0::1",
            "ff02::1",
            "not an address",
        ],
    )
    def test_a_name_that_leads_inside_is_not_dialled(
        self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch, address: str
    ) -> None:
        monkeypatch.setattr(http_client, "addresses_of", lambda host: ["1.1.1.1", address])
        with pytest.raises(NoAnswer, match="not public"):
            get_json(URL)
        assert beacon.dialled == []

    def test_a_name_that_is_not_known_or_leads_nowhere(self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(host: str) -> list[str]:
            raise socket.gaierror("Name or service not known")

        def nowhere(host: str) -> list[str]:
            return []

        for looked_up in (unknown, nowhere):
            monkeypatch.setattr(http_client, "addresses_of", looked_up)
            with pytest.raises(NoAnswer):
                get_json(URL)
        assert beacon.dialled == []

    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
    def test_a_redirect_is_not_followed(self, beacon: Beacon, status: str) -> None:
        beacon.serve = answers(status, b"{}", "Location: https://beacon.example/elsewhere")
        with pytest.raises(NoAnswer, match=status[:3]):
            get_json(URL)
        assert len(beacon.asked) == 1

    @pytest.mark.parametrize("status", ["404 Not Found", "425 Too Early", "500 Oops", "204 No Content"])
    def test_an_error_is_no_answer(self, beacon: Beacon, status: str) -> None:
        beacon.serve = answers(status)
        with pytest.raises(NoAnswer, match=status[:3]):
            get_json(URL)

    @pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 60_000, b'{"round": 7'])
    def test_what_is_not_json_is_no_answer(self, beacon: Beacon, body: bytes) -> None:
        beacon.serve = answers(body=body)
        with pytest.raises(NoAnswer):
            get_json(URL)

    @pytest.mark.parametrize(
        "sent", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{}", b"HTTP/1.1 20"]
    )
    def test_a_server_that_speaks_no_http_or_hangs_up(self, beacon: Beacon, sent: bytes) -> None:
        def serve(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(sent)

        beacon.serve = serve
        with pytest.raises(NoAnswer):
            get_json(URL)

    @pytest.mark.parametrize("head", [b"Content-Type: text/plain\r\n\r\n", b""])
    def test_an_answer_that_does_not_end_is_cut_off(self, beacon: Beacon, head: bytes) -> None:
        """Neither in the body nor in the head."""

        def serve(connection: socket.socket) -> None:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 200 OK\r\n" + head)
            while True:
                connection.sendall(b"X-More: and more\r\n" * 100)

        beacon.serve = serve
        with pytest.raises(NoAnswer):
            get_json(URL)

    def test_a_body_that_would_have_to_be_unpacked_is_not(self, beacon: Beacon) -> None:
        """A few compressed bytes can become gigabytes."""
        beacon.serve = answers("200 OK", gzip.compress(b"{}"), "Content-Encoding: gzip")
        with pytest.raises(NoAnswer, match="compressed"):
            get_json(URL)

    def test_a_long_body_is_not_read(self, beacon: Beacon) -> None:
        beacon.serve = answers(body=b'"' + b"x" * http_client.BYTES + b'"')
        with pytest.raises(NoAnswer, match="longer"):
            get_json(URL)

    @pytest.mark.parametrize("drip", [b"", b"H"])
    def test_a_server_that_is_silent_or_drips_is_given_up(
        self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch, drip: bytes
    ) -> None:
        over = threading.Event()

        def serve(connection: socket.socket) -> None:
            while not over.wait(0.02):
                connection.sendall(drip)

        beacon.serve = serve
        monkeypatch.setattr(http_client, "SECONDS", 0.2)
        began = time.monotonic()
        with pytest.raises(NoAnswer):
            get_json(URL)
        over.set()
        # Far below the wait of a client whose timeout starts again with each byte.
        assert time.monotonic() - began < 5


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for `name`, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        # OpenSSL has the machine's clock.
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kind = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()))
    return paths


class TestTLS:
    """These tests use real TLS; only the dialled address is replaced."""

    @pytest.fixture
    def tls(self, beacon: Beacon, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, bool], None]:
        monkeypatch.undo()
        monkeypatch.setattr(http_client, "addresses_of", lambda host: ["1.1.1.1"])
        monkeypatch.setattr(http_client, "WIRE", beacon)
        beacon.with_tls = True

        def set_up(name: str, trusted: bool) -> None:
            pem, key = certificate(tmp_path, name)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem, key)
            if trusted:
                monkeypatch.setenv("SSL_CERT_FILE", str(pem))

            def serve(connection: socket.socket) -> None:
                with context.wrap_socket(connection, server_side=True) as secured:
                    answers()(secured)

            beacon.serve = serve

        return set_up

    def test_a_certificate_that_is_trusted_and_for_the_name(self, tls: Callable[[str, bool], None]) -> None:
        tls(HOST, True)
        assert get_json(URL) == {"round": 7}

    def test_a_certificate_for_another_name(self, tls: Callable[[str, bool], None]) -> None:
        tls("elsewhere.example", True)
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            get_json(URL)

    def test_a_certificate_that_nobody_vouches_for(self, tls: Callable[[str, bool], None]) -> None:
        tls(HOST, False)
        with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
            get_json(URL)


def test_names_are_looked_up_by_the_system() -> None:
    """The name of this computer resolves to this computer, so it would be refused."""
    found = http_client.addresses_of("localhost")
    assert found
    assert not any(http_client.is_public(address) for address in found)
