"""The attendance check, the question "still coming?" (RULES 26)."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.registrations.models.lottery import Lottery
from meetups.registrations.models.slot import Slot

# A person who moves up into a released seat needs time to plan the day (RULES 26).
ANSWERED_BEFORE_PROMOTION_STOPS = timedelta(hours=24)
# No one loses a seat because of one evening without mail.
LEAST_ANSWER_TIME = timedelta(hours=24)


class ReconfirmationQuerySet(models.QuerySet["Reconfirmation"]):
    """Queries for many attendance checks."""

    def _running(self) -> Self:
        return (
            self.filter(slot__event__state=Event.State.PUBLISHED).select_related("slot__event").order_by("ask_at", "pk")
        )

    def ask_due(self, at: datetime) -> Self:
        """The checks whose time to ask has come. Before a lottery is drawn, no one has a seat to ask about."""
        drawn = ~Q(slot__admission=Slot.Admission.LOTTERY) | Q(slot__lottery__state=Lottery.State.DRAWN)
        return self._running().filter(drawn, state=Reconfirmation.State.PLANNED, ask_at__lte=at)

    def remind_due(self, at: datetime) -> Self:
        """The checks that are half-way between question and deadline, and had no reminder yet."""
        half_way = ExpressionWrapper(
            F("ask_at") + (F("answer_by") - F("ask_at")) / 2, output_field=models.DateTimeField()
        )
        asked = self._running().filter(reminded_at__isnull=True, state=Reconfirmation.State.ASKED, answer_by__gt=at)
        return asked.annotate(half_way=half_way).filter(half_way__lte=at)

    def settle_due(self, at: datetime) -> Self:
        return self._running().filter(state=Reconfirmation.State.ASKED, answer_by__lte=at)


class Reconfirmation(models.Model):
    """The attendance check of one slot.

    People with a seat in `slot` are asked at `ask_at` and answer before `answer_by`. This deadline is at least 24 hours before
    promotion stops. With `releases_silent`, the seats of people who do not answer go to the queue. `reminded_at` is when they
    were reminded.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("reconfirmation", "planned")
        ASKED = "asked", pgettext_lazy("reconfirmation", "asked")
        SETTLED = "settled", pgettext_lazy("reconfirmation", "settled")

    # If the clock runs too late to ask, it settles the check without asking.
    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        State.PLANNED: {State.ASKED, State.SETTLED},
        State.ASKED: {State.SETTLED},
    }

    slot = models.OneToOneField(Slot, on_delete=models.CASCADE, related_name="reconfirmation")
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    ask_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    releases_silent = models.BooleanField(default=False)
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar = ReconfirmationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="one_is_asked_before_one_answers", condition=Q(ask_at__lt=F("answer_by"))),
            models.CheckConstraint(
                name="one_is_asked_before_one_is_reminded", condition=Q(reminded_at__isnull=True) | ~Q(state="planned")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["ask_at"], condition=Q(state__in=["planned", "asked"]), name="reconfirmation_to_settle"
            ),
        ]

    @property
    def subject(self) -> str:
        """The name of the check in history."""
        return f"reconfirmation:{self.pk}"

    @property
    def remind_at(self) -> datetime:
        """When people who have not answered are reminded: half-way."""
        return self.ask_at + (self.answer_by - self.ask_at) / 2

    def awaits(self, at: datetime) -> bool:
        """Whether an answer still makes a difference: people were asked, and the deadline has not passed."""
        return self.state == self.State.ASKED and at < self.answer_by
