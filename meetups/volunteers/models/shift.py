"""Work at an event."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.registrations.models import Slot

# Where no general slot says when: so long before the event help is sought for short shifts.
HELP_SOUGHT = timedelta(hours=48)
# Nobody is alarmed about an event that has just been published.
SETTLED = timedelta(days=1)


class ShiftQuerySet(models.QuerySet["Shift"]):
    """The words about many."""

    def open(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def in_order(self) -> Self:
        return self.order_by("starts_at", "pk")

    def short(self, at: datetime) -> Self:
        """Those still before them that fewer people have taken than they need at least, of events that take place."""
        return self.open().filter(event__state=Event.State.PUBLISHED, starts_at__gt=at, taken__lt=F("minimum"))

    def help_due(self, at: datetime) -> Self:
        """Short ones for which help is sought now, once: from `help_at` on; where no such time is set, from the moment when free
        cancellation ends in the event's general slots (without any, two days before the start), and not in the first day after
        the event was published (RULES 66, 71).
        """
        general = Slot.objects.general().filter(event=OuterRef("event"))
        ended = general.filter(free_cancellation_ends_at__lte=at)
        usual = Exists(ended) | (~Exists(general) & Q(event__starts_at__lte=at + HELP_SOUGHT))
        settled = Q(help_at__isnull=True, event__published_at__lte=at - SETTLED)
        return self.short(at).filter(Q(help_at__lte=at) | (settled & usual), help_sought_at__isnull=True)


class Shift(models.Model):
    """Work at an event: a phase (when it is), a role (what it is), a time, people needed at least and at most.

    With a `slot` (of admission duty) the shift guarantees a seat there to whoever takes it. `taken` counts its volunteers.
    `step_down_until` is the instant until which stepping down is free; after it organizers are told at once (RULES 22).
    `help_at` is when it is looked at whether people are missing; None: when free cancellation ends. `help_sought_at` is set once, when
    that was done; `short_told_at` is the same moment where people were told that it is short (RULES 66), and empty of a shift that was
    planned too late for that. `lead` is whom volunteers turn to there.
    """

    class Phase(models.TextChoices):
        SETUP = "setup", pgettext_lazy("phase", "Setup")
        EVENT = "event", pgettext_lazy("phase", "During the event")
        TEARDOWN = "teardown", pgettext_lazy("phase", "Teardown")

    class Role(models.TextChoices):
        """What is done there. A title says it to people, the role to the house."""

        SETUP = "setup", pgettext_lazy("role of a shift", "Setup")
        RECEPTION = "reception", pgettext_lazy("role of a shift", "Check-in")
        STREAM = "stream", pgettext_lazy("role of a shift", "Stream")
        MC = "mc", pgettext_lazy("role of a shift", "MC")
        LIVE_POSTS = "live_posts", pgettext_lazy("role of a shift", "Live posts")
        TEARDOWN = "teardown", pgettext_lazy("role of a shift", "Teardown")
        OTHER = "other", pgettext_lazy("role of a shift", "Other")

    # Who has one of these is on the screen, and tries it out at the rehearsal (RULES 87).
    ON_SCREEN: ClassVar = frozenset({Role.STREAM, Role.MC})

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shifts")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="shifts")
    phase = models.CharField(_("Phase"), max_length=12, choices=Phase)
    role = models.CharField(pgettext_lazy("shift", "Kind of work"), max_length=12, choices=Role)
    title = models.CharField(_("Title"), max_length=80)
    instructions = models.CharField(_("What to do"), max_length=400, blank=True)
    place = models.CharField(_("Where"), max_length=80, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("Lead"),
    )
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    minimum = models.PositiveSmallIntegerField(_("Minimum"), default=1)
    maximum = models.PositiveSmallIntegerField(_("Maximum"), default=1)
    taken = models.PositiveSmallIntegerField(default=0)
    step_down_until = models.DateTimeField()
    needs_approval = models.BooleanField(_("An organizer approves each volunteer"), default=False)
    cancelled_at = models.DateTimeField(null=True)
    help_at = models.DateTimeField(null=True)
    help_sought_at = models.DateTimeField(null=True)
    short_told_at = models.DateTimeField(null=True)

    objects: ClassVar = ShiftQuerySet.as_manager()

    if TYPE_CHECKING:
        slot_id: int | None
        lead_id: int | None

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="shift_minimum_is_at_most_its_maximum", condition=Q(minimum__lte=F("maximum"))),
            models.CheckConstraint(name="shift_is_never_overfull", condition=Q(taken__lte=F("maximum"))),
            models.CheckConstraint(
                name="a_shift_that_is_told_of_was_looked_at",
                condition=Q(short_told_at__isnull=True) | Q(help_sought_at__isnull=False),
            ),
            models.CheckConstraint(
                name="shift_has_a_known_role",
                condition=Q(role__in=["setup", "reception", "stream", "mc", "live_posts", "teardown", "other"]),
            ),
            models.CheckConstraint(
                name="teardown_is_a_phase_and_a_role",
                condition=Q(phase="teardown", role="teardown") | (~Q(phase="teardown") & ~Q(role="teardown")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "starts_at"], name="shift_by_event"),
            models.Index(fields=["ends_at"], name="shift_by_end"),
        ]

    def __str__(self) -> str:
        return self.title

    def step_down_is_free(self, at: datetime) -> bool:
        return at < self.step_down_until

    @property
    def is_on_screen(self) -> bool:
        """Whether whoever has it belongs to the rehearsal."""
        return self.role in self.ON_SCREEN

    @property
    def places_left(self) -> int:
        return max(self.maximum - self.taken, 0)

    @property
    def is_short(self) -> bool:
        """Whether fewer people than the minimum have taken it."""
        return self.taken < self.minimum

    @property
    def is_offered(self) -> bool:
        """Whether it is offered to those who wait, where it is short: it makes a seat certain, and no organizer has to say yes."""
        return self.slot_id is not None and not self.needs_approval


class ShiftOffer(models.Model):
    """That somebody who waits for the draw or in a queue was offered the shifts of an event that are short, once (RULES 66).

    Where the mail does not leave, because nothing was short any more by then, the row goes: the person was not asked.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shift_offers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    offered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "person"], name="one_offer_of_shifts_a_person_and_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.person_id}"
