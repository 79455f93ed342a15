"""The servers of the tests: the same as the demo's, deleted at the end."""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NoReturn

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from meetups.demo.processes import Process, free_port, start, stop
from meetups.demo.servers import PostgreSQL, Valkey
from meetups.demo.stack import CHECKOUT
from tests.support import tables

# No server listens there, so the sender is not woken. Only the clock finds the due mails.
NO_REDIS = "redis://127.0.0.1:1/0"


class TestServers:
    """PostgreSQL and Redis for one run of the tests. Servers named in the environment are used unchanged."""

    __test__ = False

    def __init__(self) -> None:
        self.processes: list[Process] = []
        self.postgres: PostgreSQL | None = None
        self.folder: Path | None = None

    def start(self) -> None:
        """Start the missing servers and put their addresses into the environment, where workers and settings read them.

        A separate process makes the product's tables for all users of them (see `tests.support.tables`).
        """
        self.folder = Path(tempfile.mkdtemp(prefix="meetups-tests-"))
        self.folder.chmod(0o755)
        logs = self.folder / "logs"
        logs.mkdir()
        keep_bytecode()
        os.environ["UPLOADS_DIR"] = str(self.folder / "uploads")
        if not os.environ.get("REDIS_URL"):
            valkey = Valkey(logs=logs)
            self.processes.append(valkey.start())
            os.environ["REDIS_URL"] = valkey.url
        if not os.environ.get("DATABASE_URL"):
            self.postgres = PostgreSQL(self.folder / "postgres", logs=logs, throw_away=True)
            self.processes.append(self.postgres.start())
            os.environ["DATABASE_URL"] = self.postgres.url
            os.environ[tables.FOLDER] = str(self.folder)
            if not tables.take(self.postgres.url, self.folder):
                command = [
                    sys.executable,
                    "-m",
                    "tests.support.tables",
                    str(self.folder),
                    str(self.postgres.programs / "pg_dump"),
                ]
                self.processes.append(start("tables", command, log=logs / "tables.log", folder=CHECKOUT))

    def stop(self) -> None:
        """Stop the servers that were started here, and delete their data."""
        stop(self.processes)
        if self.postgres:
            self.postgres.remove()
        if self.folder:
            shutil.rmtree(self.folder)


def keep_bytecode() -> None:
    """Where Python was told not to keep bytecode, as in some containers, this keeps it beside the packages, from one run to the next.
    Otherwise every program that starts compiles all its modules again, which takes seconds and more memory than any installation
    needs."""
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(sys.prefix) / "bytecode")


def bare_environment(**given: str) -> dict[str, str]:
    """The environment of a program that is told nothing of these tests but `given`. It finds the bytecode that is there."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPYCACHEPREFIX") if name in os.environ}
    return kept | given


@dataclass
class MailSink:
    """A real SMTP server in this process. `messages` are the mails it received, oldest first; `recipients` are the recipients of
    each, and `senders` the addresses to which a server would return it."""

    port: int = field(default_factory=free_port)
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The value for EMAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to this address, oldest first."""
        pairs = zip(self.messages, self.recipients, strict=True)
        return [message for message, recipients in pairs if address in recipients]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        self.recipients.append(envelope.rcpt_tos)
        self.senders.append(envelope.mail_from or "")
        return "250 Taken"

    def controller(self) -> Controller:
        """The server, not yet started."""
        return Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=True)


def missing(what: str, remedy: str) -> NoReturn:
    """Skips a test because something is missing on this machine; in continuous integration it fails."""
    message = f"{what} is not on this machine. {remedy}"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
