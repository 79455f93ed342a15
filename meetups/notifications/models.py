"""The outbox: one row is one message to one person, written in the transaction of the change that causes it."""

import hmac
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet["Notification"]):
    """The words about many."""

    def due(self, at: datetime) -> Self:
        """What should be on its way at `at`: waiting, or claimed by a sender whose lease has run out."""
        return self.open().filter(Q(retry_at__isnull=True) | Q(retry_at__lte=at), due_at__lte=at)

    def open(self) -> Self:
        """What a sender may take: waiting, or claimed by a sender whose lease has run out."""
        return self.filter(
            Q(state=Notification.State.WAITING) | Q(state=Notification.State.SENDING, lease_until__lt=Now())
        )

    def waiting(self) -> Self:
        return self.filter(state=Notification.State.WAITING)

    def not_held(self, held_before: datetime | None) -> Self:
        """Without what a restored backup holds: everything that fell due before `held_before`."""
        return self.filter(due_at__gte=held_before) if held_before else self

    def held(self, held_before: datetime | None) -> Self:
        """What a restored backup holds, also what some sender had claimed when the backup was made."""
        unsent = [Notification.State.WAITING, Notification.State.SENDING]
        return self.filter(state__in=unsent, due_at__lt=held_before) if held_before else self.none()


class Notification(models.Model):
    """One message.

    `key` is kind : recipient : subject : cause and occurs once (RULES 29). `thread` is the public id of the event or community.
    `subject` names the thing it is about, such as `registration:42`. A message to someone without an account has `address` and
    `language` in place of `recipient`. `due_at` is when it should leave, `not_after` when it has lost its use. `lease_until` and
    `claim` belong to the sender that works on it: only the holder of `claim` may settle the row. `attempts` counts those that failed,
    and `retry_at` is when the next one may be made. BOUNCED means that no mail reaches the address, FAILED that we gave up.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        VOID = "void"
        BOUNCED = "bounced"
        FAILED = "failed"

    # Room for an address of 254 characters and everything else.
    key = models.CharField(max_length=400, unique=True)
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    thread = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar = NotificationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_message_goes_to_a_person_or_an_address",
                condition=Q(recipient__isnull=False) ^ ~Q(address=""),
            ),
            models.CheckConstraint(
                name="who_sends_holds_a_claim",
                condition=Q(state="sending", claim__isnull=False, lease_until__isnull=False) | ~Q(state="sending"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"], name="notification_due", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["thread", "recipient"], name="notification_by_thread"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="notification_by_message_id"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def subject_id(self) -> int:
        """The number behind the colon of `subject`."""
        return int(self.subject.rpartition(":")[2])

    @property
    def cause(self) -> str:
        """The last part of the key: a history entry's id, or a schedule version."""
        return self.key.rpartition(":")[2]

    def stable_message_id(self) -> str:
        """A Message-ID derived from the key, so that a second copy is recognisable as the same message.

        Only whoever got the mail can know it: that a mail came back is believed to whoever names it (`actions/receive_bounce.py`).
        """
        return _message_id(self.key)

    def thread_message_id(self) -> str:
        """The Message-ID that everything about one event answers to, so that mail programs show it as one conversation."""
        return _message_id(f"thread {self.thread}")


def _message_id(text: str) -> str:
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"Message-ID {text}".encode(), "sha256")
    return f"<{digest.hex()[:40]}@{urlsplit(settings.SITE_URL).hostname}>"


class Topic(models.TextChoices):
    """What a person may choose not to get, or to get. Everything else must be told."""

    REMINDERS = "reminders", _("Reminders before an event")
    ANNOUNCEMENTS = "announcements", _("New events")
    AFTERWARDS = "afterwards", _("Event follow-ups, such as slides")


# What nobody asked for: reminders and what follows an event come unless she says no, announcements only when she says yes.
WANTED_UNASKED = {Topic.REMINDERS: True, Topic.ANNOUNCEMENTS: False, Topic.AFTERWARDS: True}
# Rises whenever the words change with which people are asked whether they want announcements.
WORDING = 1


class Preference(models.Model):
    """What one person wants of one topic and one community, since when, and which wording she was asked with.

    `thread` is the community's. Without a row `WANTED_UNASKED` says what holds.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic)
    thread = models.CharField(max_length=60)
    wanted = models.BooleanField()
    chosen_at = models.DateTimeField()
    wording = models.PositiveSmallIntegerField(default=WORDING)

    if TYPE_CHECKING:
        person_id: int

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "topic", "thread"], name="one_choice_a_person_topic_and_community"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "thread"], name="who_wants_a_topic", condition=Q(wanted=True)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} of {self.thread}: {'yes' if self.wanted else 'no'}"


class Suppression(models.Model):
    """An address that refused mail for good. None is sent there until its owner asks to try again.

    `address` is in lower case; `reason` is what its server said, without the address.
    """

    address = models.EmailField(unique=True)
    since = models.DateTimeField()
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"suppressed since {self.since:%Y-%m-%d}"


class Outbox(models.Model):
    """The one row that knows which database the outbox lives in, so that a restored copy is recognised.

    `place` names server, database and table. What fell due before `held_before` waits until an operator releases it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    place = models.CharField(max_length=80)
    held_before = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="there_is_one_outbox", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.place
