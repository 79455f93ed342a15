"""Letters that are written already: codes that someone has asked for; and what a mail that arrived says."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from meetups.notifications.actions.post_letter import post_letter
from meetups.notifications.models import Notification


def a_code(at: datetime, address: str = "dan@example.org", *, lasts: timedelta = timedelta(minutes=15)) -> Notification:
    """A sign-in code that was asked for at `at`."""
    post_letter(
        kind="account_letter",
        subject="account/email/login_code",
        letter={"title": "123456 is your sign-in code", "lead": "Type it.", "code": "123456"},
        address=address,
        language="en",
        recipient=None,
        at=at,
        not_after=at + lasts,
    )
    found: Notification = Notification.objects.latest("pk")
    return found


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail that arrived, its lines ended as in Python."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
