"""Shifts at an event, and offers of short shifts."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.events.undo import TAKE_BACK
from meetups.registrations.models import Slot

if TYPE_CHECKING:
    from meetups.accounts.models import User

# Help is sought for short shifts this long before the event, where no general slot sets the time.
HELP_SOUGHT = timedelta(hours=48)
# No one is alarmed about an event that has just been published.
SETTLED = timedelta(days=1)


class ShiftQuerySet(models.QuerySet["Shift"]):
    def open(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def standing(self) -> Self:
        """Shifts that take place, as far as anyone has decided: not those that are being canceled (RULES 224)."""
        return self.open().filter(cancels_at__isnull=True)

    def to_cancel(self, at: datetime) -> Self:
        """Shifts whose cancellation can no longer be undone and takes effect now. With a canceled event it waits (RULES 224)."""
        lasts = Q(event__state=Event.State.CANCELLED, event__cancelled_at__gt=at - TAKE_BACK)
        return self.open().filter(cancels_at__lte=at).exclude(lasts)

    def in_order(self) -> Self:
        return self.order_by("starts_at", "pk")

    def short(self, at: datetime) -> Self:
        """Shifts of events that take place, which have not begun and have fewer people than they need at least."""
        return self.standing().filter(event__state=Event.State.PUBLISHED, starts_at__gt=at, taken__lt=F("minimum"))

    def help_due(self, at: datetime) -> Self:
        """Short shifts for which help is sought now, and was not sought before (RULES 66, 71).

        Help is due from `help_at` on. Without `help_at` it is due when free cancellation ends in a general slot of the event, or
        two days before the start if there is no general slot. In that case it is never due in the first day after the event was
        published, nor in the first day after its registration opened.
        """
        general = Slot.objects.general().filter(event=OuterRef("event"))
        ended = general.filter(free_cancellation_ends_at__lte=at)
        usual = Exists(ended) | (~Exists(general) & Q(event__starts_at__lte=at + HELP_SOUGHT))
        opened = Q(event__registration_opens_at=None) | Q(event__registration_opens_at__lte=at - SETTLED)
        settled = Q(help_at__isnull=True, event__published_at__lte=at - SETTLED) & opened
        return self.short(at).filter(Q(help_at__lte=at) | (settled & usual), help_sought_at__isnull=True)


class Shift(models.Model):
    """Work at an event: a phase (when it is), a role (what it is), a time, and the numbers of people needed at least and at most.

    With a `slot` (of admission duty) the shift guarantees a seat there to each volunteer who takes it. `taken` counts its
    volunteers. `lead` is the person whom volunteers turn to there. `step_down_until` is the instant until which stepping down is
    free; after it organizers are told at once (RULES 22).

    `help_at` is when the shift is checked for missing people; None: when free cancellation ends. `help_sought_at` is set once, at
    that check. `short_told_at` is the same instant if people were told that the shift is short (RULES 66). It is empty for a
    shift that was planned too late for that.

    `cancels_at` is set while its cancellation can be undone: it takes effect then, and until then everything stays (RULES 224).
    """

    class Phase(models.TextChoices):
        SETUP = "setup", pgettext_lazy("phase", "Setup")
        EVENT = "event", pgettext_lazy("phase", "During the event")
        TEARDOWN = "teardown", pgettext_lazy("phase", "Teardown")

    class Role(models.TextChoices):
        """The kind of work. The title tells it to people, the role to the code."""

        SETUP = "setup", pgettext_lazy("role of a shift", "Setup")
        RECEPTION = "reception", pgettext_lazy("role of a shift", "Check-in")
        STREAM = "stream", pgettext_lazy("role of a shift", "Stream")
        MC = "mc", pgettext_lazy("role of a shift", "MC")
        LIVE_POSTS = "live_posts", pgettext_lazy("role of a shift", "Live posts")
        TEARDOWN = "teardown", pgettext_lazy("role of a shift", "Teardown")
        OTHER = "other", pgettext_lazy("role of a shift", "Other")

    # Volunteers with one of these roles are on the screen and belong to the rehearsal (RULES 87).
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
    cancels_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    help_at = models.DateTimeField(null=True)
    help_sought_at = models.DateTimeField(null=True)
    short_told_at = models.DateTimeField(null=True)

    objects: ClassVar = ShiftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="shift_minimum_is_at_most_its_maximum", condition=Q(minimum__lte=F("maximum"))),
            models.CheckConstraint(name="shift_is_never_overfull", condition=Q(taken__lte=F("maximum"))),
            models.CheckConstraint(
                name="shift_has_a_known_role",
                condition=Q(role__in=["setup", "reception", "stream", "mc", "live_posts", "teardown", "other"]),
            ),
            models.CheckConstraint(
                name="teardown_is_a_phase_and_a_role",
                condition=Q(phase="teardown", role="teardown") | (~Q(phase="teardown") & ~Q(role="teardown")),
            ),
            models.CheckConstraint(
                name="a_shift_that_is_told_of_was_looked_at",
                condition=Q(short_told_at__isnull=True) | Q(help_sought_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_reason_has_its_cancellation",
                condition=Q(cancel_reason="") | Q(cancels_at__isnull=False) | Q(cancelled_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["event", "starts_at"], name="shift_by_event"),
            models.Index(fields=["ends_at"], name="shift_by_end"),
            models.Index(
                fields=["cancels_at"],
                name="shift_to_cancel",
                condition=Q(cancels_at__isnull=False, cancelled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def lead_for_all(self) -> "User | None":
        """The lead as readers without a part in the shift see them: not where they hide their name (RULES 73)."""
        return None if self.lead and self.lead.hides_name else self.lead

    def step_down_is_free(self, at: datetime) -> bool:
        return at < self.step_down_until

    @property
    def is_being_canceled(self) -> bool:
        """Whether it is canceled and that can still be undone, so that no one is told yet."""
        return self.cancels_at is not None and self.cancelled_at is None

    @property
    def is_on_screen(self) -> bool:
        """Whether its volunteers belong to the rehearsal."""
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
        """Whether a short shift is offered to those who wait: it guarantees a seat, and needs no organizer's approval."""
        return self.slot_id is not None and not self.needs_approval


class ShiftOffer(models.Model):
    """A record that a person in the lottery or on a waitlist was offered the short shifts of an event, once (RULES 66).

    If the mail is not sent, because no shift is short by then, the row is deleted: the person was not asked.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shift_offers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    offered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "person"], name="one_offer_of_shifts_a_person_and_event"),
        ]
