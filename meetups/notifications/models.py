"""The outbox: each row is one message to one person, written in the transaction of the change that causes it."""

import hmac
from datetime import datetime
from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Queries for several messages."""

    def due(self, at: datetime) -> Self:
        """The messages that should leave at `at`: waiting, or claimed by a sender whose lease has run out."""
        return self.open().filter(Q(retry_at__isnull=True) | Q(retry_at__lte=at), due_at__lte=at)

    def open(self) -> Self:
        """The messages that a sender may take: waiting, or claimed by a sender whose lease has run out."""
        return self.filter(
            Q(state=Notification.State.WAITING) | Q(state=Notification.State.SENDING, lease_until__lt=Now())
        )

    def waiting(self) -> Self:
        return self.filter(state=Notification.State.WAITING)

    def not_held(self, held_before: datetime | None, *, awaited: Q) -> Self:
        """Without the messages that wait for an operator: all that fell due before `held_before` and are not `awaited`."""
        return self.filter(Q(due_at__gte=held_before) | awaited) if held_before else self

    def held(self, held_before: datetime | None) -> Self:
        """The messages that a restored backup holds.

        This includes messages that a sender had claimed when the backup was made.
        """
        unsent = [Notification.State.WAITING, Notification.State.SENDING]
        return self.filter(state__in=unsent, due_at__lt=held_before) if held_before else self.none()


class Notification(models.Model):
    """One message.

    `key` is kind : recipient : subject : cause, and it is unique (RULES 29). `thread` is the public id of the event or community, and empty for
    letters about an account.
    `subject` names the thing that the message is about, such as `registration:42`. A message to a person without an account has
    `address` and `language` in place of `recipient`.

    `due_at` is the time when it should leave, `not_after` the time when it becomes useless. `lease_until` and `claim` belong to
    the sender that works on it: only the holder of `claim` may settle the row. `attempts` counts failed attempts since
    `first_tried_at`, and `retry_at` is the earliest time of the next one. BOUNCED means that no mail reaches the address, FAILED that we gave up.

    `letter` has the words of a message that no other row knows, such as a code. They are deleted when it is settled.
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
    awaited = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)
    letter = models.JSONField(null=True)

    objects: ClassVar = NotificationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_message_goes_to_a_person_or_an_address",
                # After the message is settled, its address may be blanked.
                condition=(Q(recipient__isnull=False) ^ ~Q(address=""))
                | (Q(recipient__isnull=True) & ~Q(state__in=["waiting", "sending"])),
            ),
            models.CheckConstraint(
                name="who_sends_holds_a_claim",
                condition=Q(state="sending", claim__isnull=False, lease_until__isnull=False) | ~Q(state="sending"),
            ),
            models.CheckConstraint(
                name="a_letter_is_kept_until_it_leaves",
                condition=Q(letter__isnull=True) | Q(state__in=["waiting", "sending"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["-awaited", "-urgent", "due_at", "id"],
                name="notification_due_in_order",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["thread", "recipient"], name="notification_by_thread"),
            models.Index(
                fields=["settled_at"], condition=Q(state__in=["failed", "bounced"]), name="notification_that_failed"
            ),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="notification_by_message_id"),
        ]

    @property
    def subject_id(self) -> int:
        """The number after the colon of `subject`."""
        return int(self.subject.rpartition(":")[2])

    @property
    def cause(self) -> str:
        """The last part of the key: a history entry's id, or a schedule version."""
        return self.key.rpartition(":")[2]

    def stable_message_id(self) -> str:
        """A Message-ID made from the key, so that a second copy is recognisable as the same message.

        Only the recipient of the mail can know it. So a bounce report that names it is believed (`actions/receive_bounce.py`).
        """
        return _message_id(self.key)

    def thread_message_id(self) -> str:
        """The Message-ID that all mails about one event answer to, so that mail programs show them as one conversation."""
        return _message_id(f"thread {self.thread}")


def _message_id(text: str) -> str:
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"Message-ID {text}".encode(), "sha256")
    return f"<{digest.hex()[:40]}@{urlsplit(settings.SITE_URL).hostname}>"


class Topic(models.TextChoices):
    """Optional topics: a person may choose to get them or not. All other messages are always sent.

    The last one is asked for at each event, the others at each community.
    """

    REMINDERS = "reminders", _("Reminders before an event")
    ANNOUNCEMENTS = "announcements", _("New events")
    AFTERWARDS = "afterwards", _("Event follow-ups, such as slides")
    OPENING = "opening", _("Opening of registration")


# The default without a choice. Reminders and event follow-ups come unless the person declines. Announcements and
# the opening of registration need a yes.
WANTED_UNASKED = {Topic.REMINDERS: True, Topic.ANNOUNCEMENTS: False, Topic.AFTERWARDS: True, Topic.OPENING: False}
OF_COMMUNITIES = (Topic.REMINDERS, Topic.ANNOUNCEMENTS, Topic.AFTERWARDS)
# Rises when the wording of a question that needs a yes changes.
WORDING = 2


class Preference(models.Model):
    """A person's choice for one topic and one community or event, its date, and the wording of the question.

    `thread` is the community's, or the event's. Without a row, the default in `WANTED_UNASKED` holds.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20, choices=Topic)
    thread = models.CharField(max_length=60)
    wanted = models.BooleanField()
    chosen_at = models.DateTimeField()
    wording = models.PositiveSmallIntegerField(default=WORDING)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "topic", "thread"], name="one_choice_a_person_topic_and_community"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["topic", "thread"], name="who_wants_a_topic", condition=Q(wanted=True)),
        ]


class Suppression(models.Model):
    """An address that refused mail permanently. No mail is sent there until its owner asks to try again.

    `address` is in lower case. `reason` is the server's answer without the address.
    """

    address = models.EmailField(unique=True)
    since = models.DateTimeField()
    reason = models.CharField(max_length=300)


class Outbox(models.Model):
    """The only row that knows which database the outbox is in, so that a restored copy is recognised.

    `place` names server, database and table. `mark` rises with each batch of mails, and Redis has it too, under `mark_name`: a copy
    of the database is behind it. Messages that fell due before `held_before` wait until an operator releases them.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    place = models.CharField(max_length=80)
    mark_name = models.CharField(max_length=32, default="", db_default="")
    mark = models.PositiveBigIntegerField(default=0, db_default=0)
    held_before = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="there_is_one_outbox", condition=Q(id=1))]
