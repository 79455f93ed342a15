"""Caught mails, kept as files so that they survive a restart."""

import itertools
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

# The recipients on the envelope, which may be missing in the mail's own headers.
RECIPIENTS_HEADER = "X-Caught-For"


@dataclass(frozen=True)
class Attachment:
    """A part of a mail that is a file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class CaughtMail:
    """One caught mail. `key` names it in addresses, `at` is the time when it was caught (UTC)."""

    key: str
    at: datetime
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    attachments: list[Attachment]


class Mailbox:
    """The mails in a folder: one `.eml` file each, named by the time when it was caught."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count()

    def keep(self, content: bytes, recipients: list[str]) -> None:
        """Keeps a mail that was sent to `recipients`."""
        key = f"{time.time_ns():020d}-{next(self._numbers)}"
        half_done = self.folder / f"{key}.part"
        half_done.write_bytes(f"{RECIPIENTS_HEADER}: {', '.join(recipients)}\r\n".encode() + content)
        half_done.rename(self.folder / f"{key}.eml")

    def mails(self, *, to: str = "") -> list[CaughtMail]:
        """All mails, newest first. With `to`, only mails to a recipient whose address contains it."""
        keys = sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)
        mails = (_read(self.folder / f"{key}.eml") for key in keys)
        return [mail for mail in mails if any(to.lower() in recipient.lower() for recipient in mail.recipients)]

    def mail(self, key: str) -> CaughtMail | None:
        """The mail with this key, or None."""
        file = self._file(key)
        return _read(file) if file else None

    def raw(self, key: str) -> bytes | None:
        """The mail as it was received, after a first line with its recipients."""
        file = self._file(key)
        return file.read_bytes() if file else None

    def _file(self, key: str) -> Path | None:
        file = self.folder / f"{key}.eml"
        return file if key.replace("-", "").isdigit() and file.exists() else None


@lru_cache(maxsize=4096)
def _read(file: Path) -> CaughtMail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    headers = {name: str(value) for name, value in message.items()}
    return CaughtMail(
        key=file.stem,
        at=datetime.fromtimestamp(int(file.stem.split("-")[0]) / 1_000_000_000, UTC),
        sender=headers.get("From", ""),
        recipients=[address.strip() for address in headers.pop(RECIPIENTS_HEADER, "").split(",") if address.strip()],
        subject=headers.get("Subject", ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=headers,
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or "attachment",
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else part.as_bytes(),
    )
