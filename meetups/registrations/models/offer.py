"""The offer of a seat: a person who cannot come hands it over to the next in the queue (RULES 7)."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from meetups.registrations.models.registration import Registration


class OfferQuerySet(models.QuerySet["Offer"]):
    """Queries for many offers."""

    def open(self) -> Self:
        return self.filter(state=Offer.State.OPEN)

    def lapse_due(self, at: datetime) -> Self:
        """The open offers whose time to answer has passed."""
        return self.open().filter(answer_by__lte=at)


class Offer(models.Model):
    """The seat of `giver`, offered to `taker`, who waits. Without an answer before `answer_by` the seat goes to the next person."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("offer", "awaiting reply")
        ACCEPTED = "accepted", pgettext_lazy("offer", "accepted")
        DECLINED = "declined", pgettext_lazy("offer", "declined")
        LAPSED = "lapsed", pgettext_lazy("offer", "no reply")
        WITHDRAWN = "withdrawn", pgettext_lazy("offer", "withdrawn")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        State.OPEN: {State.ACCEPTED, State.DECLINED, State.LAPSED, State.WITHDRAWN},
    }

    giver = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="offers_made")
    taker = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="offers")
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = OfferQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["giver"], condition=Q(state="open"), name="a_seat_is_offered_to_one"),
            models.UniqueConstraint(fields=["taker"], condition=Q(state="open"), name="one_open_offer_a_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="offer_due"),
        ]

    def is_open(self, at: datetime) -> bool:
        """Whether the offer can still be answered."""
        return self.state == self.State.OPEN and at < self.answer_by

    @property
    def subject(self) -> str:
        """The name of the offer in history and messages."""
        return f"offer:{self.pk}"
