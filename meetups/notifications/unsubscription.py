"""The secret of a link that ends one topic from one community, for one person, without signing in (RFC 8058)."""

from dataclasses import dataclass

from django.core import signing

from meetups.notifications.models import Topic

SALT = "unsubscribe"


@dataclass(frozen=True)
class Unsubscription:
    """Who does without what from whom; `thread` is the community's."""

    person_id: int
    topic: Topic
    thread: str


def unsubscribe_token(person_id: int, topic: Topic, thread: str) -> str:
    """Signed, and good for ever: people unsubscribe from old mails."""
    return signing.dumps([person_id, str(topic), thread], salt=SALT)


def read_unsubscribe_token(token: str) -> Unsubscription | None:
    """What a token says; None for one that is forged or damaged."""
    try:
        person_id, topic, thread = signing.loads(token, salt=SALT)
        return Unsubscription(int(person_id), Topic(topic), str(thread))
    except (signing.BadSignature, ValueError, TypeError):
        return None
