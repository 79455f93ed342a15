"""The mail catcher: takes every mail by SMTP, delivers none, and shows them on a page. A process of its own."""

import argparse
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from meetups.demo.mailbox.mailbox import Mailbox
from meetups.demo.mailbox.page import serve


class Catcher:
    """The handler of the SMTP server."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keeps the mail and answers that it was accepted."""
        self.mailbox.keep(envelope.original_content or b"", envelope.rcpt_tos)
        return "250 Caught"


def main() -> None:
    """Serve SMTP and the page until a signal comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smtp", type=int, required=True, metavar="PORT")
    parser.add_argument("--http", type=int, required=True, metavar="PORT")
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    mailbox = Mailbox(arguments.folder)
    Controller(Catcher(mailbox), hostname="127.0.0.1", port=arguments.smtp, enable_SMTPUTF8=True).start()
    serve(mailbox, port=arguments.http)


if __name__ == "__main__":
    main()
