"""The lottery: random admission on a date (LOTTERY.md)."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.registrations.models.slot import Slot

# The states before a lottery is drawn.
UNDRAWN = ("announced", "frozen", "seeded")


class LotteryQuerySet(models.QuerySet["Lottery"]):
    """Queries for many lotteries."""

    def _running(self) -> Self:
        return (
            self.filter(slot__event__state=Event.State.PUBLISHED)
            .select_related("slot__event")
            .order_by("draws_at", "pk")
        )

    def freeze_due(self, at: datetime) -> Self:
        """The lotteries whose entries have closed and whose manifest is not frozen yet."""
        return self._running().filter(state=Lottery.State.ANNOUNCED, closes_at__lte=at)

    def value_due(self, at: datetime) -> Self:
        """The frozen lotteries whose time to draw has come and which have no random value yet."""
        return self._running().filter(state=Lottery.State.FROZEN, draws_at__lte=at)

    def draw_late(self, at: datetime) -> Self:
        """The lotteries whose time to draw has come and which are not drawn, whatever they wait for."""
        return self._running().filter(state__in=UNDRAWN, draws_at__lte=at)

    def draw_due(self, at: datetime) -> Self:
        """The lotteries that have their value and are not drawn yet."""
        return self._running().filter(state=Lottery.State.SEEDED, draws_at__lte=at)


class Lottery(models.Model):
    """The lottery of one slot: `meetup-lottery/1`.

    `closes_at` is T. `draws_at` is D, a whole minute at least 30 minutes after T. If the event moved so close that these dates
    were announced anew, `chosen_closes_at` and `chosen_draws_at` keep the earlier dates. They move with the event (RULES 36).
    `source` is where the random value comes from. It is the drand beacon, a public value that an organizer enters once, or a
    `secret`. For a value that is entered, `source_note` says beforehand which one it is and in what form. The `secret` is made
    before entries open, and its SHA-256, `commitment`, is published.

    `value` became known at `value_at`. `manifest` is the ASCII text that is drawn from, and `manifest_sha256` is its hash in hex.
    Weights are declared before entries open: `favours` and `lighter_for_no_shows` (RULES 15). A lottery counts as drawn by its
    `state`, never by a time that has passed (RULES 11).
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced", pgettext_lazy("lottery", "Open for entries")
        FROZEN = "frozen", pgettext_lazy("lottery", "Entries closed")
        SEEDED = "seeded", pgettext_lazy("lottery", "Value known")
        DRAWN = "drawn", pgettext_lazy("lottery", "Drawn")

    class Source(models.TextChoices):
        DRAND = "drand", pgettext_lazy("randomness", "drand, a public beacon")
        ENTERED = "entered", pgettext_lazy("randomness", "A public value, entered once")
        SECRET = "secret", pgettext_lazy("randomness", "A secret of this site, its hash published beforehand")

    class Favours(models.TextChoices):
        NOBODY = "", pgettext_lazy("weight", "No one")
        LOST_LAST_TIME = "lost_last_time", pgettext_lazy("weight", "Those who got no seat last time")
        FIRST_TIME = "first_time", pgettext_lazy("weight", "Those who come for the first time")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        State.ANNOUNCED: {State.FROZEN},
        State.FROZEN: {State.SEEDED},
        State.SEEDED: {State.DRAWN},
        State.DRAWN: set(),
    }

    slot = models.OneToOneField(Slot, on_delete=models.CASCADE, related_name="lottery")
    state = models.CharField(max_length=12, choices=State, default=State.ANNOUNCED)
    closes_at = models.DateTimeField()
    draws_at = models.DateTimeField()
    chosen_closes_at = models.DateTimeField(null=True)
    chosen_draws_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.SECRET)
    source_note = models.CharField(max_length=300, blank=True)
    favours = models.CharField(max_length=16, choices=Favours, default=Favours.NOBODY, blank=True)
    lighter_for_no_shows = models.BooleanField(default=False)
    secret = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    seats = models.PositiveIntegerField(null=True)
    manifest = models.TextField(blank=True)
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True)
    value = models.CharField(max_length=200, blank=True)
    value_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)

    objects: ClassVar = LotteryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "lotteries"
        constraints: ClassVar = [
            models.CheckConstraint(name="draw_comes_after_entries_close", condition=Q(draws_at__gt=F("closes_at"))),
            models.CheckConstraint(
                name="a_drawn_lottery_has_manifest_and_value",
                condition=~Q(state="drawn") | (~Q(manifest="") & ~Q(value="") & Q(drawn_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="both_dates_of_a_lottery_were_chosen",
                condition=Q(chosen_closes_at__isnull=True, chosen_draws_at__isnull=True)
                | Q(chosen_closes_at__isnull=False, chosen_draws_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_entered_value_is_announced", condition=~Q(source="entered") | ~Q(source_note="")
            ),
            models.CheckConstraint(
                name="a_frozen_lottery_has_its_manifest",
                condition=Q(state="announced") | (~Q(manifest="") & Q(frozen_at__isnull=False, seats__isnull=False)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["closes_at"], condition=Q(state__in=UNDRAWN), name="lottery_to_draw"),
        ]

    @property
    def is_drawn(self) -> bool:
        return self.state == self.State.DRAWN

    @property
    def declares_weights(self) -> bool:
        return bool(self.favours) or self.lighter_for_no_shows

    def takes_entries(self, at: datetime) -> bool:
        """Whether someone who comes at `at` is drawn with the others. Later people queue behind them (RULES 10)."""
        return self.state == self.State.ANNOUNCED and at < self.closes_at

    def is_overdue(self, at: datetime) -> bool:
        """Whether the draw should have happened by now. Only then may the desk run it (RULES 13)."""
        return not self.is_drawn and self.draws_at <= at
