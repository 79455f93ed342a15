"""How the people of the journeys find their next mail."""

from typing import Any

import pytest

from tests.journeys.journey import Mails, Person, Words

SUBJECTS = ["Join the team", "Your code", "Join the team", "Welcome"]


class Letters(Mails):
    """Mails that are there already."""

    def all(self) -> list[dict[str, Any]]:
        return [
            {
                "key": str(number),
                "subject": subject,
                "to": [self.address],
                "text": "It is for you.",
                "html": '<html lang="en"><p>It is for you.</p></html>',
                "attachments": [],
            }
            for number, subject in enumerate(SUBJECTS)
        ]


@pytest.mark.parametrize(("read", "key"), [(0, "0"), (1, "2"), (2, "2")])
def test_catching_up_goes_to_the_first_mail_that_was_not_read(read: int, key: str) -> None:
    no_browser: Any = None
    ben = Person("ben", no_browser, Words("en"), Letters("", "ben@example.com"), "", read=read)
    assert ben.catch_up_to("Join")["key"] == key
    assert ben.read == int(key) + 1
    assert ben.unread() == SUBJECTS[int(key) + 1 :]
