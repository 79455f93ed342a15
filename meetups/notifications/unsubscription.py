"""The secret of a link that ends one topic from one community for one person, without signing in (RFC 8058)."""

from dataclasses import dataclass

from django.core import signing

from meetups.notifications.models import Topic

SALT = "unsubscribe"


@dataclass(frozen=True)
class Unsubscription:
    """A person, and the topic and community thread that they unsubscribe from."""

    person_id: int
    topic: Topic
    thread: str


def unsubscribe_token(person_id: int, topic: Topic, thread: str) -> str:
    """A signed token that is valid without limit, because people unsubscribe from old mails."""
    return signing.dumps([person_id, str(topic), thread], salt=SALT)


def read_unsubscribe_token(token: str) -> Unsubscription | None:
    """The content of a token. None for a token that is forged or damaged."""
    try:
        person_id, topic, thread = signing.loads(token, salt=SALT)
        return Unsubscription(int(person_id), Topic(topic), str(thread))
    except (signing.BadSignature, ValueError, TypeError):
        return None
