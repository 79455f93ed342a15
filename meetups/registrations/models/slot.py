"""The slot: one kind of place at an event."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.core.ids import public_id
from meetups.events.models import Event

if TYPE_CHECKING:
    from meetups.registrations.models.lottery import Lottery


class SlotQuerySet(models.QuerySet["Slot"]):
    """Queries for many slots."""

    def in_order(self) -> Self:
        return self.order_by("position", "pk")

    def general(self) -> Self:
        """The slots in which anyone can ask for a place: first come or lottery."""
        return self.filter(admission__in=[Slot.Admission.FIRST_COME, Slot.Admission.LOTTERY])

    def pass_on_due(self, at: datetime) -> Self:
        """The slots with seats to pass on (RULES 7).

        Either an offer was not answered in time, or a person still hands over a seat when promotion has stopped.
        """
        unanswered = self.filter(
            registrations__offers_made__state="open", registrations__offers_made__answer_by__lte=at
        )
        too_late = self.filter(
            registrations__state="confirmed",
            registrations__hands_over_at__isnull=False,
            registrations__checked_in_at__isnull=True,
            promotion_stops_at__lte=at,
        )
        # Two queries instead of one with OR: for that one PostgreSQL would read every registration in the table.
        due = unanswered.values("pk").union(too_late.values("pk"))
        return self.filter(pk__in=due, event__state=Event.State.PUBLISHED).select_related("event").order_by("pk")


class Slot(models.Model):
    """One kind of place: its capacity, its admission rules, and its own queue.

    `taken` counts the seats that are given or held. Only `seats_of` changes it, and PostgreSQL keeps it at or below `capacity`.
    `held` says how many of these are held places. `next_place` is the number that the next person in the queue gets.

    Free cancellation ends ≤ promotion stops ≤ start. `closes_at` is when registration closes. People who register for a lottery
    slot after the draw join the queue. A mixed slot is a lottery slot whose first `first_come_seats` seats go to the people who
    come first. `first_come_given` only grows, so that a seat that becomes free before T joins the draw (RULES 18). `questions`
    holds `questions.Question` as JSON; it is read with the slot, so that a form costs no query.
    """

    class Admission(models.TextChoices):
        FIRST_COME = "first_come", pgettext_lazy("admission", "First come")
        LOTTERY = "lottery", pgettext_lazy("admission", "Lottery")
        DUTY = "duty", pgettext_lazy("admission", "Volunteers")
        INVITED = "invited", pgettext_lazy("admission", "By invitation")

    # So begins the id of a question for the whole event, which every slot of it has (RULES 240).
    FOR_ALL: ClassVar = "all-"

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="slots")
    public_id = models.CharField(max_length=12, unique=True, default=public_id)
    name = models.CharField(_("Name"), max_length=60)
    admission = models.CharField(_("Admission"), max_length=12, choices=Admission)
    capacity = models.PositiveIntegerField(_("Seats"))
    taken = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    next_place = models.PositiveIntegerField(default=1)
    first_come_seats = models.PositiveIntegerField(_("First-come seats"), default=0)
    first_come_given = models.PositiveIntegerField(default=0)
    takes_pairs = models.BooleanField(_("Allow entering as a pair"), default=False)
    questions = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    closes_at = models.DateTimeField()
    free_cancellation_ends_at = models.DateTimeField()
    promotion_stops_at = models.DateTimeField()

    objects: ClassVar = SlotQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="slot_is_never_oversold", condition=Q(taken__lte=F("capacity"))),
            models.CheckConstraint(name="held_places_are_taken", condition=Q(held__lte=F("taken"))),
            models.CheckConstraint(
                name="first_come_seats_are_given_once", condition=Q(first_come_given__lte=F("first_come_seats"))
            ),
            models.CheckConstraint(
                name="free_cancellation_ends_before_promotion_stops",
                condition=Q(free_cancellation_ends_at__lte=F("promotion_stops_at")),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "position"], name="slot_by_event")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_general(self) -> bool:
        return self.admission in {self.Admission.FIRST_COME, self.Admission.LOTTERY}

    @property
    def is_lottery(self) -> bool:
        return self.admission == self.Admission.LOTTERY

    @property
    def draws_from(self) -> "Lottery | None":
        """The lottery of a lottery slot, else None. Costs a query unless the slot was read with its lottery."""
        return getattr(self, "lottery", None) if self.is_lottery else None

    @property
    def awaits_draw(self) -> bool:
        """Whether seats are still to be drawn. Until then no one moves up, and no one gets in past the lottery (RULES 10)."""
        lottery = self.draws_from
        return lottery is not None and not lottery.is_drawn

    @property
    def seats_left(self) -> int:
        return max(self.capacity - self.taken, 0)

    @property
    def first_come_left(self) -> int:
        """The seats of a mixed slot that still go to the people who come first, before T."""
        return min(self.first_come_seats - self.first_come_given, self.seats_left)

    def hands_over(self, at: datetime) -> bool:
        """Whether a person who can no longer come hands the seat over instead of giving it back (RULES 7)."""
        return self.is_general and self.free_cancellation_ends_at <= at < self.promotion_stops_at

    def promotion_is_open(self, at: datetime) -> bool:
        return at < self.promotion_stops_at
