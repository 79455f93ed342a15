"""A place that waits for its person: for the proof of an address (RULES 27), or for the answer to an invitation by mail."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.registrations.models.registration import Registration
from meetups.registrations.models.slot import Slot


class HeldPlaceQuerySet(models.QuerySet["HeldPlace"]):
    """Queries for many held places."""

    def held(self) -> Self:
        return self.filter(state=HeldPlace.State.HELD)

    def lapse_due(self, at: datetime) -> Self:
        """The held places whose time is over."""
        return self.held().filter(expires_at__lte=at)


class HeldPlace(models.Model):
    """A place that is kept for a person who has not confirmed it yet.

    With `has_seat`, a seat of the slot is kept for this place and counted in `taken` and `held`. Without it, the person later
    joins like any newcomer. An invitation with `above_capacity` gives a seat outside the count.

    `code_sha256` is the hash of the code that was mailed. `tries` counts the wrong codes. `browser_sha256` is the hash of the
    cookie of the browser that asked. These are empty for invitations, whose link is signed.
    """

    class Kind(models.TextChoices):
        UNVERIFIED = "unverified"
        INVITATION = "invitation"

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("held place", "awaiting reply")
        TAKEN = "taken", pgettext_lazy("held place", "taken")
        LAPSED = "lapsed", pgettext_lazy("held place", "expired")
        WITHDRAWN = "withdrawn", pgettext_lazy("held place", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {State.HELD: {State.TAKEN, State.LAPSED, State.WITHDRAWN}}

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="held_places")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="held_places")
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.HELD)
    email = models.EmailField()
    person_key = models.CharField(max_length=254)
    name = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=8, blank=True)
    has_seat = models.BooleanField(default=False)
    above_capacity = models.BooleanField(default=False)
    answers = models.JSONField(default=dict, blank=True)
    follows = models.BooleanField(default=False, db_default=False)
    code_sha256 = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    browser_sha256 = models.CharField(max_length=64, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    registration = models.OneToOneField(Registration, null=True, on_delete=models.SET_NULL, related_name="held_place")
    since = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = HeldPlaceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "person_key", "kind"], condition=Q(state="held"), name="one_held_place_an_address"
            ),
            models.UniqueConstraint(
                fields=["event", "browser_sha256"],
                condition=Q(state="held") & ~Q(browser_sha256=""),
                name="one_held_place_a_browser",
            ),
            models.CheckConstraint(
                name="a_seat_is_counted_or_outside_the_count", condition=~Q(has_seat=True, above_capacity=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="held_places_by_end"),
        ]

    @property
    def subject(self) -> str:
        """The name of the place in history and messages."""
        return f"held-place:{self.pk}"

    def is_held(self, at: datetime) -> bool:
        return self.state == self.State.HELD and at < self.expires_at
