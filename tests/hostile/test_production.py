"""What a visitor's browser is told by the product as it runs in production: headers, cookies, refusals."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetups.demo.processes import free_port, start, stop
from meetups.demo.stack import CHECKOUT
from tests.support import cast
from tests.support.gate import code_for
from tests.support.servers import NO_REDIS, bare_environment

NAME = "meetups.example.org"
AS_A_PROXY_SAYS = {"Host": NAME, "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
PAGES = {
    "/": 200,
    "/accounts/login/": 200,
    "/accounts/signup/": 200,
    "/events/nothing/": 404,
    "/me/": 302,
    "/static/css/site.css": 200,
    "/healthz": 200,
}


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[httpx.Client]:
    """A client of gunicorn in production settings, behind a proxy that brings TLS."""
    folder = tmp_path_factory.mktemp("production")
    given = {
        "ENVIRONMENT": "production",
        "DJANGO_SETTINGS_MODULE": "tests.hostile.production_settings",
        "STATIC_FOLDER": str(folder / "static"),
        "UPLOADS_DIR": str(folder / "uploads"),
        "SITE_URL": f"https://{NAME}",
        "SECRET_KEY": "a-secret-of-these-tests-alone-that-is-as-long-as-production-demands",
        "SECOND_FACTOR_KEYS": "a-key-of-these-tests-alone-that-is-as-long-as-production-demands",
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])
        ._replace(path=f"/{connection.settings_dict['NAME']}")
        .geturl(),
        "REDIS_URL": NO_REDIS,
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "WEB_CONCURRENCY": "1",
    }
    environment = bare_environment(**given)
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env=environment, cwd=CHECKOUT, check=True)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--config", "python:meetups.gunicorn"]
    web = start("web", command, log=folder / "web.log", environment=environment, folder=CHECKOUT)
    # Connecting is tried again, with growing pauses, until the server listens.
    transport = httpx.HTTPTransport(retries=8)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=30) as client:
            client.headers.update(AS_A_PROXY_SAYS)
            yield client
    finally:
        stop([web])


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_tells_browsers_to_be_careful(production: httpx.Client, path: str) -> None:
    answer = production.get(path)
    assert answer.status_code == PAGES[path]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers or path.startswith("/static/")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_cookies_are_for_this_host_over_tls_and_no_script_reads_them(production: httpx.Client) -> None:
    cookies = production.get("/accounts/login/").headers.get_list("Set-Cookie")
    assert cookies, "A page with a form sets the cookie of its token."
    chosen = production.post(
        "/language/", data={"language": "ja", "next": "/"}, headers={"Origin": f"https://{NAME}"}
    ).headers.get_list("Set-Cookie")
    assert [cookie for cookie in chosen if "language=ja" in cookie]
    for cookie in [*cookies, *chosen]:
        assert cookie.startswith("__Host-")
        for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie


def test_without_tls_a_browser_is_sent_to_tls_and_a_program_that_watches_is_answered(production: httpx.Client) -> None:
    plain = {"X-Forwarded-Proto": "http"}
    page = production.get("/", headers=plain)
    assert (page.status_code, page.headers["Location"]) == (301, f"https://{NAME}/")
    assert production.get("/healthz", headers=plain).status_code == 200


def test_another_host_and_an_unknown_method_are_refused(production: httpx.Client) -> None:
    assert production.get("/", headers={"Host": "evil.example.com"}).status_code == 400
    for method in ("TRACE", "CONNECT", "DELETE", "PUT"):
        assert production.request(method, "/accounts/login/").status_code in {403, 405}


@pytest.mark.parametrize("path", ["/static/", "/static/css/", "/.git/config", "/manage.py", "/media/", "/gallery/"])
def test_there_is_nothing_to_browse(production: httpx.Client, path: str) -> None:
    answer = production.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert "urlpatterns" not in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://evil.example.com/", "//evil.example.com/", "javascript:alert(1)"])
def test_signing_in_leads_to_this_site_only(client: Client, elsewhere: str) -> None:
    dan = cast.person("dan")
    dan.set_password("a long password of Dan")
    dan.save()
    answer = client.post(
        "/accounts/login/", {"login": dan.email, "password": "a long password of Dan", "next": elsewhere}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/me/")


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["foo", "desk", "a\0b", "os.path", "?x", "me"])
def test_a_word_that_is_no_address_leads_to_my_page_and_is_no_accident(word: str) -> None:
    dan = cast.signed_in("dan")
    for page in ("/accounts/login/code/", "/accounts/login/"):
        answer = dan.post(page, {"next": word})
        assert answer.status_code == 302
        assert answer["Location"] == "/me/" or page == "/accounts/login/"
    stranger = Client()
    assert stranger.post("/accounts/login/code/", {"email": "dan@example.org", "next": word}).status_code == 302
    assert stranger.post("/code/", {"code": code_for("dan@example.org")})["Location"] == "/me/"


@pytest.mark.parametrize(
    ("password", "is_refused"),
    [
        ("too short", True),
        ("1234567890", True),
        ("password123", True),
        ("Meetups2026!", True),
        ("finn@example.org", True),
        ("every word 言葉 of any kind", False),
        ("meetups on a warm evening in the borrowed office", False),
        ("x y" * 40, False),
    ],
)
def test_a_password_that_others_guess_is_refused_and_any_long_one_is_taken(
    production: httpx.Client, password: str, is_refused: bool
) -> None:
    """Each form has no name, so that no account is made."""
    page = production.get("/accounts/signup/", headers={"Accept-Language": "en"})
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    answer = production.post(
        "/accounts/signup/",
        data={"csrfmiddlewaretoken": token, "email": "finn@example.org", "name": "", "password1": password},
        headers={"Cookie": cookie, "Origin": f"https://{NAME}", "Accept-Language": "en"},
    )
    assert answer.status_code in {200, 422}
    assert ('aria-describedby="id_password1' in answer.text and "assword is" in answer.text) == is_refused


class TestARequestThatIsTooLarge:
    """Its page takes 2 MB at most (RULES 175)."""

    def answer_to(self, production: httpx.Client, octets: int, *, wait: float) -> str:
        """The status of the answer to a request that says it has so many octets, and sends none of them. Empty for no answer."""
        cookie = production.get("/accounts/login/").headers["Set-Cookie"].partition(";")[0]
        head = {
            **AS_A_PROXY_SAYS,
            "Origin": f"https://{NAME}",
            "Cookie": cookie,
            "Content-Type": "multipart/form-data; boundary=x",
            "Content-Length": str(octets),
        }
        lines = ["POST /accounts/login/ HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), "", ""]
        with socket.create_connection(
            (production.base_url.host, production.base_url.port or 0), timeout=wait
        ) as visitor:
            visitor.sendall("\r\n".join(lines).encode())
            try:
                return visitor.recv(64).decode().split()[1]
            except TimeoutError:
                return ""

    @pytest.mark.story
    def test_is_refused_before_it_is_read(self, production: httpx.Client) -> None:
        assert self.answer_to(production, 10**12, wait=20) == "413"
        assert self.answer_to(production, 2 * 1024 * 1024, wait=1.5) == "", (
            "The control: a body of that size is waited for."
        )

    def test_tells_the_person_who_sent_it_in_their_browser(self, production: httpx.Client) -> None:
        answer = production.post("/accounts/login/", files={"file": b"x" * 40 * 1024 * 1024})
        assert answer.status_code == 413
        assert "too large for this page" in answer.text
        assert "Traceback" not in answer.text

    def test_one_that_does_not_say_its_size_is_not_read(self, production: httpx.Client) -> None:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = production.post("/accounts/login/", content=iter([b"login=dan", b"&password=x"]), headers=form)
        assert answer.request.headers["Transfer-Encoding"] == "chunked"
        assert answer.status_code == 411

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("page", "megabytes"), [("talk_slides", 32), ("desk_participants_import", 16), ("profile", 2)]
    )
    def test_pages_that_take_files_take_more(self, client: Client, page: str, megabytes: int, settings: Any) -> None:
        settings.BODY_OCTETS_DISCARDED = 0
        needs: dict[str, list[Any]] = {"talk_slides": [1], "desk_participants_import": ["nothing"]}
        if page in needs:
            client.force_login(cast.person("emi"))
        for more, refused in ((0, False), (1, True)):
            octets = megabytes * 1024 * 1024 + more
            answer = client.post(reverse(page, args=needs.get(page)), bytes(octets), content_type="text/plain")
            assert (answer.status_code == 413) is refused, octets

    @pytest.mark.django_db
    @pytest.mark.parametrize("page", ["talk_slides", "desk_room_photos", "desk_participants_import"])
    def test_a_stranger_sends_no_files_and_reads_why(self, client: Client, page: str, settings: Any) -> None:
        settings.BODY_OCTETS_DISCARDED = 0
        needs: dict[str, list[Any]] = {"talk_slides": [1], "desk_room_photos": ["a"], "desk_participants_import": ["a"]}
        for octets, refused in ((2 * 1024 * 1024, False), (2 * 1024 * 1024 + 1, True)):
            headers, url = {"accept-language": "en"}, reverse(page, args=needs[page])
            with CaptureQueriesContext(connection) as asked:
                answer = client.post(url, bytes(octets), content_type="text/plain", headers=headers)
            assert (answer.status_code == 413) is refused, octets
            assert not refused or "Sign in, then send them again." in answer.content.decode()
            assert not refused or not asked.captured_queries
