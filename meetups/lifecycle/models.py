"""What organizers write to the people of an event."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event


class MessageQuerySet(models.QuerySet["Message"]):
    """The words about many."""

    def due(self, at: datetime) -> Self:
        """Those whose time has come."""
        return self.filter(state=Message.State.SCHEDULED, send_at__lte=at)


class Message(models.Model):
    """What an organizer writes to a part of an event's people.

    `texts` has a subject and a body (Markdown) by language, such as `{"ja": {"subject": …, "body": …}}`: one at least; each reader gets
    her own, or else the event's, or else the only one. `audience` says to whom: `{"states": […], "slots": [public ids], "speakers": bool,
    "volunteers": bool, "checked_in": null | true | false}`; who belongs to it is asked at `send_at`, when `recipients` is written down.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", pgettext_lazy("message", "scheduled")
        SENT = "sent", pgettext_lazy("message", "sent")
        WITHDRAWN = "withdrawn", pgettext_lazy("message", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.SCHEDULED, State.SENT},
        State.SCHEDULED: {State.SENT, State.WITHDRAWN},
        State.SENT: set(),
        State.WITHDRAWN: set(),
    }

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="messages")
    texts = models.JSONField()
    audience = models.JSONField()
    state = models.CharField(max_length=12, choices=State)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()
    send_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    recipients = models.PositiveIntegerField(null=True)

    objects: ClassVar = MessageQuerySet.as_manager()

    if TYPE_CHECKING:
        event_id: int

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_message_that_was_sent_knows_to_how_many",
                condition=~Q(state="sent") | Q(recipients__isnull=False, ended_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["send_at"], name="message_due", condition=Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} of {self.event_id}"

    @property
    def subject(self) -> str:
        """How history and messages name it."""
        return f"message:{self.pk}"
