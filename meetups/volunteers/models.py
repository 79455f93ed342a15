"""Work at an event, and who does it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from meetups.events.models import Event
from meetups.registrations.models import Slot
from meetups.registrations.weights import WINDOW

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
        """Short ones for which help is sought now: once, from the moment when free cancellation ends in the event's general slots
        (without any, two days before the start), and not in the first day after the event was published (RULES 66).
        """
        general = Slot.objects.general().filter(event=OuterRef("event"))
        ended = general.filter(free_cancellation_ends_at__lte=at)
        return self.short(at).filter(
            Exists(ended) | (~Exists(general) & Q(event__starts_at__lte=at + HELP_SOUGHT)),
            help_sought_at__isnull=True,
            event__published_at__lte=at - SETTLED,
        )


class Shift(models.Model):
    """Work at an event: a phase, a time, people needed at least and at most.

    With a `slot` (of admission duty) the shift guarantees a seat there to whoever takes it. `taken` counts its volunteers.
    `step_down_until` is the instant until which stepping down is free; after it organizers are told at once (RULES 22).
    `help_sought_at` is set once, when people were told that it is short (RULES 66).
    """

    class Phase(models.TextChoices):
        SETUP = "setup", pgettext_lazy("phase", "Setup")
        EVENT = "event", pgettext_lazy("phase", "During the event")
        TEARDOWN = "teardown", pgettext_lazy("phase", "Teardown")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="shifts")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.PROTECT, related_name="shifts")
    phase = models.CharField(_("Phase"), max_length=12, choices=Phase)
    title = models.CharField(_("Title"), max_length=80)
    instructions = models.CharField(_("What there is to do"), max_length=400, blank=True)
    starts_at = models.DateTimeField(_("Start"))
    ends_at = models.DateTimeField(_("End"))
    minimum = models.PositiveSmallIntegerField(_("At least"), default=1)
    maximum = models.PositiveSmallIntegerField(_("At most"), default=1)
    taken = models.PositiveSmallIntegerField(default=0)
    step_down_until = models.DateTimeField()
    needs_approval = models.BooleanField(_("An organizer says yes to each volunteer"), default=False)
    cancelled_at = models.DateTimeField(null=True)
    help_sought_at = models.DateTimeField(null=True)

    objects: ClassVar = ShiftQuerySet.as_manager()

    if TYPE_CHECKING:
        slot_id: int | None

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="shift_minimum_is_at_most_its_maximum", condition=Q(minimum__lte=F("maximum"))),
            models.CheckConstraint(name="shift_is_never_overfull", condition=Q(taken__lte=F("maximum"))),
        ]
        indexes: ClassVar = [models.Index(fields=["event", "starts_at"], name="shift_by_event")]

    def __str__(self) -> str:
        return self.title

    def step_down_is_free(self, at: datetime) -> bool:
        return at < self.step_down_until

    @property
    def places_left(self) -> int:
        return max(self.maximum - self.taken, 0)

    @property
    def is_short(self) -> bool:
        """Whether fewer people than the minimum have taken it."""
        return self.taken < self.minimum


class SignupQuerySet(models.QuerySet["Signup"]):
    """The words about many."""

    def active(self) -> Self:
        return self.filter(state=Signup.State.SIGNED_UP)

    def asked(self) -> Self:
        """Those who wait for an organizer's yes."""
        return self.filter(state=Signup.State.ASKED)

    def absent(self, at: datetime) -> Self:
        """Those who did not come to a shift, unexcused, as far as that counts at `at` (RULES 24)."""
        return self.active().filter(mark=Signup.Mark.ABSENT, shift__ends_at__gt=at - WINDOW, shift__ends_at__lte=at)


class Signup(models.Model):
    """A volunteer in a shift.

    Who has `asked` waits for an organizer's yes and has neither a place in the shift nor a seat (RULES 24).
    `mark` is what organizers wrote down after the shift, empty before; it stands apart from a no-show at the event, and can be put right.
    """

    class State(models.TextChoices):
        SIGNED_UP = "signed_up", pgettext_lazy("signup", "signed up")
        STEPPED_DOWN = "stepped_down", pgettext_lazy("signup", "stepped down")
        ASKED = "asked", pgettext_lazy("signup", "asked")
        DECLINED = "declined", pgettext_lazy("signup", "declined")

    class Mark(models.TextChoices):
        DONE = "done", pgettext_lazy("shift", "done")
        ABSENT = "absent", pgettext_lazy("shift", "did not come")
        EXCUSED = "excused", pgettext_lazy("shift", "excused")

    TRANSITIONS: ClassVar[dict[str, set[str]]] = {
        "": {State.SIGNED_UP, State.ASKED},
        State.ASKED: {State.SIGNED_UP, State.DECLINED, State.STEPPED_DOWN},
        State.SIGNED_UP: {State.STEPPED_DOWN},
        State.STEPPED_DOWN: set(),
        State.DECLINED: set(),
    }

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="signups")
    volunteer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signups")
    state = models.CharField(max_length=16, choices=State, default=State.SIGNED_UP)
    signed_up_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    mark = models.CharField(max_length=8, choices=Mark, blank=True)
    marked_at = models.DateTimeField(null=True)

    objects: ClassVar = SignupQuerySet.as_manager()

    if TYPE_CHECKING:
        shift_id: int
        volunteer_id: int

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(state="signed_up"), name="a_volunteer_takes_a_shift_once"
            ),
            models.UniqueConstraint(
                fields=["shift", "volunteer"], condition=Q(state="asked"), name="a_volunteer_asks_for_a_shift_once"
            ),
            models.CheckConstraint(
                name="a_mark_has_its_time_and_a_volunteer",
                condition=Q(mark="", marked_at__isnull=True)
                | Q(~Q(mark=""), marked_at__isnull=False, state="signed_up"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer}: {self.shift}"

    @property
    def subject(self) -> str:
        """How history, holds and messages name it."""
        return f"signup:{self.pk}"
