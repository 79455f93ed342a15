"""The page that shows caught mails, and the same data as JSON for tests.

Mails are untrusted input: their HTML is shown in a frame without scripts, and every page has a strict policy.
"""

import gettext
import json
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from meetups.demo.mailbox import views
from meetups.demo.mailbox.mailbox import CaughtMail, Mailbox

LOCALE = Path(__file__).resolve().parents[2] / "locale"
STYLE = (Path(__file__).parent / "mails.css").read_bytes()
PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'self'"
)


def as_data(mail: CaughtMail) -> dict[str, object]:
    """The form of a mail in `/api/mails`. `at` is ISO 8601 in UTC."""
    return {
        "key": mail.key,
        "at": mail.at.isoformat(),
        "from": mail.sender,
        "to": mail.recipients,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": mail.headers,
        "attachments": [attachment.name for attachment in mail.attachments],
    }


class MailPage(BaseHTTPRequestHandler):
    """`/` and `/?to=` list mails, `/mails/<key>` shows one.

    Below it are `html`, `raw` and `attachments/<n>`. `/api/mails?to=` is JSON.
    """

    mailbox: Mailbox
    server_version = "mails"

    def do_GET(self) -> None:
        """Sends the page, or an error if there is no such page."""
        # Another site that points its own name at 127.0.0.1 must not read the mails.
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in {"127.0.0.1", "localhost"}:
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return
        url = urlsplit(self.path)
        to = parse_qs(url.query).get("to", [""])[0].strip()
        match url.path.strip("/").split("/"):
            case [""]:
                self._page(views.listing(self.mailbox.mails(to=to), to=to, _=self._translate()))
            case ["healthz"]:
                self._send(b"ok", "text/plain")
            case ["mails.css"]:
                self._send(STYLE, "text/css; charset=utf-8")
            case ["api", "mails"]:
                data = [as_data(mail) for mail in self.mailbox.mails(to=to)]
                self._send(json.dumps(data, ensure_ascii=False).encode(), "application/json")
            case ["mails", key, *rest] if mail := self.mailbox.mail(key):
                self._mail(mail, rest)
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _mail(self, mail: CaughtMail, rest: list[str]) -> None:
        match rest:
            case []:
                self._page(views.detail(mail, _=self._translate()))
            case ["html"] if mail.html:
                self._send(views.frame_mail(mail.html).encode(), "text/html; charset=utf-8", policy=MAIL_POLICY)
            case ["raw"]:
                self._send(self.mailbox.raw(mail.key) or b"", "text/plain; charset=utf-8", file=f"{mail.key}.eml")
            case ["attachments", number] if number.isdecimal() and int(number) < len(mail.attachments):
                attachment = mail.attachments[int(number)]
                self._send(attachment.content, "application/octet-stream", file=attachment.name)
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _translate(self) -> Callable[[str], str]:
        """The translations: Japanese if the browser asks for it first, else English."""
        language = self.headers.get("Accept-Language", "")[:2].lower()
        return gettext.translation("django", LOCALE, [language or "en"], fallback=True).gettext

    def _page(self, html: str) -> None:
        self._send(html.encode(), "text/html; charset=utf-8")

    def _send(self, content: bytes, content_type: str, *, policy: str = PAGE_POLICY, file: str = "") -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        if file:
            self.send_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(file, safe='')}")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Logs nothing."""


def serve(mailbox: Mailbox, *, port: int) -> None:
    """Serve the page on the loopback interface until the process ends."""
    handler = type("MailPageOfMailbox", (MailPage,), {"mailbox": mailbox})
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
