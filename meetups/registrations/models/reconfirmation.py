"""The question "still coming?" (RULES 26)."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.registrations.models.slot import Slot


class ReconfirmationQuerySet(models.QuerySet["Reconfirmation"]):
    """The words about many."""

    def _running(self) -> Self:
        return (
            self.filter(slot__event__state=Event.State.PUBLISHED).select_related("slot__event").order_by("ask_at", "pk")
        )

    def ask_due(self, at: datetime) -> Self:
        return self._running().filter(state=Reconfirmation.State.PLANNED, ask_at__lte=at)

    def settle_due(self, at: datetime) -> Self:
        return self._running().filter(state=Reconfirmation.State.ASKED, answer_by__lte=at)


class Reconfirmation(models.Model):
    """Those with a seat in `slot` are asked at `ask_at` and answer before `answer_by`, which is at least 24 hours before
    promotion stops. With `releases_silent`, the seats of those who said nothing go to who waits.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("reconfirmation", "planned")
        ASKED = "asked", pgettext_lazy("reconfirmation", "asked")
        SETTLED = "settled", pgettext_lazy("reconfirmation", "settled")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {State.PLANNED: {State.ASKED}, State.ASKED: {State.SETTLED}}

    slot = models.OneToOneField(Slot, on_delete=models.CASCADE, related_name="reconfirmation")
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    ask_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    releases_silent = models.BooleanField(default=False)

    objects: ClassVar = ReconfirmationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="one_is_asked_before_one_answers", condition=Q(ask_at__lt=F("answer_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.slot}: {self.state}"
