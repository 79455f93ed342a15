"""A person without an account at the gate of a page: name and address, then the code from the mail."""

from typing import Any

from django.test import Client

from meetups.notifications.models import Notification

CODE = "/code/"


def code_for(email: str) -> str:
    """The code in the last mail to `email`. A letter to a known person has no address of its own."""
    letters = Notification.objects.filter(kind="account_letter", address__in=[email, ""])
    letter = letters.latest("pk").letter
    assert letter
    return str(letter["code"])


def through_the_gate(client: Client, url: str, email: str, *, name: str = "奈々", **typed: Any) -> Any:
    """Sends `typed` to the page at `url`, and then the code. The answer to the code."""
    asked = client.post(url, {"name": name, "email": email, **typed})
    assert (asked.status_code, asked.headers.get("Location")) == (302, CODE), asked.content.decode()
    return client.post(CODE, {"code": code_for(email)})
