"""The rehearsal before an event, and records of who was seen there or connected."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event


class Rehearsal(models.Model):
    """The try-out before an online or hybrid event, with its own day and link. Speakers and organizers take part.

    `set_at` is when its time was set separately, after the event was planned. Reminders whose time lies before `set_at` are not
    sent.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="rehearsal")
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    join_url = models.URLField(
        _("Link for the rehearsal"), max_length=300, blank=True, validators=[URLValidator(schemes=["https", "http"])]
    )
    set_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="rehearsal_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
        ]


class Presence(models.Model):
    """A record that a person was seen: at the rehearsal, or with a connection that works. `seen_by` ticked it at `seen_at`.

    A speaker's own report that they are connected is a separate occasion. It does not replace what others see and hear
    (RULES 88).
    """

    class Occasion(models.TextChoices):
        REHEARSAL = "rehearsal", pgettext_lazy("presence", "at the rehearsal")
        CONNECTION = "connection", pgettext_lazy("presence", "connected")
        HERE = "here", pgettext_lazy("presence", "says they’re connected")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    occasion = models.CharField(max_length=12, choices=Occasion)
    seen_at = models.DateTimeField()
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "person", "occasion"], name="a_person_is_seen_once_an_occasion"),
        ]
