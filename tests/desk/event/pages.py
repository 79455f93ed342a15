"""What the pages of an event on the dashboard say."""

from django.test import Client

from meetups.events.models import Event


def page(desk: Client, event: Event, path: str = "") -> str:
    """The HTML of a page of the event, without places where a word may break."""
    answer = desk.get(f"/desk/events/{event.public_id}/{path}")
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("<wbr>", "")
