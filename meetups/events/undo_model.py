"""What can be taken back for ten minutes."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Undo(models.Model):
    """What an organizer has done at an event and can still take back, until `until`. The row goes within a day (RULES 190).

    `subject` names the thing as in the history, and `title` says it to people where `kind` does not. `people` is how many will get
    a mail, and `before` what was there before.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message"
        CHANGE = "change"
        CANCELLATION = "cancellation"
        DUTIES = "duties"
        SHIFT = "shift"
        PUBLICATION = "publication"

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="undoable")
    kind = models.CharField(max_length=20, choices=Kind)
    subject = models.CharField(max_length=60)
    title = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="undo_ends_after_it_begins", condition=Q(until__gt=F("at"))),
        ]
        indexes: ClassVar = [models.Index(fields=["until"], name="undo_by_end")]
